package dev.trunkline.objects;

import static java.nio.file.StandardOpenOption.READ;

import dev.trunkline.base.Check;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Ids;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/// Objects as files below a folder: written under a temporary name, synced, renamed, and the folder
/// synced, so that a name never stands for half an object. One process at a time uses a folder.
public final class LocalFolder implements ObjectStore {
  private static final String TEMPORARY = ".new-";

  private final Path root;
  private final Disk disk;

  /// A store below `root`, which is made where it does not exist. What a process that died left
  /// half-written there is removed.
  public LocalFolder(Path root) {
    this(root, Disk.REAL);
  }

  LocalFolder(Path root, Disk disk) {
    this.root = root;
    this.disk = disk;
    try {
      makeFolder(root.toAbsolutePath());
      removeTemporary();
    } catch (IOException e) {
      throw failure("make the folder", root, e);
    }
  }

  /// Makes `folder`, and makes its name and those of the folders above it durable where they are
  /// new.
  private void makeFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    var above = Check.present(folder.getParent(), "a folder lies in another");
    makeFolder(above);
    disk.makeFolder(folder);
    disk.sync(above);
  }

  private void removeTemporary() throws IOException {
    List<Path> left;
    try (var files = Files.walk(root)) {
      left = files.filter(f -> isTemporary(f) && Files.isRegularFile(f)).toList();
    }
    for (var file : left) {
      disk.delete(file);
    }
  }

  private static boolean isTemporary(Path file) {
    return String.valueOf(file.getFileName()).startsWith(TEMPORARY);
  }

  @Override
  public void put(String name, List<ByteBuffer> content) {
    var target = root.resolve(name);
    var folder = Check.present(target.toAbsolutePath().getParent(), "an object lies in a folder");
    var temporary = folder.resolve(TEMPORARY + Ids.random());
    try {
      makeFolder(folder);
      disk.create(temporary, content);
      disk.rename(temporary, target);
      disk.sync(folder);
    } catch (IOException e) {
      discard(temporary);
      throw failure("write", target, e);
    }
  }

  private void discard(Path temporary) {
    try {
      disk.delete(temporary);
    } catch (IOException _) {
      // The failure of the write is the one to report; a leftover under a temporary name harms
      // nobody.
    }
  }

  @Override
  public byte[] get(String name, long offset, int length) {
    var file = root.resolve(name);
    var buffer = ByteBuffer.allocate(length);
    try (var channel = FileChannel.open(file, READ)) {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + buffer.position()) < 0) {
          throw new Failure(
              Failure.Kind.CORRUPT,
              "object "
                  + file
                  + " ends before byte "
                  + (offset + length)
                  + ": restore it from a backup");
        }
      }
      return buffer.array();
    } catch (NoSuchFileException e) {
      throw new Failure(
          Failure.Kind.CORRUPT, "object " + file + " is missing: restore it from a backup", e);
    } catch (IOException e) {
      throw failure("read", file, e);
    }
  }

  @Override
  public OptionalLong size(String name) {
    try {
      return OptionalLong.of(Files.size(root.resolve(name)));
    } catch (NoSuchFileException _) {
      return OptionalLong.empty();
    } catch (IOException e) {
      throw failure("read the size of", root.resolve(name), e);
    }
  }

  @Override
  public void delete(String name) {
    try {
      disk.delete(root.resolve(name));
    } catch (IOException e) {
      throw failure("delete", root.resolve(name), e);
    }
  }

  @Override
  public List<String> list(String prefix) {
    try (var files = Files.walk(root)) {
      return files
          .filter(file -> !isTemporary(file) && Files.isRegularFile(file))
          .map(file -> root.relativize(file).toString())
          .filter(name -> name.startsWith(prefix))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw failure("list", root, e);
    }
  }

  static Failure failure(String verb, Path file, IOException cause) {
    var text = String.valueOf(cause.getMessage());
    if (cause instanceof AccessDeniedException) {
      return new Failure(
          Failure.Kind.DENIED,
          "not allowed to " + verb + " " + file + ": check its owner and its permissions",
          cause);
    }
    if (text.contains("No space left") || text.contains("quota")) {
      return new Failure(
          Failure.Kind.FULL,
          "no space left to " + verb + " " + file + ": free some and try again",
          cause);
    }
    return new Failure(
        Failure.Kind.UNAVAILABLE, "could not " + verb + " " + file + ": " + text, cause);
  }
}
