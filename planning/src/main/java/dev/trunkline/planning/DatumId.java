package dev.trunkline.planning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trunkline.base.Blake2b256;
import dev.trunkline.base.Hash;
import java.nio.ByteBuffer;

/// The id of a datum in the making, fed with its entries in the order of the inputs: made of names
/// and paths only, byte for byte as `docs/format/jobs.md`, section 1, has it.
final class DatumId {
  private final Blake2b256 digest = new Blake2b256();

  /// Adds the entry at `path`, as shown, of a leaf.
  DatumId add(Input.Pfs leaf, String path) {
    feed(leaf.name());
    feed(leaf.repo());
    feed(leaf.branch());
    feed(path);
    return this;
  }

  private void feed(String text) {
    var bytes = text.getBytes(UTF_8);
    digest.update(bytes).update(ByteBuffer.allocate(Long.BYTES).putLong(bytes.length).array());
  }

  Hash finish() {
    return digest.digest();
  }
}
