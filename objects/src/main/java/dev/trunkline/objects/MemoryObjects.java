package dev.trunkline.objects;

import dev.trunkline.base.Failure;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;

/// Objects on the heap, gone with the process.
public final class MemoryObjects implements ObjectStore {
  private final ConcurrentSkipListMap<String, byte[]> objects = new ConcurrentSkipListMap<>();

  /// An empty store.
  public MemoryObjects() {}

  @Override
  public void put(String name, List<ByteBuffer> content) {
    var all = ByteBuffer.allocate(content.stream().mapToInt(ByteBuffer::remaining).sum());
    content.forEach(part -> all.put(part.duplicate()));
    objects.put(name, all.array());
  }

  @Override
  public byte[] get(String name, long offset, int length) {
    var object = objects.get(name);
    if (object == null || offset + length > object.length) {
      throw new Failure(
          Failure.Kind.CORRUPT,
          "object " + name + " is missing or shorter than " + (offset + length));
    }
    return Arrays.copyOfRange(object, (int) offset, (int) offset + length);
  }

  @Override
  public OptionalLong size(String name) {
    var object = objects.get(name);
    return object == null ? OptionalLong.empty() : OptionalLong.of(object.length);
  }

  @Override
  public void delete(String name) {
    objects.remove(name);
  }

  @Override
  public List<String> list(String prefix) {
    return objects.tailMap(prefix).keySet().stream()
        .takeWhile(name -> name.startsWith(prefix))
        .toList();
  }
}
