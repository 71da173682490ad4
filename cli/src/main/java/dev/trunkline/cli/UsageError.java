package dev.trunkline.cli;

/// The command was called wrongly; nothing was changed.
final class UsageError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageError(String message) {
    super(message);
  }
}
