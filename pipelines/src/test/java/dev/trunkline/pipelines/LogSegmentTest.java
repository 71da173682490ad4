package dev.trunkline.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Hash;
import dev.trunkline.testkit.Seeds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogSegmentTest {
  private static LogLine line(String datum, int number) {
    var origin = new LogLine.Origin("worker", true, false);
    var file = new LogLine.File("/f" + number, Hash.sha256(new byte[] {1}));
    return new LogLine(Instant.EPOCH.plusMillis(number), origin, datum, List.of(file), "text");
  }

  @Test
  void whatIsReadIsWhatWasLogged() {
    var lines = List.of(line("", 1), line("d", 1), line("d", 1), line("e", 2));
    assertThat(LogLine.lines(LogLine.segment(lines)))
        .extracting(LogLine::datum, LogLine::time, LogLine::text)
        .containsExactlyElementsOf(
            lines.stream()
                .map(l -> org.assertj.core.groups.Tuple.tuple(l.datum(), l.time(), l.text()))
                .toList());
  }

  @Test
  void aSegmentIsPassedOverOnlyWhereItHoldsNothingOfTheDatum() {
    Seeds.each(
        20,
        random -> {
          var lines = new ArrayList<LogLine>();
          lines.add(line("", 0));
          for (int i = 0; i < 50; i++) {
            lines.add(
                line("%064x".formatted(random.nextInt()).transform(LogSegmentTest::moved), i));
          }
          var marks = LogLine.datums(lines);
          for (var line : lines) {
            assertThat(LogLine.mayHold(marks, line.datum())).isTrue();
          }
          assertThat(LogLine.mayHold(marks, "f".repeat(64)))
              .isEqualTo(lines.stream().anyMatch(l -> l.datum().startsWith("ffffffff")));
          assertThat(LogLine.mayHold(LogLine.datums(List.of(line("odd", 1))), "odd")).isTrue();
        });
  }

  /// The digits that differ come first, as in ids.
  private static String moved(String id) {
    return id.substring(56) + id.substring(0, 56);
  }
}
