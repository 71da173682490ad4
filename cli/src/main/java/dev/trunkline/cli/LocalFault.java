package dev.trunkline.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/// What went wrong with a file of this machine, in words: some exceptions name its path alone.
final class LocalFault {
  private LocalFault() {}

  static @Nullable String words(IOException fault) {
    return switch (fault) {
      case NoSuchFileException missing -> "no such file or directory: " + missing.getFile();
      case AccessDeniedException denied -> "permission denied: " + denied.getFile();
      default -> fault.getMessage();
    };
  }
}
