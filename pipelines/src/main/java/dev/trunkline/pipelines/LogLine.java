package dev.trunkline.pipelines;

import com.github.luben.zstd.Zstd;
import dev.trunkline.base.Clock;
import dev.trunkline.content.Decoder;
import dev.trunkline.content.Encoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A line that a worker logged.
public record LogLine(Instant time, String datum, boolean user, String text) {
  static byte[] segment(List<LogLine> lines) {
    var out = new Encoder().varint(lines.size());
    for (var line : lines) {
      out.varint(Clock.toMicros(line.time)).text(line.datum).u8(line.user ? 1 : 0).text(line.text);
    }
    var raw = out.array();
    return new Encoder().varint(raw.length).bytes(Zstd.compress(raw, 1)).array();
  }

  static List<LogLine> lines(byte[] segment) {
    var raw =
        Decoder.decode(
            segment,
            in -> {
              int length = in.varint32();
              return Zstd.decompress(in.bytes(), length);
            });
    return Decoder.decode(
        raw,
        in -> {
          int count = in.varint32();
          var lines = new ArrayList<LogLine>();
          for (int i = 0; i < count; i++) {
            var time = Clock.ofMicros(in.varint());
            var datum = in.text();
            lines.add(new LogLine(time, datum, in.u8() == 1, in.text()));
          }
          return lines;
        });
  }
}
