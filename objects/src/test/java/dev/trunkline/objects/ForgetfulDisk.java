package dev.trunkline.objects;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A disk that loses its power at a chosen call and keeps what a file system owes after that: all
/// that was synced, and of the rest any part, in any order, with files cut short.
///
/// Until then its changes are also made for real, so that they can be read.
final class ForgetfulDisk extends Disk {
  private final long cutAt;
  private final Random random;
  private final Map<Path, Map<String, Node>> synced = new HashMap<>();
  private final Map<Path, List<Change>> unsynced = new HashMap<>();
  private long calls;

  ForgetfulDisk(long cutAt, Random random) {
    this.cutAt = cutAt;
    this.random = random;
  }

  /// What a name stands for.
  private record Node(ByteBuffer content, boolean isFolder) {
    static final Node FOLDER = new Node(ByteBuffer.allocate(0), true);

    static Node file(byte[] content) {
      return new Node(ByteBuffer.wrap(content), false);
    }
  }

  /// A name in a folder was given to this node, or taken away.
  private record Change(String name, @Nullable Node node) {}

  long calls() {
    return calls;
  }

  /// Whether the power goes during this call.
  private boolean failing() throws IOException {
    if (calls > cutAt) {
      throw new IOException("the power is off");
    }
    return calls++ == cutAt;
  }

  private static void die(boolean failing) throws IOException {
    if (failing) {
      throw new IOException("the power went off");
    }
  }

  private void change(Path file, @Nullable Node node) {
    unsynced
        .computeIfAbsent(file.getParent(), _ -> new ArrayList<>())
        .add(new Change(file.getFileName().toString(), node));
  }

  @Override
  void create(Path file, List<ByteBuffer> content) throws IOException {
    boolean failing = failing();
    super.create(file, content);
    var bytes = Files.readAllBytes(file);
    int length = failing ? random.nextInt(bytes.length + 1) : bytes.length;
    change(file, Node.file(Arrays.copyOf(bytes, length)));
    die(failing);
  }

  @Override
  void rename(Path from, Path to) throws IOException {
    boolean failing = failing();
    change(to, Node.file(Files.readAllBytes(from)));
    change(from, null);
    super.rename(from, to);
    die(failing);
  }

  @Override
  void sync(Path folder) throws IOException {
    die(failing());
    var names = synced.computeIfAbsent(folder, _ -> new TreeMap<>());
    for (var change : unsynced.getOrDefault(folder, List.of())) {
      apply(change, names);
    }
    unsynced.remove(folder);
  }

  private static void apply(Change change, Map<String, Node> names) {
    if (change.node == null) {
      names.remove(change.name);
    } else {
      names.put(change.name, change.node);
    }
  }

  @Override
  void makeFolder(Path folder) throws IOException {
    boolean failing = failing();
    change(folder, Node.FOLDER);
    super.makeFolder(folder);
    die(failing);
  }

  @Override
  void delete(Path file) throws IOException {
    boolean failing = failing();
    change(file, null);
    super.delete(file);
    die(failing);
  }

  /// Fills `target` with what is found at `root` when the power is back.
  void survivors(Path root, Path target) throws IOException {
    Files.createDirectories(target);
    var names = new TreeMap<>(synced.getOrDefault(root, Map.of()));
    for (var change : unsynced.getOrDefault(root, List.of())) {
      if (random.nextBoolean()) {
        apply(change, names);
      }
    }
    for (var name : names.entrySet()) {
      var survivor = target.resolve(name.getKey());
      if (name.getValue().isFolder()) {
        survivors(root.resolve(name.getKey()), survivor);
      } else {
        Files.write(survivor, name.getValue().content().array());
      }
    }
  }
}
