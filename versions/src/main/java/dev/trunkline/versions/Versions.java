package dev.trunkline.versions;

import dev.trunkline.base.Scope;
import dev.trunkline.metadata.Changes;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Duties;
import dev.trunkline.metadata.Tx;
import dev.trunkline.storage.Storage;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The door to versioned data.
public final class Versions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Versions.class);
  private static final Duration LEASE = Duration.ofSeconds(30);

  private final Database database;
  private final Projects projects;
  private final Repos repos;
  private final Commits commits;
  private final Files files;
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
    finishing = new Finishing(this, storage, new Duties(database, LEASE));
    database.migrate("versions");
    change(change -> firstProject(change.tx()));
  }

  private static boolean firstProject(Tx tx) {
    int all =
        tx.handle()
            .createQuery("select count(*) from versions_projects")
            .mapTo(Integer.class)
            .one();
    return all == 0 && RepoRows.insertProject(tx, Projects.DEFAULT, "");
  }

  /// Begins the work in the background; `hooks` are told of commits from now on.
  public void start(Optional<CommitHooks> listener) {
    hooks = listener;
    background.run(this::finishForever);
  }

  private void finishForever() {
    while (!Thread.currentThread().isInterrupted()) {
      long seen = database.changes().version();
      try {
        if (!finishing.step()) {
          database.changes().await(seen, Changes.LONGEST);
        }
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException e) {
        LOG.error("finishing failed, will try again", e);
        try {
          database.changes().await(seen, Changes.LONGEST);
        } catch (InterruptedException _) {
          return;
        }
      }
    }
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

  /// Runs `work` as one transaction: all of it happens, and what follows from it, or nothing.
  public <T> T change(Function<Change, T> work) {
    return database.write(tx -> work.apply(new Change(tx, hooks)));
  }

  /// Runs `work` on one state of everything.
  public <T> T read(Function<Tx, T> work) {
    return database.read(work);
  }

  /// What wakes those who wait for a change.
  public Changes changes() {
    return database.changes();
  }

  /// Ends the work in the background.
  @Override
  public void close() {
    background.close();
  }
}
