package dev.trunkline.datum;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What is run for each datum of a pipeline version.
///
/// @param command argv, no shell
/// @param errorCommand run when the command failed; empty for none
/// @param accepted exit codes that count as success beside 0
/// @param tries how often in all a datum is attempted
/// @param timeout of one attempt
/// @param workingDirectory empty for `/`
/// @param user `name|uid[:group|gid]`; empty for whoever the worker runs as
/// @param limits of its processes together
public record Program(
    List<String> command,
    List<String> stdin,
    List<String> errorCommand,
    List<String> errorStdin,
    Map<String, String> environment,
    Set<Long> accepted,
    int tries,
    Optional<Duration> timeout,
    String workingDirectory,
    String user,
    Limits limits) {

  /// A program that may use as much as there is.
  public Program(
      List<String> command,
      List<String> stdin,
      List<String> errorCommand,
      List<String> errorStdin,
      Map<String, String> environment,
      Set<Long> accepted,
      int tries,
      Optional<Duration> timeout,
      String workingDirectory,
      String user) {
    this(
        command,
        stdin,
        errorCommand,
        errorStdin,
        environment,
        accepted,
        tries,
        timeout,
        workingDirectory,
        user,
        Limits.NONE);
  }
}
