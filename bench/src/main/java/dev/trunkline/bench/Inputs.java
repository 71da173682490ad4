package dev.trunkline.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.UnsafeByteOperations;
import dev.trunkline.wire.pfs.AddFile;
import dev.trunkline.wire.pfs.DeleteFile;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The same inputs on every machine, and how they are sent.
final class Inputs {
  private static final int PIECE = 1 << 20;

  private Inputs() {}

  /// A file that nothing compresses: AES-CTR of zeros under a constant key.
  static Path incompressible(Path file, long bytes) {
    try (var out = Files.newOutputStream(file)) {
      var cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(new byte[16], "AES"),
          new IvParameterSpec(new byte[16]));
      var zeros = new byte[PIECE];
      for (long done = 0; done < bytes; done += PIECE) {
        out.write(cipher.update(zeros));
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// `count` files of 1 to 8 KiB below `root`, fifty to a folder, half random and half CSV.
  static Path small(Path root, int count) {
    var random = new SplittableRandom(1);
    try {
      for (int i = 0; i < count; i++) {
        var file = root.resolve("d%05d/f%02d".formatted(i / 50, i % 50));
        if (i % 50 == 0) {
          Files.createDirectories(file.getParent());
        }
        var content = new byte[random.nextInt(1 << 10, 8 << 10)];
        if (i % 2 == 0) {
          random.nextBytes(content);
          Files.write(file, content);
        } else {
          Files.writeString(file, csv(random, content.length));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return root;
  }

  /// `count` files of 1 KiB below `root`, a hundred to a folder.
  static Path kibibytes(Path root, int count) {
    var random = new SplittableRandom(2);
    try {
      for (int i = 0; i < count; i++) {
        var file = root.resolve("d%04d/f%02d".formatted(i / 100, i % 100));
        if (i % 100 == 0) {
          Files.createDirectories(file.getParent());
        }
        Files.writeString(file, csv(random, 1 << 10));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return root;
  }

  /// New content for a hundred files of a tree of `count`, as files below `root`.
  static Path hundredFiles(Path root, int count, int round) {
    try {
      for (int i = 0; i < 100; i++) {
        var file = Path.of(root + treePath(i * (count / 100) + round));
        Files.createDirectories(file.getParent());
        Files.writeString(file, "changed in round " + round);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return root;
  }

  private static String csv(SplittableRandom random, int length) {
    var text = new StringBuilder();
    while (text.length() < length) {
      text.append("2026-01-%02d,".formatted(random.nextInt(1, 29)));
      text.append(random.nextInt(100)).append(',').append(random.nextInt(100)).append('\n');
    }
    return text.toString();
  }

  /// The path of file `i` of a tree of `count`: three levels, 500 files in a directory.
  static String treePath(int i) {
    return "/d%03d/e%02d/f%06d.dat".formatted(i / 10_000, i / 500 % 20, i);
  }

  /// The edits that write a tree of `count` tiny files.
  static Stream<ModifyFileRequest> tree(int count) {
    return IntStream.range(0, count).mapToObj(i -> add(treePath(i), bytes("content of " + i)));
  }

  /// The edits that replace 100 files, spread over a tree of `count`.
  static Stream<ModifyFileRequest> hundred(int count, int round) {
    return IntStream.range(0, 100)
        .map(i -> i * (count / 100) + round)
        .boxed()
        .flatMap(i -> replace(treePath(i), bytes("changed in round " + round)));
  }

  static ByteString bytes(String text) {
    return ByteString.copyFrom(text, UTF_8);
  }

  static ModifyFileRequest add(String path, ByteString content) {
    return ModifyFileRequest.newBuilder()
        .setAddFile(AddFile.newBuilder().setPath(path).setRaw(BytesValue.of(content)))
        .build();
  }

  /// What clients send to write a file whatever was there.
  static Stream<ModifyFileRequest> replace(String path, ByteString content) {
    var delete = DeleteFile.newBuilder().setPath(path);
    return Stream.of(
        ModifyFileRequest.newBuilder().setDeleteFile(delete).build(), add(path, content));
  }

  /// The edits that write a file of this machine, a mebibyte at a time.
  static Stream<ModifyFileRequest> file(String path, InputStream in) {
    return Stream.generate(() -> piece(in))
        .takeWhile(piece -> !piece.isEmpty())
        .map(piece -> add(path, piece));
  }

  private static ByteString piece(InputStream in) {
    try {
      return UnsafeByteOperations.unsafeWrap(in.readNBytes(PIECE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The edits that write every file below `root`.
  static Stream<ModifyFileRequest> folder(Path root) {
    try (var walk = Files.walk(root)) {
      var files = walk.filter(Files::isRegularFile).toList();
      return files.stream().map(file -> add("/" + root.relativize(file), whole(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ByteString whole(Path file) {
    try {
      return ByteString.copyFrom(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static InputStream open(Path file) {
    try {
      return Files.newInputStream(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
