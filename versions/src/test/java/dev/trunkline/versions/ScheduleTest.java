package dev.trunkline.versions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.base.Refusal;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The times that schedules name. 2026-01-01 is a Thursday.
class ScheduleTest {
  @ParameterizedTest
  @CsvSource({
    "* * * * *,               2026-01-01T00:00:30Z, 2026-01-01T00:01:00Z",
    "30 4 * * *,              2026-01-01T04:30:00Z, 2026-01-02T04:30:00Z",
    "*/20 3-5 * * *,          2026-01-01T03:45:00Z, 2026-01-01T04:00:00Z",
    "5/20 * * * *,            2026-01-01T00:26:00Z, 2026-01-01T00:45:00Z",
    "'0 0 1,15 * *',          2026-01-02T00:00:00Z, 2026-01-15T00:00:00Z",
    "0 0 13 * FRI,            2026-01-03T00:00:00Z, 2026-01-09T00:00:00Z",
    "0 0 * * 7,               2026-01-01T00:00:00Z, 2026-01-04T00:00:00Z",
    "0 0 29 feb *,            2026-01-01T00:00:00Z, 2028-02-29T00:00:00Z",
    "0 0 31 4 *,              2026-01-01T00:00:00Z, 9999-01-01T00:00:00Z",
    "TZ=Asia/Tokyo 0 9 * * *, 2026-01-01T00:00:00Z, 2026-01-02T00:00:00Z",
    "@hourly,                 2026-01-01T00:00:00Z, 2026-01-01T01:00:00Z",
    "@daily,                  2026-01-01T00:00:00Z, 2026-01-02T00:00:00Z",
    "@weekly,                 2026-01-01T00:00:00Z, 2026-01-04T00:00:00Z",
    "@monthly,                2026-01-01T00:00:00Z, 2026-02-01T00:00:00Z",
    "@yearly,                 2026-01-01T00:00:00Z, 2027-01-01T00:00:00Z",
    "@every 1h30m,            2026-01-01T00:00:00.7Z, 2026-01-01T01:30:00Z",
    "@every 10ms,             2026-01-01T00:00:00.7Z, 2026-01-01T00:00:01Z",
    "' @never ',              2026-01-01T00:00:00Z, 9999-01-01T00:00:00Z"
  })
  void theNextTime(String spec, Instant time, Instant next) {
    assertThat(Schedule.parse(spec).next(time)).isEqualTo(next);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "* * * *",
        "0 0 0 * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 8",
        "5-1 * * * *",
        "1-2-3 * * * *",
        "*/0 * * * *",
        "x * * * *",
        "@reboot",
        "@every",
        "@every soon",
        "@every 5",
        "TZ=Nowhere/Town * * * * *",
        "TZ=UTC"
      })
  void whatIsNoSchedule(String spec) {
    assertThatThrownBy(() -> Schedule.parse(spec))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("schedule \"" + spec + "\"");
  }

  @Test
  void aClockThatIsSetBackAndForthSkipsNothing() {
    var berlin = Schedule.parse("TZ=Europe/Berlin 30 2 * * *");
    var beforeSpring = Instant.parse("2026-03-28T12:00:00Z");
    assertThat(berlin.next(beforeSpring)).isBefore(Instant.parse("2026-03-30T12:00:00Z"));
    var autumn = berlin.next(Instant.parse("2026-10-24T12:00:00Z"));
    assertThat(autumn).isEqualTo("2026-10-25T00:30:00Z");
  }
}
