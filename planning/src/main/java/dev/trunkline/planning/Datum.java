package dev.trunkline.planning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trunkline.base.Blake2b256;
import dev.trunkline.base.Hash;
import java.util.List;
import java.util.Optional;

/// A unit of work: the entries it is given, in the order of the inputs.
///
/// @param id what it is made of: names and paths
/// @param hash of the id and the content of the entries, without the salt of a pipeline
public record Datum(Hash id, Hash hash, List<Part> parts) {
  /// An entry of an input.
  ///
  /// @param leaf the place of its leaf among the leaves of the input
  /// @param name that of the leaf
  /// @param path as shown: directories end in a slash
  /// @param content empty for a reference, whose content is that of the commit at hand
  /// @param size in bytes; 0 for a reference
  public record Part(int leaf, String name, String path, Optional<Hash> content, long size) {}

  /// The hash that clients see: [#hash] is this one's without the salt.
  public Hash salted(String salt) {
    var digest = new Blake2b256().update(id.hex().getBytes(UTF_8));
    parts.forEach(part -> part.content().ifPresent(hash -> digest.update(hash.bytes())));
    return digest.update(salt.getBytes(UTF_8)).digest();
  }
}
