package dev.trunkline.versions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.base.Check;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Hash;
import dev.trunkline.base.Scope;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.content.Entry;
import dev.trunkline.metadata.Database;
import dev.trunkline.objects.MemoryObjects;
import dev.trunkline.storage.Storage;
import dev.trunkline.testkit.Seeds;
import dev.trunkline.versions.CommitInfo.State;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What versioned data promises, on any database.
abstract class VersionsContract {
  private static final RepoName REPO = RepoName.user("default", "iris");
  private static final BranchName MASTER = new BranchName(REPO, "master");

  private Database database;
  private Versions versions;

  abstract Database openDatabase();

  @BeforeEach
  void open() {
    database = openDatabase();
    database.migrate("metadata");
    versions =
        new Versions(database, Storage.open(database, new MemoryObjects(), ChunkLimits.TINY));
    versions.start(Optional.empty());
  }

  @AfterEach
  void close() {
    versions.close();
    database.close();
  }

  private void repo(RepoName repo) {
    versions.change(change -> {
      change.createRepo(repo, "", false);
      return true;
    });
  }

  private void put(CommitHandle handle, String path, String text) {
    try (var write = versions.files().modify(handle)) {
      write.append(path, "", text.getBytes(UTF_8));
      write.commit();
    }
  }

  private Map<String, String> files(CommitHandle handle) {
    var snapshot = versions.files().open(handle);
    var trees = versions.files().trees();
    var files = new TreeMap<String, String>();
    trees
        .walk(snapshot.root(), FilePath.ROOT)
        .forEachRemaining(entry -> {
          if (entry instanceof Entry.OfFile file) {
            var out = new ByteArrayOutputStream();
            trees.reader().read(file.content(), 0, out::writeBytes);
            files.put(file.path().text(), out.toString(UTF_8));
          }
        });
    return files;
  }

  private static CommitHandle head() {
    return CommitHandle.head(MASTER);
  }

  @Test
  void aPutToABranchIsAFinishedCommit() {
    repo(REPO);
    put(head(), "/raw/a", "one");
    put(head(), "raw/a", "two");
    var commit = versions.commits().await(head(), State.FINISHED);
    assertThat(files(head())).isEqualTo(Map.of("/raw/a", "onetwo"));
    assertThat(files(new CommitHandle(REPO, "master", "^"))).isEqualTo(Map.of("/raw/a", "one"));
    assertThat(commit.size()).isEqualTo(6);
    assertThat(versions.repos().inspect(REPO).size()).isEqualTo(6);
  }

  @Test
  void anOpenCommitCanBeReadAndWrittenUntilItIsFinished() {
    repo(REPO);
    var commit = versions.change(c -> c.startCommit(MASTER, Optional.empty(), "why"));
    var handle = CommitHandle.of(commit.name());
    put(handle, "/a", "1");
    assertThat(files(handle)).isEqualTo(Map.of("/a", "1"));
    put(handle, "/b", "2");
    assertThat(files(head())).isEqualTo(Map.of("/a", "1", "/b", "2"));
    assertThatThrownBy(() -> versions.change(c -> c.startCommit(MASTER, Optional.empty(), "")))
        .hasMessageContaining("has not been finished");
    finish(handle, "");
    assertThatThrownBy(() -> put(handle, "/c", "3")).hasMessageContaining("has already finished");
    assertThatThrownBy(() -> finish(handle, "")).hasMessageContaining("has already finished");
    assertThat(versions.commits().await(handle, State.FINISHED).description()).isEqualTo("why");
  }

  private void finish(CommitHandle handle, String error) {
    versions.change(c -> {
      c.finishCommit(handle, "", error);
      return true;
    });
  }

