package dev.trunkline.versions;

import dev.trunkline.base.Clock;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Refusal;
import dev.trunkline.content.Appender;
import dev.trunkline.content.Entry;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Tx;
import dev.trunkline.storage.Storage;
import dev.trunkline.storage.Upload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// File sets that belong to no commit: made by a stream or from a commit, put together, added to
/// commits, and gone after a while. Each can be read as a commit of the repo [#REPO].
public final class FileSets {
  /// The repo whose commits are file sets.
  public static final String REPO = "__filesets__";

  /// How many seconds a file set lives where nothing else was asked for.
  static final long DEFAULT_LIFE = 600;

  private static final long LONGEST_LIFE = 1800;
  private static final int TOKEN = 32;
  private static final long SHARD_FILES = 1_000_000;
  private static final long SHARD_BYTES = 1_000_000_000;

  private final Versions versions;
  private final Storage storage;
  private Source source = (_, _) -> Optional.empty();

  FileSets(Versions versions, Storage storage) {
    this.versions = versions;
    this.storage = storage;
  }

  /// Lets `offered` make those file sets that nobody has made, when they are first asked for.
  public void offer(Source offered) {
    source = offered;
  }

  /// Begins a stream of edits that becomes a file set.
  public FileWrite create() {
    return new FileWrite(versions, storage, new FileWrite.Target.Set());
  }

  private static String token(String id) {
    var token = id.contains(".") ? id.substring(0, id.indexOf('.')) : id;
    if (token.length() != TOKEN) {
      throw Refusal.invalid(
          "parsing fileset.Token: too %s to be Token len=%d"
              .formatted(token.length() < TOKEN ? "short" : "long", token.length()));
    }
    if (!token.matches("[0-9a-f]+")) {
      throw Refusal.invalid("parsing fileset.Token: \"" + token + "\" is not hexadecimal");
    }
    return token;
  }

  private FileSetRows.Row find(String id) {
    var token = token(id);
    return versions
        .read(tx -> FileSetRows.find(tx, token))
        .or(() -> offered(token))
        .orElseThrow(() -> Refusal.notFound("file set " + id + ": path does not exist"));
  }

  /// The file set that has not been made yet, or has expired, but is there for the asking.
  private Optional<FileSetRows.Row> offered(String token) {
    try (var upload = storage.upload()) {
      var edits = source.edits(token, upload);
      if (edits.isEmpty()) {
        return Optional.empty();
      }
      upload.seal();
      return versions.quietly(tx -> {
        upload.publish(tx);
        FileSetRows.insert(tx, token, edits, Optional.empty(), DEFAULT_LIFE);
        return FileSetRows.find(tx, token);
      });
    }
  }

  /// The files of a file set, as those of a commit that is finished.
  Files.Snapshot open(CommitHandle handle) {
    var row = find(handle.reference());
    var files = row.files().orElseGet(() -> files(row));
    var created = Clock.ofMicros(row.created());
    var info =
        new CommitInfo(
            0,
            new CommitName(handle.repo(), handle.reference()),
            Optional.empty(),
            CommitInfo.Origin.AUTO,
            "FileSet - Virtual Commit",
            Optional.empty(),
            created,
            Optional.of(created),
            Optional.of(created),
            "",
            false,
            Optional.of(files),
            row.edits(),
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            "");
    return new Files.Snapshot(info, files);
  }

  private Root files(FileSetRows.Row row) {
    return keep(
        upload -> storage.trees().apply(Root.EMPTY, row.edits().orElse(Root.EMPTY), upload),
        (tx, root) -> FileSetRows.setFiles(tx, row.id(), root));
  }

  private Root keep(Making making, Keeping keeping) {
    try (var upload = storage.upload()) {
      var root = making.make(upload);
      upload.seal();
      return versions.quietly(tx -> {
        upload.publish(tx);
        keeping.keep(tx, root);
        return root;
      });
    }
  }

  /// The edits that a file set stands for.
  public Root edits(String id) {
    var row = find(id);
    return row.edits()
        .orElseGet(() ->
            keep(
                upload -> asEdits(row.files().orElse(Root.EMPTY), upload),
                (tx, root) -> FileSetRows.setEdits(tx, row.id(), root)));
  }

  private Root asEdits(Root files, Upload upload) {
    var writer = storage.trees().fileSets().writer(upload);
    for (var entries = storage.trees().walk(files, FilePath.ROOT); entries.hasNext(); ) {
      if (entries.next() instanceof Entry.OfFile file) {
        writer.append(file.path(), file.datum(), file.content());
      }
    }
    return writer.finish();
  }

