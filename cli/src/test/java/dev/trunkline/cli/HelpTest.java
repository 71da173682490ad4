package dev.trunkline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.testkit.Golden;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What help says of commands and flags.
class HelpTest {
  private static final int LINE_MAX = 100;

  private final Shell shell = new Shell(Map.of("HOME", "/none"));

  HelpTest() {}

  @Test
  void noFlagLacksWords() {
    assertThat(Cli.all().flatMap(command -> Flag.all(command.flags()).stream()))
        .hasSizeGreaterThan(100)
        .allSatisfy(flag -> assertThat(flag.words()).as(flag.name()).hasSizeGreaterThan(8));
    assertThat(Flag.all(Arguments.GLOBAL)).noneMatch(flag -> flag.words().isEmpty());
  }

  @Test
  void noFlagIsDeclaredTwice() {
    assertThat(Cli.all())
        .allSatisfy(command -> {
          var flags = Flag.all(Arguments.GLOBAL + command.flags());
          assertThat(flags.stream().map(Flag::name)).as(command.name()).doesNotHaveDuplicates();
        });
  }

  @Test
  void everyCommandHasWordsAndNoWordsStandAlone() {
    assertThat(Cli.all()).allSatisfy(c -> assertThat(CommandWords.of(c)).as(c.name()).isNotEmpty());
    assertThat(Cli.all().map(Command::name).collect(Collectors.toSet()))
        .containsAll(CommandWords.all().keySet());
  }

  @Test
  void linesFitOnAScreen() {
    assertThat(Cli.all())
        .allSatisfy(command -> {
          var lines = shell.run("help " + command.name()).out().lines().skip(1).toList();
          assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(LINE_MAX));
        });
  }

  @Test
  void helpAsItIsPrinted() {
    var all = new StringBuilder();
    for (var line :
        List.of("help", "help create", "help put file", "create pipeline --help", "help logs")) {
      all.append("$ pachctl ").append(line).append('\n').append(shell.run(line).out());
    }
    Golden.check(HelpTest.class, "help.txt", all.toString());
  }
}