  @Test
  void whatFollowsGetsOneOpenCommitOfTheSameSet() {
    var b = new BranchName(RepoName.user("default", "b"), "master");
    var c = new BranchName(RepoName.user("default", "c"), "master");
    repo(REPO);
    repo(b.repo());
    repo(c.repo());
    branch(b, List.of(MASTER));
    branch(c, List.of(MASTER, b));
    put(head(), "/x", "1");
    var set = versions.commits().inspect(head()).name().id();
    var commits = versions.commits().set(set);
    assertThat(commits).extracting(i -> i.name().repo().name()).containsExactly("iris", "b", "c");
    assertThat(versions.repos().inspect(b).head().id()).isEqualTo(set);
    assertThat(versions.repos().inspect(c).provenance()).containsExactly(MASTER, b);
    assertThatThrownBy(() -> branch(MASTER, List.of(c))).hasMessageContaining("cycle");
    assertThatThrownBy(() -> put(CommitHandle.head(new BranchName(b.repo(), "nope")), "*", ""))
        .hasMessageContaining("not allowed in path");
    assertThatThrownBy(() -> versions.change(x -> x.startCommit(b, Optional.empty(), "")))
        .hasMessageContaining("cannot start a commit on an output branch");
    assertThatThrownBy(() ->
            versions.change(x -> {
              x.deleteBranch(MASTER, false);
              return true;
            }))
        .hasMessage(
            "branch \"default/iris@master\" cannot be deleted because it's in the direct provenance"
                + " of [default/b@master, default/c@master]");
  }

  private void branch(BranchName name, List<BranchName> provenance) {
    versions.change(change -> {
      change.createBranch(name, Optional.empty(), provenance);
      return true;
    });
  }

  @Test
  void anErroredCommitDoesNotCountForItsChildren() {
    repo(REPO);
    put(head(), "/good", "1");
    var bad = versions.change(c -> c.startCommit(MASTER, Optional.empty(), ""));
    put(CommitHandle.of(bad.name()), "/bad", "2");
    finish(CommitHandle.of(bad.name()), "broken");
    put(head(), "/more", "3");
    assertThat(files(head())).isEqualTo(Map.of("/good", "1", "/more", "3"));
    assertThat(files(new CommitHandle(REPO, "master", "^"))).containsKey("/bad");
  }

  @Test
  void aPathThatIsTwoThingsIsAnErrorOfTheCommit() {
    repo(REPO);
    put(head(), "/a", "1");
    put(head(), "/a/b", "2");
    assertThat(versions.commits().await(head(), State.FINISHED).error())
        .isEqualTo("file / directory path collision (/a)");
  }

  @Test
  void aCopyOfOneDatumDoesNotSeeWhatOthersWrote() {
    repo(REPO);
    var open = versions.change(c -> c.startCommit(MASTER, Optional.empty(), ""));
    try (var write = versions.files().modify(CommitHandle.of(open.name()))) {
      write.append("/d/both", "d1", "1".getBytes(UTF_8));
      write.append("/d/both", "d2", "2".getBytes(UTF_8));
      write.append("/d/own", "d1", "3".getBytes(UTF_8));
      write.commit();
    }
    var source = versions.files().open(CommitHandle.of(open.name()));
    var copies = new BranchName(REPO, "copies");
    copy(source, new FileWrite.Source("/d", "d2"), CommitHandle.head(copies));
    assertThat(files(CommitHandle.head(copies))).isEqualTo(Map.of("/to/both", "2"));
    copy(source, new FileWrite.Source("/d/both", "d2"), CommitHandle.head(copies));
    assertThat(files(CommitHandle.head(copies))).containsEntry("/to", "2");
    assertThatThrownBy(
            () -> copy(source, new FileWrite.Source("/d/both", ""), CommitHandle.head(copies)))
        .hasMessage(
            "duplicate path output by different datums (/d/both from d1 and /d/both from d2)");
  }

  private void copy(Files.Snapshot source, FileWrite.Source from, CommitHandle to) {
    try (var write = versions.files().modify(to)) {
      write.delete("/", "");
      write.copy(source, from, "/to", new FileWrite.CopyMode(false, ""));
      write.commit();
    }
  }

  @Test
  void ancestorsAreNamedFromEitherEnd() {
    repo(REPO);
    for (int i = 1; i <= 4; i++) {
      put(head(), "/a", "" + i);
    }
    var id = versions.commits().await(head(), State.FINISHED).name().id();
    var texts =
        Map.of(
            "^", "123", "~", "123", "^^", "12", "~2", "12", "^0", "1234", ".1", "1", ".4", "1234",
            ".3^", "12");
    texts.forEach((suffix, text) -> {
      assertThat(files(new CommitHandle(REPO, "master", suffix))).containsEntry("/a", text);
      assertThat(files(new CommitHandle(REPO, "", "master" + suffix))).containsEntry("/a", text);
    });
    assertThat(files(new CommitHandle(REPO, "", id + "~2"))).containsEntry("/a", "12");
    var wrong =
        Map.of(
            "^4", "invalid offset for ancestor of commit",
            ".5", "invalid offset from branch root",
            ".2^2", "there should be less ancestors than descendants",
            ".0", "there should be less ancestors than descendants",
            "^~", "invalid ancestry format");
    wrong.forEach((suffix, text) ->
        assertThatThrownBy(() -> files(new CommitHandle(REPO, "master", suffix)))
            .hasMessageContaining(text));
  }

