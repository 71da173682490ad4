package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.InOrder;
import dev.trunkline.base.Refusal;
import java.io.ByteArrayOutputStream;
import java.util.List;

/// Turns bytes into file content: one canonical chunk list, however the bytes were handed in.
public final class FileWriter {
  /// How many bytes of chunks may be on their way to the store: fewer where the heap is small.
  private static final long AHEAD = Math.min(2 << 20, Runtime.getRuntime().maxMemory() / 256);

  private final Appender appender;
  private final Chunker chunker;
  private final ChunkList chunks;
  private final InOrder<Ref> begun;
  private final ByteArrayOutputStream small = new ByteArrayOutputStream();
  private long length;
  private boolean chunked;

  /// Chunks go to `appender` as they are cut; a few of them are kept until they are stored.
  public FileWriter(Appender appender, ChunkLimits limits) {
    this.appender = appender;
    this.chunks = new ChunkList(appender);
    this.begun = new InOrder<>(AHEAD, chunks::add);
    this.chunker = new Chunker(limits, this::store);
  }

  private void store(byte[] chunk) {
    begun.add(chunk.length, appender.begin(chunk));
  }

  /// Takes bytes over: the caller must not change them any more.
  public void write(byte[] bytes, int from, int count) {
    if (!chunked && length + count > FileRef.INLINE_MAX) {
      chunked = true;
      var before = small.toByteArray();
      chunker.add(before, 0, before.length);
    }
    length += count;
    if (chunked) {
      chunker.add(bytes, from, count);
    } else {
      small.write(bytes, from, count);
    }
  }

  /// Ends the content.
  public FileRef finish() {
    if (chunked) {
      chunker.finish();
      begun.drain();
      return chunks.finish();
    }
    var content = Bytes.of(small.toByteArray());
    if (content.length() == 0) {
      return FileRef.empty();
    }
    var at = new Location(0, 0, 0, content.length(), content.length(), Codec.RAW);
    var chunk = new Ref(RecordKind.CHUNK, Verification.chunk(content.array()), at);
    return new FileRef.Inline(content, ChunkList.hashOf(List.of(chunk)));
  }

  /// Whether the next byte would begin a chunk: from here on, the chunks of other content can be
  /// taken over as they are.
  private boolean atCut() {
    return chunked && chunker.pending() == 0;
  }

  /// The content of `first` followed by that of `second`: the last chunk of `first` is cut again
  /// with what follows, until a cut meets one of `second`.
  public static FileRef concat(FileReader reader, FileWriter out, FileRef first, FileRef second) {
    if (first.length() == 0 || second.length() == 0) {
      return first.length() == 0 ? second : first;
    }
    out.resume(reader, first);
    reader.chunks(
        second,
        chunk -> {
          if (out.atCut()) {
            out.take(chunk);
          } else {
            out.write(reader.chunk(chunk));
          }
        },
        out::write);
    return out.finish();
  }

  /// Begins with the content of `file`: its last chunk can still grow, the others are taken over.
  private void resume(FileReader reader, FileRef file) {
    switch (file) {
      case FileRef.Inline inline -> write(inline.content().array());
      case FileRef.Chunked chunked -> regrow(reader, file, chunks.resume(chunked));
      case FileRef.Large large -> regrow(reader, file, chunks.resume(reader, large));
      case FileRef.External external ->
          throw new Refusal(
              Refusal.Kind.UNSUPPORTED,
              "appending to content that lies at %s is not built yet in this version"
                  .formatted(external.url()));
    }
  }

  private void regrow(FileReader reader, FileRef file, Ref last) {
    chunked = true;
    length = file.length() - last.at().length();
    write(reader.chunk(last));
  }

  private void take(Ref chunk) {
    chunked = true;
    length += chunk.at().length();
    begun.drain();
    chunks.add(chunk);
  }

  private void write(byte[] bytes) {
    write(bytes, 0, bytes.length);
  }
}
