package dev.trunkline.versions;

import dev.trunkline.base.Scope;
import dev.trunkline.metadata.Changes;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Tx;
import dev.trunkline.storage.Storage;
import java.util.Optional;
import java.util.function.Function;

/// The door to versioned data.
public final class Versions implements AutoCloseable {
  private final Database database;
  private final Projects projects;
  private final Repos repos;
  private final Commits commits;
  private final Files files;
  private final FileSets fileSets;
  private final Notes notes;
  private final Transactions transactions;
  private final Finishing finishing;
  private final Scope background = Scope.open("finishing");
  private Optional<CommitHooks> hooks = Optional.empty();

  /// Opens the versions in `database` and `storage`, making the project `default` where all is new.
  public Versions(Database database, Storage storage) {
    this.database = database;
    projects = new Projects(this);
    repos = new Repos(this);
    commits = new Commits(this, database.changes());
    files = new Files(this, storage);
    fileSets = new FileSets(this, storage);
    notes = new Notes(this);
    transactions = new Transactions(this);
    finishing = new Finishing(this, storage, database);
    database.migrate("versions");
    change(change -> RepoRows.insertFirstProject(change.tx(), Projects.DEFAULT));
  }

  /// Begins the work in the background; `hooks` are told of commits from now on.
  public void start(Optional<CommitHooks> listener) {
    hooks = listener;
    finishing.start(background);
  }

  /// Projects.
  public Projects projects() {
    return projects;
  }

  /// Repos and branches.
  public Repos repos() {
    return repos;
  }

  /// Commits and commit sets.
  public Commits commits() {
    return commits;
  }

  /// Files.
  public Files files() {
    return files;
  }

  /// File sets that belong to no commit.
  public FileSets fileSets() {
    return fileSets;
  }

  /// What users noted about objects.
  public Notes notes() {
    return notes;
  }

  /// Requests that wait to be run as one.
  public Transactions transactions() {
    return transactions;
  }

  /// Runs `work` as one transaction: all of it happens, and what follows from it, or nothing.
  public <T> T change(Function<Change, T> work) {
    return database.write(tx -> work.apply(new Change(tx, tx.id(), hooks)));
  }

  /// Runs `work` like [#change]; the commits that it makes are those of the set `id`.
  <T> T change(String id, Function<Change, T> work) {
    return database.write(tx -> work.apply(new Change(tx, id, hooks)));
  }

  /// Runs `work` in a transaction that changes nothing that anybody waits for.
  <T> T quietly(Function<Tx, T> work) {
    return database.write(work);
  }

  /// Runs `work` on one state of everything.
  public <T> T read(Function<Tx, T> work) {
    return database.read(work);
  }

  /// What wakes those who wait for a change.
  public Changes changes() {
    return database.changes();
  }

  /// What is wrong with the rows, one line each; nothing in a healthy installation.
  public java.util.List<String> check() {
    return read(IntegrityRows::problems);
  }

  /// Ends the work in the background.
  @Override
  public void close() {
    background.close();
  }
}
