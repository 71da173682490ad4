package dev.trunkline.services;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is found in a spec that no pod could be made from.
class SpecFaultsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'resource_requests': {'memory': 'lots'} | resource_requests.memory \"lots\"",
        "'resource_requests': {'disk': '1 TB'} | resource_requests.disk \"1 TB\"",
        "'resource_limits': {'cpu': -1} | resource_limits.cpu -1.0",
        "'sidecar_resource_limits': {'memory': 'x'} | sidecar_resource_limits.memory \"x\"",
        "'pod_patch': '{}' | pod_patch is no JSON patch",
        "'pod_patch': '[{}]' | pod_patch is no JSON patch",
        "'pod_patch': '[{\\'op\\': \\'put\\', \\'path\\': \\'/a\\'}]' | pod_patch is no JSON patch",
      })
  void aQuantityOrPatchThatIsNoneIsNamed(String field, String reason) {
    assertThat(first(field)).startsWith("could not update resources after 1 attempts: " + reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'resource_requests': {'memory': '64Mi', 'cpu': 0.5, 'disk': '1Gi', 'gpu': {'number': 1}}",
        "'pod_patch': '[{\\'op\\': \\'remove\\', \\'path\\': \\'/a\\'}]'",
        "'autoscaling': true, 'maximum_expected_uptime': '1s'",
      })
  void nothingIsFoundWhereNothingIsWrong(String field) {
    assertThat(first(field)).isEmpty();
  }

  private static String first(String field) {
    var json = "{'pipeline': {'name': 'p'}, 'transform': {'cmd': ['true']}, " + field + "}";
    return SpecFaults.first(
        EffectiveSpec.of(json.replace('\'', '"'), EffectiveSpec.Layers.NONE).request());
  }
}
