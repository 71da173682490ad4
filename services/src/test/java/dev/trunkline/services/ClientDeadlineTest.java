package dev.trunkline.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Metadata;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the header of a call says about the patience of its client.
class ClientDeadlineTest {
  @ParameterizedTest
  @CsvSource({"1n, true", "0S, true", "99999999H, false", "1H, false", "soon, false", "5, false"})
  void itIsNearlyOverWhenMostOfTheTimeIs(String header, boolean over) throws Exception {
    var headers = new Metadata();
    headers.put(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER), header);
    assertThat(nearlyOver(headers)).isEqualTo(over);
    assertThat(nearlyOver(new Metadata())).isFalse();
  }

  private static boolean nearlyOver(Metadata headers) throws Exception {
    return ClientDeadline.in(Context.current(), headers)
        .call(() -> ClientDeadline.nearly().getAsBoolean());
  }
}
