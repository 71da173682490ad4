package dev.trunkline.versions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Refusal;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.metadata.Databases;
import dev.trunkline.objects.MemoryObjects;
import dev.trunkline.storage.Storage;
import dev.trunkline.testkit.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever is made, moved, finished, squashed, dropped and deleted in whatever order, the graph of
/// branches and commits stays whole, and what must not be is refused for a reason that is known.
class ProvenanceLawTest {
  private static final int STEPS = 120;
  private static final int REPOS = 5;
  private static final Pattern REASONS =
      Pattern.compile(
          String.join(
              "|",
              "not found",
              "already exists",
              "cannot be in the provenance of its own branch",
              "cycle detected because",
              "multiple branches from the same repo",
              "cannot start a commit on an output branch",
              "has not been finished",
              "has already finished",
              "already has a commit in this transaction",
              "cannot squash",
              "cannot drop",
              "with subvenance without recursive",
              "cannot be dropped because",
              "cannot be deleted because"));

  @TempDir Path folder;

  @Test
  void theGraphStaysWhole() {
    Seeds.each(2, this::live);
  }

  private void live(Random random) {
    var own = folder.resolve("" + random.nextLong());
    assertThat(own.toFile().mkdir()).isTrue();
    try (var database = Databases.sqlite(own)) {
      database.migrate("metadata");
      try (var versions =
          new Versions(database, Storage.open(database, new MemoryObjects(), ChunkLimits.TINY))) {
        versions.start(Optional.empty());
        new Life(versions, random).run();
      }
    }
  }

  /// A random life of a few repos, which checks itself after every step.
  private static final class Life {
    private final Versions versions;
    private final Random random;
    private final List<CommitName> commits = new ArrayList<>();
    private final List<CommitName> open = new ArrayList<>();
    private final HashMap<String, Integer> done = new HashMap<>();

    Life(Versions versions, Random random) {
      this.versions = versions;
      this.random = random;
    }

    void run() {
      for (int i = 0; i < REPOS; i++) {
        var name = RepoName.user("default", "r" + i);
        versions.change(change -> {
          change.createRepo(name, "", false);
          return true;
        });
      }
      for (int i = 0; i < STEPS; i++) {
        step();
        check();
      }
      assertThat(done).as("steps that were not refused").hasSizeGreaterThan(6);
    }

    private void step() {
      var names = new ArrayList<String>();
      try {
        versions.change(change -> {
          names.clear();
          for (int i = random.nextInt(4) == 0 ? 3 : 1; i > 0; i--) {
            names.add(act(change));
          }
          return true;
        });
        names.forEach(name -> done.merge(name, 1, Integer::sum));
      } catch (Refusal e) {
        assertThat(REASONS.matcher(e.text()).find()).as("a known reason: " + e.text()).isTrue();
      }
      commits.clear();
      open.clear();
      versions.commits().list(Optional.empty(), true, this::note);
    }

    private boolean note(CommitInfo commit) {
      if (commit.finishing().isEmpty()) {
        open.add(commit.name());
      }
      return commits.add(commit.name());
    }

    private String act(Change change) {
      boolean flag = random.nextBoolean();
      return switch (random.nextInt(16)) {
        case 0 -> {
          change.createRepo(repo(), "", false);
          yield "make a repo";
        }
        case 1, 2, 3, 4 -> {
          var sources = Stream.generate(this::branch).limit(random.nextInt(3)).toList();
          change.createBranch(branch(), Optional.empty(), sources);
          yield "make or change a branch";
        }
        case 5 -> {
          var to = commit();
          var sources = flag ? List.of(branch()) : List.<BranchName>of();
          change.createBranch(new BranchName(to.repo(), word()), Optional.of(to), sources);
          yield "move a branch";
        }
        case 6, 7, 8 -> {
          change.startCommit(branch(), Optional.empty(), "");
          yield "start";
        }
        case 9, 10, 11 -> {
          change.finishCommit(open(), "", random.nextInt(6) == 0 ? "broken" : "");
          yield "finish";
        }
        case 12, 13 -> {
          change.removeSet(commits.isEmpty() ? "none" : any(commits).id(), flag);
          yield "remove a set";
        }
        case 14 -> {
          change.removeCommit(commit(), random.nextBoolean(), flag);
          yield "remove a commit";
        }
        default -> delete(change, flag);
      };
    }

    private String delete(Change change, boolean force) {
      if (random.nextInt(4) == 0) {
        change.deleteRepo(repo(), force);
        return "delete a repo";
      }
      change.deleteBranch(branch(), force);
      return "delete a branch";
    }

    private RepoName repo() {
      return RepoName.user("default", "r" + random.nextInt(REPOS));
    }

    private String word() {
      return random.nextInt(3) == 0 ? "other" : "master";
    }

    private BranchName branch() {
      return new BranchName(repo(), word());
    }

    private CommitHandle commit() {
      return commits.isEmpty() || random.nextInt(3) == 0
          ? CommitHandle.head(branch())
          : CommitHandle.of(any(commits));
    }

    private CommitHandle open() {
      return open.isEmpty() ? commit() : CommitHandle.of(any(open));
    }

    private CommitName any(List<CommitName> names) {
      return names.get(random.nextInt(names.size()));
    }

    private void check() {
      assertThat(versions.check()).isEmpty();
      var branches = new ArrayList<BranchInfo>();
      versions.repos().branches(Optional.empty(), false, branches::add);
      branches.forEach(this::checkBranch);
      versions.commits().sets(Life::checkSet);
    }

    private static void checkSet(String id, List<CommitInfo> members) {
      var seen = new HashSet<CommitName>();
      for (var member : members) {
        assertThat(seen).as("sources first in " + id).containsAll(member.provenance());
        seen.add(member.name());
      }
    }

    private void checkBranch(BranchInfo branch) {
      assertThat(branch.provenance()).as("no cycle").doesNotContain(branch.name());
      assertThat(branch.provenance()).containsAll(branch.directProvenance());
      for (var source : branch.provenance()) {
        assertThat(versions.repos().inspect(source).subvenance()).contains(branch.name());
      }
      var head = versions.commits().inspect(CommitHandle.head(branch.name()));
      assertThat(head.name()).isEqualTo(branch.head());
      head.parent()
          .ifPresent(parent ->
              assertThat(versions.commits().inspect(CommitHandle.of(parent)).children())
                  .extracting(CommitInfo.Relative::name)
                  .contains(head.name()));
    }
  }
}
