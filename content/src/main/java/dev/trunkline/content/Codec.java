package dev.trunkline.content;

import com.github.luben.zstd.Zstd;
import dev.trunkline.base.Failure;
import java.util.Optional;

/// How the stored bytes of a record encode it.
public enum Codec {
  /// As they are.
  RAW(0),
  /// One zstd frame.
  ZSTD(1);

  /// How much of a record is compressed on trial before all of it is.
  private static final int TRIAL = 64 * 1024;

  /// What is smaller is not worth a frame.
  private static final int LEAST = 128;

  private final int code;

  Codec(int code) {
    this.code = code;
  }

  /// The byte that stands for this codec in stored form.
  public int code() {
    return code;
  }

  /// The codec that a stored byte stands for.
  public static Codec of(int code) {
    return switch (code) {
      case 0 -> RAW;
      case 1 -> ZSTD;
      default -> throw new Failure(Failure.Kind.CORRUPT, "unknown codec " + code);
    };
  }

  /// The zstd frame of a record, where that saves at least a sixteenth on its first 64 KiB.
  public static Optional<byte[]> compress(byte[] record) {
    if (record.length < LEAST) {
      return Optional.empty();
    }
    int length = Math.min(TRIAL, record.length);
    var trial = Compressor.frame(record, length);
    if (trial.length >= length - length / 16) {
      return Optional.empty();
    }
    return Optional.of(length == record.length ? trial : Compressor.frame(record, record.length));
  }

  /// The record of `length` bytes that `stored` encodes.
  public byte[] decode(byte[] stored, int length) {
    if (this == RAW) {
      return stored;
    }
    var record = new byte[length];
    long got = Zstd.decompress(record, stored);
    if (Zstd.isError(got) || got != length) {
      throw new Failure(Failure.Kind.CORRUPT, "a compressed record does not decompress");
    }
    return record;
  }
}
