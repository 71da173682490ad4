package dev.trunkline.pipelines;

import com.github.luben.zstd.Zstd;
import dev.trunkline.base.Clock;
import dev.trunkline.base.Hash;
import dev.trunkline.content.Decoder;
import dev.trunkline.content.Encoder;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;

/// A line that was logged for a job.
public record LogLine(Instant time, Origin origin, String datum, List<File> data, String text) {
  /// A datum of more files than this is logged with the first of them only.
  public static final int MOST_FILES = 64;

  private static final int USER = 1;
  private static final int MASTER = 2;

  /// Who logged a line.
  ///
  /// @param worker empty where no worker did
  /// @param user the program of the pipeline wrote it
  /// @param master it is about the job as a whole
  public record Origin(String worker, boolean user, boolean master) {
    static final Origin JOB = new Origin("", false, true);
  }

  /// A file that the datum at hand is given.
  public record File(String path, Hash hash) {}

  /// Whether the program of the pipeline wrote it.
  public boolean user() {
    return origin.user;
  }

  /// The first bytes of the ids of the datums that lines are about, sorted.
  static byte[] datums(List<LogLine> lines) {
    var marks = lines.stream().filter(line -> !line.datum.isEmpty()).mapToInt(l -> mark(l.datum));
    var out = new Encoder();
    marks.distinct().sorted().forEach(out::u32);
    return out.array();
  }

  /// Whether lines with these marks can be about a datum; any can where it is empty.
  static boolean mayHold(byte[] marks, String datum) {
    if (datum.isEmpty()) {
      return true;
    }
    int mark = mark(datum);
    var all = ByteBuffer.wrap(marks).asIntBuffer();
    return IntStream.range(0, all.limit()).anyMatch(at -> all.get(at) == mark);
  }

  private static int mark(String datum) {
    return datum.length() < 8 || !datum.substring(0, 8).matches("[0-9a-f]*")
        ? 0
        : HexFormat.fromHexDigits(datum.substring(0, 8));
  }

  /// The files of a datum stand in a segment once.
  static byte[] segment(List<LogLine> lines) {
    var datums = new LinkedHashMap<String, Integer>();
    var files = new Encoder();
    for (var line : lines) {
      if (datums.putIfAbsent(line.datum, datums.size()) == null) {
        files.text(line.datum).varint(line.data.size());
        line.data.forEach(file -> files.text(file.path).hash(file.hash));
      }
    }
    var out = new Encoder().varint(datums.size());
    out.bytes(files.array()).varint(lines.size());
    for (var line : lines) {
      out.varint(Clock.toMicros(line.time)).varint(datums.getOrDefault(line.datum, 0));
      out.text(line.origin.worker);
      out.u8((line.origin.user ? USER : 0) | (line.origin.master ? MASTER : 0)).text(line.text);
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
    return Decoder.decode(raw, LogLine::lines);
  }

  private static List<LogLine> lines(Decoder in) {
    int count = in.varint32();
    var datums = Decoder.decode(in.bytes(), files -> datums(files, count));
    int length = in.varint32();
    var lines = new ArrayList<LogLine>();
    for (int i = 0; i < length; i++) {
      var time = Clock.ofMicros(in.varint());
      var datum = datums.get(in.varint32());
      var worker = in.text();
      int flags = in.u8();
      var origin = new Origin(worker, (flags & USER) != 0, (flags & MASTER) != 0);
      lines.add(new LogLine(time, origin, datum.id, datum.files, in.text()));
    }
    return lines;
  }

  private static List<OfDatum> datums(Decoder in, int count) {
    var datums = new ArrayList<OfDatum>();
    for (int i = 0; i < count; i++) {
      var id = in.text();
      int number = in.varint32();
      var files = new ArrayList<File>();
      for (int j = 0; j < number; j++) {
        files.add(new File(in.text(), in.hash()));
      }
      datums.add(new OfDatum(id, List.copyOf(files)));
    }
    return datums;
  }

  private record OfDatum(String id, List<File> files) {}
}
