package dev.trunkline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is said of commands that are not here.
class LaterCommandsTest {
  private final Shell shell = new Shell(Map.of("HOME", "/none"));

  LaterCommandsTest() {}

  @Test
  void whatIsToComeIsNotUnknown() {
    for (var line :
        List.of(
            "debug-dump",
            "fsck",
            "shell",
            "logs2",
            "loki",
            "next datum",
            "edit metadata",
            "restart cluster",
            "config get metrics",
            "check status",
            "list secret",
            "list transaction",
            "list snapshot")) {
      says(line, "command \"" + line + "\" is not built yet in this version");
    }
    says("auth login", "command \"auth\" is not built yet in this version");
    says("loki QUERY --since 1h", "command \"loki\" is not built yet in this version");
  }

  @Test
  void nounsMayStandInThePlural() {
    says("list secrets", "command \"list secret\" is not built yet in this version");
    says("list transactions", "command \"list transaction\" is not built yet in this version");
    says("next datums --raw", "command \"next datum\" is not built yet in this version");
  }

  @Test
  void whatIsGoneNamesWhatTookItsPlace() {
    var snapshots =
        "gone since 2.0: snapshots took its place, which are not built yet in this version";
    says("extract --no-objects", "command \"extract\" is " + snapshots);
    says("restore", "command \"restore\" is " + snapshots);
    says(
        "garbage-collect",
        "command \"garbage-collect\" is gone since 2.0: servers free unused data by themselves,"
            + " which is not built yet in this version");
    says(
        "undeploy",
        "command \"undeploy\" is gone since 2.0: stop the server, and delete its data folder to"
            + " delete all data");
    says(
        "update-dash",
        "command \"update-dash\" is gone since 2.0: there is no dashboard beside the server");
    says(
        "get-object 12",
        "command \"get-object\" is gone since 2.0: get file prints files, and stored objects have"
            + " no names of their own");
    says(
        "get-tag a",
        "command \"get-tag\" is gone since 2.0: get file prints files, and tags are no more");
    for (var place : List.of("amazon", "google", "microsoft", "custom", "storage", "list-images")) {
      says(
          "deploy " + place + " b r 1",
          "command \"deploy "
              + place
              + "\" is gone since 2.0: Helm took its place, which is not built yet in this version;"
              + " deploy local starts a server on this machine");
    }
  }

  private void says(String line, String text) {
    var outcome = shell.run(line);
    assertThat(outcome.code()).as(line).isEqualTo(2);
    assertThat(outcome.err()).isEqualTo(text + "\n");
  }

  @Test
  void whatIsMistypedIsUnknown() {
    says("list secretss", "unknown command \"list secretss\": see pachctl help");
    says("deploy moon", "unknown command \"deploy moon\": see pachctl help");
  }
}
