package dev.trunkline.server;

import dev.trunkline.base.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The small files of a data folder that say what it is: its format and the id of the installation.
final class DataFolder {
  private static final String FORMAT = "1";

  private final Path folder;

  private DataFolder(Path folder) {
    this.folder = folder;
  }

  /// The folder at `path`, which is made where it does not exist, if this program may write it.
  static DataFolder at(Path path) {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new Failure(
          Failure.Kind.DENIED,
          "could not make the data folder %s (%s): choose another --data or set TRUNKLINE_HOME"
              .formatted(path, e),
          e);
    }
    if (!Files.isWritable(path)) {
      throw new Failure(
          Failure.Kind.DENIED,
          "the data folder %s cannot be written: choose another --data or change its owner"
              .formatted(path));
    }
    return new DataFolder(path);
  }

  /// Fails where a later version wrote this folder.
  void checkFormat() {
    var found = remembered("FORMAT", FORMAT);
    if (!found.equals(FORMAT)) {
      throw new Failure(
          Failure.Kind.DENIED,
          "the data folder %s has format %s and this version knows format %s: run the version that wrote it, or a later one"
              .formatted(folder, found, FORMAT));
    }
  }

  /// The content of a small file, which is written where it does not exist: whole or not at all.
  String remembered(String name, String first) {
    var file = folder.resolve(name);
    try {
      if (!Files.exists(file)) {
        var fresh = folder.resolve(name + ".new");
        Files.writeString(fresh, first + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new Failure(Failure.Kind.UNAVAILABLE, "could not use " + file + ": " + e, e);
    }
  }
}