  @Test
  void commitsThatTouchAFileAreFoundAlongTheirParents() {
    repo(REPO);
    put(head(), "/d/a", "1");
    put(head(), "/other", "2");
    put(head(), "/d/a", "3");
    try (var write = versions.files().modify(head())) {
      write.delete("/d/", "");
      write.commit();
    }
    versions.commits().await(head(), State.FINISHED);
    var found = new ArrayList<Long>();
    var path = "/d/a";
    var all = versions.commits().find(head(), path, (_, at) -> found.add(at), () -> false);
    assertThat(found).as("deleted, appended, made").containsExactly(0L, 1L, 3L);
    assertThat(all.count()).isEqualTo(4);
    var back = new CommitHandle(REPO, "master", "^");
    assertThat(versions.commits().find(back, path, (_, _) -> false, () -> false).count())
        .isEqualTo(1);
    var hurried = versions.commits().find(head(), path, (_, _) -> true, () -> true);
    assertThat(hurried.count()).as("no more time").isEqualTo(1);
    for (var other : List.of("d/a", "/d//a", "/d/a/", "/d")) {
      var none = versions.commits().find(head(), other, (_, at) -> found.add(at), () -> false);
      assertThat(none.count()).as(other).isEqualTo(4);
    }
    assertThat(found).as("a path is taken as it is stored").hasSize(3);
  }

  @Test
  void aBranchFollowsAnotherWhenItsTriggerSaysSo() {
    repo(REPO);
    put(head(), "/a", "1");
    var staging = new BranchName(REPO, "staging");
    var trigger = new Trigger("master", false, "", "", 2, "");
    versions.change(change -> {
      change.createBranch(
          new BranchDraft(staging, Optional.empty(), List.of(), Set.of(), Optional.of(trigger)));
      return true;
    });
    for (int i = 2; i <= 5; i++) {
      put(head(), "/a", "" + i);
      versions.commits().await(head(), State.FINISHED);
    }
    var followed = files(CommitHandle.head(staging)).get("/a");
    assertThat(followed).isIn("1234", "12345");
    assertThat(versions.check()).isEmpty();
  }

  @Test
  void whatIsCollectedRunsOnceAsOneChange() {
    repo(REPO);
    var transactions = versions.transactions();
    var empty = transactions.start();
    var promised = transactions.append(empty, "1".getBytes(UTF_8), VersionsContract::start);
    assertThat(promised.orElseThrow().name()).isEqualTo(new CommitName(REPO, empty.id()));
    assertThat(transactions.append(empty, "2".getBytes(UTF_8), VersionsContract::start))
        .as("somebody added something since")
        .isEmpty();
    assertThatThrownBy(() -> files(head())).hasMessageContaining("not found");
    var run =
        transactions.finish(empty.id(), (change, now) -> now.version() + start(change).error());
    assertThat(run).isEqualTo("1");
    assertThat(versions.commits().inspect(head()).name()).isEqualTo(promised.get().name());
    assertThatThrownBy(() -> transactions.finish(empty.id(), (change, _) -> start(change)))
        .hasMessage("transactions " + empty.id() + " not found");
    assertThat(transactions.append(transactions.start(), new byte[0], Change::set)).isPresent();
  }

  private static CommitInfo start(Change change) {
    return change.startCommit(MASTER, Optional.empty(), "");
  }

  @Test
  void writersThatRaceOnABranchMakeAChain() {
    repo(REPO);
    try (var scope = Scope.open("race")) {
      for (int i = 0; i < 25; i++) {
        var path = "/f" + i;
        scope.run(() -> put(head(), path, path));
      }
      scope.join();
    }
    versions.commits().await(head(), State.FINISHED);
    assertThat(files(head())).hasSize(25);
    var chain = new ArrayList<CommitInfo>();
    versions.commits().history(head(), Optional.empty(), chain::add);
    assertThat(chain).hasSize(25);
  }