  /// A new file set with all files of a commit.
  public String ofTotal(CommitHandle commit) {
    var root = versions.files().open(commit).root();
    return versions.quietly(
        tx -> FileSetRows.insert(tx, Optional.empty(), Optional.of(root), DEFAULT_LIFE));
  }

  /// A new file set with the own edits of a commit.
  public String ofDiff(CommitHandle handle) {
    if (handle.repo().name().equals(REPO)) {
      var edits = edits(handle.reference());
      return insert(edits, DEFAULT_LIFE);
    }
    var layers =
        versions.read(tx -> {
          var commit = Resolver.resolve(tx, handle);
          if (commit.forgotten()) {
            throw Refusal.forbiddenNow("the commit is forgotten");
          }
          return commit.isFinished()
              ? List.of(new LayerRows.Layer(0, 0, commit.diff().orElse(Root.EMPTY)))
              : LayerRows.all(tx, commit.key());
        });
    return compose(layers.stream().map(LayerRows.Layer::root).toList(), DEFAULT_LIFE);
  }

  private String insert(Root edits, long seconds) {
    return versions.quietly(
        tx -> FileSetRows.insert(tx, Optional.of(edits), Optional.empty(), seconds));
  }

  private String compose(List<Root> layers, long seconds) {
    try (var upload = storage.upload()) {
      var edits = Root.EMPTY;
      for (var layer : layers) {
        edits = storage.trees().fileSets().fold(edits, layer, upload);
      }
      var all = edits;
      upload.seal();
      return versions.quietly(tx -> {
        upload.publish(tx);
        return FileSetRows.insert(tx, Optional.of(all), Optional.empty(), seconds);
      });
    }
  }

  /// A new file set with the edits of others, in order; 0 seconds mean the usual time.
  public String compose(Iterable<String> ids, long seconds) {
    var layers = new ArrayList<Root>();
    ids.forEach(id -> layers.add(edits(id)));
    return compose(layers, seconds <= 0 ? DEFAULT_LIFE : seconds);
  }

  /// Adds a file set to an open commit.
  public void add(CommitHandle commit, String id) {
    var edits = edits(id);
    versions.change(change -> {
      change.addFileSet(commit, edits);
      return true;
    });
  }

  /// Lets a file set live for so many seconds from now.
  public void renew(String id, long seconds) {
    if (seconds < 1) {
      throw Refusal.invalid("ttl (" + seconds + ") must be at least one second");
    }
    if (seconds > LONGEST_LIFE) {
      throw Refusal.invalid("ttl (" + seconds + ") exceeds max ttl (" + LONGEST_LIFE + ")");
    }
    var token = token(id);
    boolean there =
        versions.read(tx -> FileSetRows.find(tx, token)).or(() -> offered(token)).isPresent();
    if (!there || !versions.quietly(tx -> FileSetRows.renew(tx, token, seconds))) {
      throw Refusal.notFound("tracker does not contain item: (" + token + ")");
    }
  }

  /// Ranges of paths that cover a file set, each of about so many files or bytes; 0 means the usual
  /// size.
  public List<Range> shard(String id, long files, long bytes) {
    long mostFiles = files > 0 ? files : SHARD_FILES;
    long mostBytes = bytes > 0 ? bytes : SHARD_BYTES;
    var handle = new CommitHandle(RepoName.user(Projects.DEFAULT, REPO), "", id);
    var shards = new ArrayList<Range>();
    var lower = "";
    long count = 0;
    long size = 0;
    for (var entries = storage.trees().walk(open(handle).root(), FilePath.ROOT);
        entries.hasNext(); ) {
      if (entries.next() instanceof Entry.OfFile file) {
        if (count >= mostFiles || size >= mostBytes) {
          shards.add(new Range(lower, file.path().text()));
          lower = file.path().text();
          count = 0;
          size = 0;
        }
        count++;
        size += file.size();
      }
    }
    shards.add(new Range(lower, ""));
    return shards;
  }

  /// The paths from `lower` up to, and without, `upper`; an empty bound is none.
  public record Range(String lower, String upper) {}

  /// Somebody who knows what stands behind ids of file sets that have not been made.
  public interface Source {
    /// The edits of the file set with this id, written to `appender`; empty where there is none.
    Optional<Root> edits(String id, Appender appender);
  }

  private interface Making {
    Root make(Upload upload);
  }

  private interface Keeping {
    void keep(Tx tx, Root root);
  }
}
