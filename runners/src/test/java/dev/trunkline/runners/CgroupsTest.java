package dev.trunkline.runners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.datum.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Control groups, on a folder that looks like theirs.
class CgroupsTest {
  private static final long PID = 4711;

  @TempDir Path folder;
  private Path own;
  private Path home;

  @BeforeEach
  void mount() throws IOException {
    own = folder.resolve("cgroup");
    home = Files.createDirectories(folder.resolve("mounted/system.slice/trunkline.service"));
    in("0::/system.slice/trunkline.service");
    offers("cpuset cpu io memory pids");
    holds("4711");
  }

  private void in(String line) throws IOException {
    Files.writeString(own, "4:memory:/old\n" + line + "\n");
  }

  private void offers(String controllers) throws IOException {
    Files.writeString(home.resolve("cgroup.controllers"), controllers + "\n");
  }

  private void holds(String pids) throws IOException {
    Files.writeString(home.resolve("cgroup.procs"), pids + "\n");
  }

  private Optional<Cgroups> groups() {
    return Cgroups.below(folder.resolve("mounted"), own, PID);
  }

  private String text(String file) throws IOException {
    return Files.readString(home.resolve(file));
  }

  @Test
  void aProcessThatIsAloneInItsGroupMakesRoomForOthers() throws IOException {
    assertThat(groups()).isPresent();
    assertThat(text("server/cgroup.procs")).isEqualTo("4711");
    assertThat(text("cgroup.subtree_control")).isEqualTo("+cpu +memory");
  }

  @Test
  void nothingIsTouchedWhereItIsNotOursToTouch() throws IOException {
    holds("1\n4711");
    assertThat(groups()).isEmpty();
    holds("4711");
    offers("cpuset hugetlb");
    assertThat(groups()).isEmpty();
    in("1:name=systemd:/");
    assertThat(groups()).isEmpty();
    in("0::/gone");
    assertThat(groups()).isEmpty();
    assertThat(home.resolve("server")).doesNotExist();
    assertThat(home.resolve("cgroup.subtree_control")).doesNotExist();
  }

  @Test
  void aGroupHasTheLimitsOfItsWorker() throws IOException {
    var groups = groups().orElseThrow();
    groups.make("both", new Limits(64 << 20, 0.5));
    assertThat(text("both/memory.max")).isEqualTo("67108864");
    assertThat(text("both/memory.swap.max")).isEqualTo("0");
    assertThat(text("both/cpu.max")).isEqualTo("50000 100000");
    groups.make("tiny", new Limits(0, 0.0001));
    assertThat(text("tiny/cpu.max")).isEqualTo("1000 100000");
    assertThat(home.resolve("tiny/memory.max")).doesNotExist();
    assertThatThrownBy(() -> groups.make("both", Limits.NONE))
        .hasMessageContaining("remove resource_limits")
        .hasMessageContaining("Delegate=yes");
  }

  @Test
  void aKillIsToldOnceAndByTheGroupThatSawIt() throws IOException {
    var group = groups().orElseThrow().make("w", new Limits(1 << 20, 0));
    assertThat(group.starved()).isFalse();
    Files.writeString(home.resolve("w/memory.events"), "low 0\nmax 7\noom 2\noom_kill 2\n");
    assertThat(group.starved()).isTrue();
    assertThat(group.starved()).isFalse();
    Files.writeString(home.resolve("w/memory.events"), "low 0\nmax 9\noom 3\noom_kill 3\n");
    assertThat(group.starved()).isTrue();
  }

  @Test
  void whatIsStartedEntersFirst() throws Exception {
    var group = groups().orElseThrow().make("w", new Limits(1 << 20, 0));
    var words = group.around(List.of("sh", "-c", "echo $$ \"$1\"", "sh", "a  b"));
    var process = new ProcessBuilder(words).start();
    var said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(said).isEqualTo(process.pid() + " a  b\n");
    assertThat(text("w/cgroup.procs")).isEqualTo(process.pid() + "\n");
  }
}