  @Test
  void whatTwoWritersWroteTogetherIsWhatOneWroteAlone() {
    repo(REPO);
    Seeds.each(
        5,
        random -> {
          var files = new TreeMap<String, String>();
          for (int i = 0; i < 40; i++) {
            var path = "/d" + random.nextInt(4) + "/f" + random.nextInt(200);
            files.put(path, path.repeat(1 + random.nextInt(40)));
          }
          var alone = versions.change(c -> c.startCommit(branch(random), Optional.empty(), ""));
          write(alone, files.keySet(), files);
          var together = versions.change(c -> c.startCommit(branch(random), Optional.empty(), ""));
          var ours = new TreeSet<String>();
          var theirs = new TreeSet<String>();
          files.keySet().forEach(path -> (random.nextBoolean() ? ours : theirs).add(path));
          try (var scope = Scope.open("writers")) {
            scope.run(() -> write(together, ours, files));
            scope.run(() -> write(together, theirs.descendingSet(), files));
            scope.join();
          }
          assertThat(total(together)).isEqualTo(total(alone));
        });
  }

  private static BranchName branch(Random random) {
    return new BranchName(REPO, "b" + random.nextInt(1_000_000_000));
  }

  private void write(CommitInfo commit, Set<String> paths, Map<String, String> files) {
    try (var write = versions.files().modify(CommitHandle.of(commit.name()))) {
      for (var path : paths) {
        write.append(path, "", files.getOrDefault(path, "").getBytes(UTF_8));
      }
      write.commit();
    }
  }

  /// The hashes of all that a finished commit holds, by structure and by content.
  private List<Hash> total(CommitInfo commit) {
    var handle = CommitHandle.of(commit.name());
    finish(handle, "");
    versions.commits().await(handle, State.FINISHED);
    var root = versions.files().open(handle).root();
    return List.of(Check.present(root.node(), "files are kept in a node").hash(), root.content());
  }

  @Test
  void saysWhatDoesNotExist() {
    assertThatThrownBy(() -> files(head())).hasMessageContaining("repo default/iris not found");
    repo(REPO);
    assertThatThrownBy(() -> files(head()))
        .hasMessageContaining("branch \"master\" not found in repo default/iris");
    assertThatThrownBy(() -> repo(REPO)).hasMessage("repo default/iris already exists");
    assertThatThrownBy(() -> repo(RepoName.user("nope", "x")))
        .hasMessageContaining("cannot find project");
    assertThatThrownBy(() -> repo(RepoName.user("default", "a b")))
        .hasMessageContaining("only alphanumeric characters, underscores, and dashes are allowed");
    assertThatThrownBy(() -> versions.commits().set("nothing"))
        .hasMessage("no commits found for commitset nothing");
    assertThatThrownBy(() -> files(new CommitHandle(REPO, "", "abc^^1")))
        .hasMessageContaining("invalid ancestry format");
  }

  @Test
  void everyCommitOfAHistoryReadsAsTheModelSays() {
    Seeds.each(
        3,
        random -> {
          var repo = RepoName.user("default", "r" + random.nextInt(1_000_000_000));
          var branch = CommitHandle.head(new BranchName(repo, "master"));
          repo(repo);
          var model = new TreeMap<String, String>();
          var history = new ArrayList<Map<String, String>>();
          for (int i = 0; i < 12; i++) {
            try (var write = versions.files().modify(branch)) {
              for (int e = 0; e < 4; e++) {
                var path = "/d" + random.nextInt(3) + "/f" + random.nextInt(4);
                if (random.nextInt(4) == 0) {
                  write.delete(path, "");
                  model.remove(path);
                } else {
                  write.append(path, "", path.getBytes(UTF_8));
                  model.merge(path, path, String::concat);
                }
              }
              write.commit();
            }
            history.add(new TreeMap<>(model));
          }
          for (int back = 0; back < 12; back++) {
            assertThat(files(new CommitHandle(repo, "master", "^" + back)))
                .isEqualTo(history.get(11 - back));
          }
        });
  }
}
