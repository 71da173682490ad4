package dev.trunkline.base;

import org.jspecify.annotations.Nullable;

/// The world failed us: a disk, a network, a database, damaged bytes.
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /// A failure of `kind`; the message names the object and, where there is one, the cure.
  public Failure(Kind kind, String message) {
    this(kind, message, null);
  }

  /// A failure of `kind` that was caused by another error.
  public Failure(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /// What sort of failure this is.
  public Kind kind() {
    return kind;
  }

  /// The kinds of failure.
  public enum Kind {
    /// Something we depend on did not answer; trying again may help.
    UNAVAILABLE,
    /// Stored bytes are not what was written.
    CORRUPT,
    /// No space, or a quota is used up.
    FULL,
    /// It took too long.
    TIMEOUT,
    /// The system refused us access.
    DENIED,
    /// Our right to write was taken over by another process.
    FENCED
  }
}
