package dev.trunkline.objects;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/// Immutable objects under names of the form `a/b/c`.
///
/// Every method throws a [dev.trunkline.base.Failure] that names the object where the world fails.
public interface ObjectStore {
  /// Stores the concatenation of `content`; durable when it returns, and never seen in part.
  void put(String name, List<ByteBuffer> content);

  /// Reads `length` bytes from `offset`; fewer than that are a failure, as is an object that is
  /// missing.
  byte[] get(String name, long offset, int length);

  /// The size of an object in bytes, if it exists.
  OptionalLong size(String name);

  /// Removes an object; one that does not exist is no error.
  void delete(String name);

  /// The names that begin with `prefix`, in order.
  List<String> list(String prefix);
}
