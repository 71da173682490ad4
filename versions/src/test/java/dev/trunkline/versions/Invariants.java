package dev.trunkline.versions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.FilePath;
import dev.trunkline.content.Entry;
import dev.trunkline.content.Item;
import dev.trunkline.content.Ref;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Database;
import dev.trunkline.storage.Storage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Walks everything that a database names and checks that it is there and is what it should be: the
/// invariants of `ARCHITECTURE.md` that stored data can show.
///
/// Every record is read through the store, which verifies it against its hash.
public final class Invariants {
  private final Database database;
  private final Storage storage;
  private final Set<Ref> known = new HashSet<>();
  private final Set<Root> walked = new HashSet<>();

  private Invariants(Database database, Storage storage) {
    this.database = database;
    this.storage = storage;
  }

  /// Fails where a stored root cannot be read in full, where a count is wrong, or where rows
  /// contradict each other.
  public static void check(Database database, Storage storage) {
    var invariants = new Invariants(database, storage);
    invariants.rows();
    invariants
        .roots("select total from versions_commits where total is not null")
        .forEach(invariants::files);
    invariants
        .roots("select diff from versions_commits where diff is not null")
        .forEach(invariants::keys);
    invariants.roots("select root from versions_layers").forEach(invariants::keys);
    invariants.roots("select root from versions_views").forEach(invariants::files);
  }

  /// The same for further roots of key trees: `query` selects one column of encoded roots.
  public static void checkTrees(Database database, Storage storage, String query) {
    var invariants = new Invariants(database, storage);
    invariants.roots(query).forEach(invariants::keys);
  }

  private List<Root> roots(String query) {
    return database.read(tx -> tx.handle().createQuery(query).mapTo(byte[].class).list()).stream()
        .map(Root::decode)
        .toList();
  }

  private void files(Root root) {
    if (!walked.add(root)) {
      return;
    }
    long files = 0;
    long bytes = 0;
    for (var entries = storage.trees().walk(root, FilePath.ROOT); entries.hasNext(); ) {
      if (entries.next() instanceof Entry.OfFile file) {
        files++;
        bytes += length(file);
      }
    }
    assertThat(files).as("files that the root counts").isEqualTo(root.summary().files());
    assertThat(bytes).as("bytes that the root counts").isEqualTo(root.summary().bytes());
  }

  /// Reads the content of a file.
  private long length(Entry.OfFile file) {
    var read = new long[1];
    storage.trees().reader().read(file.content(), 0, piece -> read[0] += piece.length);
    assertThat(read[0]).as("length of " + file.path()).isEqualTo(file.size());
    return read[0];
  }

  private void keys(Root root) {
    if (!walked.add(root)) {
      return;
    }
    for (var items = storage.trees().keys().scan(root, Bytes.EMPTY); items.hasNext(); ) {
      records(items.next());
    }
  }

  private void records(Item item) {
    for (var ref : item.refs()) {
      if (known.add(ref)) {
        storage.read(ref);
      }
    }
  }

  /// I3, I4, I6 and what a finished commit has.
  private void rows() {
    none(
        "I3: a head names a stored commit of its own repo",
        """
        select b.id from versions_branches b
        left join versions_commits c on c.id = b.head and c.repo = b.repo where c.id is null
        """);
    none(
        "a finished commit has its files, and an open one has none",
        "select id from versions_commits where (finished is null) <> (total is null)");
    none(
        "a finished commit has no layers left",
        """
        select l.commit_id from versions_layers l
        join versions_commits c on c.id = l.commit_id where c.finished is not null
        """);
    none(
        "I6: a commit set has at most one commit in a repo",
        "select min(id) from versions_commits group by repo, set_id having count(*) > 1");
    none(
        "a small pack is catalogued",
        """
        select s.number from storage_small_packs s
        left join storage_packs p on p.session = s.session and p.number = s.number
        where p.number is null
        """);
  }

  private void none(String invariant, String query) {
    var broken = database.read(tx -> tx.handle().createQuery(query).mapTo(Long.class).list());
    assertThat(broken).as(invariant).isEmpty();
  }
}
