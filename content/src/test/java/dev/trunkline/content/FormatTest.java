package dev.trunkline.content;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trunkline.base.FilePath;
import dev.trunkline.base.Hash;
import dev.trunkline.testkit.Golden;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Bytes and hashes of format 1, frozen: a store outlives the program that wrote it.
/// `-Dgolden=rewrite` writes the files anew.
class FormatTest {
  private static final String HASH = "00112233445566778899aabbccddeeff".repeat(2);

  private final MemoryRecords records = new MemoryRecords();
  private final Set<Ref> appended = new LinkedHashSet<>();

  private Ref append(RecordKind kind, Hash hash, byte[] record) {
    var ref = records.append(kind, hash, record);
    appended.add(ref);
    return ref;
  }

  private static void frozen(String name, String actual) {
    Golden.check(FormatTest.class, name, actual);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private String nodes() {
    var out = new StringBuilder();
    for (var ref : appended) {
      if (ref.kind() == RecordKind.NODE) {
        out.append("node ").append(ref.hash()).append('\n');
        out.append(hex(records.read(ref))).append('\n');
      }
    }
    return out.toString();
  }

  private static FileRef text(FileSets.Writer set, String text) {
    var content = set.content();
    content.write(text.getBytes(UTF_8), 0, text.length());
    return content.finish();
  }

  private static FilePath at(String path) {
    return FilePath.clean(path);
  }

  @Test
  void aSmallTreeOfFiles() {
    var trees = new Trees(records, ChunkLimits.STANDARD);
    var set = trees.fileSets().writer(this::append);
    set.append(at("/a"), "default", text(set, "hello"));
    set.append(at("/a/twin"), "default", text(set, "x"));
    set.append(at("/b"), "default", text(set, "one"));
    set.append(at("/b"), HASH, text(set, "two"));
    set.append(at("/chunk"), "default", text(set, "chunk ".repeat(100)));
    set.append(
        at("/external"),
        HASH,
        new FileRef.External("s3://bucket/key", "v7", "\"etag\"", 5, 1_000_000_000_000L));
    for (int i = 0; i < 20; i++) {
      set.append(at("/of one datum/%02d".formatted(i)), HASH, text(set, "" + i));
    }
    appended.clear();
    var root = trees.apply(Root.EMPTY, set.finish(), this::append);
    frozen(
        "tree.txt", "root " + hex(root.encode()) + "\ncontent " + root.content() + "\n" + nodes());
  }

  @Test
  void aFileSet() {
    var trees = new Trees(records, ChunkLimits.STANDARD);
    var set = trees.fileSets().writer(this::append);
    set.deleteTree(at("/any"), "");
    set.append(at("/any/appended"), "default", text(set, "a"));
    set.deleteTree(at("/some"), "d2");
    set.deleteTree(at("/some"), HASH);
    set.delete(at("/some/deleted"), "default");
    set.replace(at("/some/replaced"), HASH, text(set, "r"));
    set.replace(at("/some/replaced"), "d2", FileRef.empty());
    var root = set.finish();
    frozen("fileset.txt", "root " + hex(root.encode()) + "\n" + nodes());
  }

  @Test
  void aTreeOfSeveralLevels() {
    var out = new StringBuilder();
    for (int files : new int[] {0, 1, 12, 13, 64, 1000, 20_000}) {
      var trees = new Trees(records, ChunkLimits.STANDARD);
      var set = trees.fileSets().writer(records);
      for (int i = 0; i < files; i++) {
        set.append(at("/d/%d".formatted(i)), "default", FileRef.empty());
      }
      var root = trees.apply(Root.EMPTY, set.finish(), records);
      out.append(files).append(' ').append(hex(root.encode())).append('\n');
    }
    frozen("levels.txt", out.toString());
  }

  @Test
  void contentOfFiles() {
    var out = new StringBuilder();
    for (int length : new int[] {0, 1, 128, 129, 65_536, 1_000_000, 20_000_000}) {
      var bytes = new byte[length];
      new Random(length).nextBytes(bytes);
      appended.clear();
      var random = write(bytes);
      out.append(length).append(" random ").append(random.hash()).append(lengths()).append('\n');
      appended.clear();
      var zeros = write(new byte[length]);
      out.append(length).append(" zeros ").append(zeros.hash()).append(lengths()).append('\n');
    }
    frozen("chunks.txt", out.toString());
  }

  private FileRef write(byte[] content) {
    var writer = new FileWriter(this::append, ChunkLimits.STANDARD);
    writer.write(content, 0, content.length);
    return writer.finish();
  }

  private String lengths() {
    var out = new StringBuilder();
    appended.forEach(ref ->
        out.append(ref.kind() == RecordKind.NODE ? " node " : " ").append(ref.at().length()));
    return out.toString();
  }
}
