package dev.trunkline.objects;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// The calls by which [LocalFolder] changes a file system, each of which may be lost or overtaken
/// by a later one until it is synced. Tests put a disk in its place that forgets.
class Disk {
  /// The file system of this machine.
  static final Disk REAL = new Disk();

  /// Makes a file that is not there yet, writes all of `content` and waits until the bytes are on
  /// the device; its name is not, before [#sync].
  void create(Path file, List<ByteBuffer> content) throws IOException {
    try (var channel = FileChannel.open(file, CREATE_NEW, WRITE)) {
      for (var part : content) {
        var rest = part.duplicate();
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
      }
      channel.force(true);
    }
  }

  /// Renames a file within its folder, over another one if need be.
  void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Waits until the names in `folder` are on the device as they are now.
  void sync(Path folder) throws IOException {
    try (var channel = FileChannel.open(folder, READ)) {
      channel.force(true);
    }
  }

  /// Makes a folder in one that exists; one that is there already is no error.
  void makeFolder(Path folder) throws IOException {
    Files.createDirectories(folder);
  }

  /// Removes a file; one that is not there is no error.
  void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }
}
