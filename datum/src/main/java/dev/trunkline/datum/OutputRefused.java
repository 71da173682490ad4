package dev.trunkline.datum;

/// What a program left in `/pfs/out` cannot be stored; the datum fails with this reason.
final class OutputRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OutputRefused(String message) {
    super(message);
  }
}
