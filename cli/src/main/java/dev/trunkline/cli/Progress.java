package dev.trunkline.cli;

/// How far an upload is: one line on standard error that is written anew, on a terminal only.
final class Progress {
  private static final int STEP = 8 << 20;

  private final Session session;
  private final boolean shown;
  private long files;
  private long bytes;
  private long next = STEP;

  Progress(Session session) {
    this.session = session;
    shown = session.streams().terminal();
  }

  void sent(boolean first, int length) {
    files += first ? 1 : 0;
    bytes += length;
    if (shown && bytes >= next) {
      session.streams().err().print("\r" + line());
      next = bytes + STEP;
    }
  }

  void end() {
    if (shown && next > STEP) {
      session.streams().err().println("\r" + line());
    }
  }

  private String line() {
    return files + (files == 1 ? " file, " : " files, ") + Human.size(bytes) + " ";
  }
}
