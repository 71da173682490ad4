package dev.trunkline.datum;

import dev.trunkline.content.Root;
import java.util.List;

/// What became of a datum.
///
/// @param reason why it failed; empty where it did not
/// @param output what it wrote, as a file set
/// @param environment `K=V`, as the program saw it
/// @param started number of attempts
public record DatumOutcome(
    State state, String reason, Root output, Cost cost, List<String> environment, int started) {

  /// Copies the list.
  public DatumOutcome {
    environment = List.copyOf(environment);
  }

  /// How a datum ended.
  public enum State {
    /// The program succeeded.
    PROCESSED(1),
    /// Every attempt failed.
    FAILED(2),
    /// Attempts failed, and the error command put up with it.
    RECOVERED(3);

    private final int code;

    State(int code) {
      this.code = code;
    }

    /// The number that stands for it in stored form.
    public int code() {
      return code;
    }

    /// The state that a stored number stands for.
    public static State of(int code) {
      return code == 1 ? PROCESSED : code == 2 ? FAILED : RECOVERED;
    }
  }
}
