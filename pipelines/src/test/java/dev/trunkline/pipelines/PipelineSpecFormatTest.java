package dev.trunkline.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.datum.Limits;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Specs as they are stored, in every version.
class PipelineSpecFormatTest {
  private static PipelineSpec limited(Limits limits) {
    var spec = Engine.spec(Engine.P, Engine.leaf("in", "in", "/*"), 3);
    var p = spec.program();
    var program =
        new dev.trunkline.datum.Program(
            p.command(),
            p.stdin(),
            p.errorCommand(),
            p.errorStdin(),
            p.environment(),
            p.accepted(),
            p.tries(),
            Optional.empty(),
            p.workingDirectory(),
            p.user(),
            limits);
    return new PipelineSpec(
        spec.name(), "", "", program, spec.input(), "master", spec.parallelism(), "", false);
  }

  @Test
  void whatIsStoredIsRead() {
    var spec = limited(new Limits(1L << 40, 2.5));
    assertThat(PipelineSpec.decode(spec.encode())).isEqualTo(spec);
    assertThat(spec.transformHash()).isEqualTo(limited(Limits.NONE).transformHash());
  }

  /// Version 1 ended before the limits: a varint and a text.
  @Test
  void versionOneHadNoLimits() {
    var spec = limited(Limits.NONE);
    var now = spec.encode();
    var old = Arrays.copyOf(now, now.length - 1 - 4);
    old[0] = 1;
    assertThat(PipelineSpec.decode(old)).isEqualTo(spec);
  }
}
