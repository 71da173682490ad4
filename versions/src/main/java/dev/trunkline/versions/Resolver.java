package dev.trunkline.versions;

import dev.trunkline.base.Ids;
import dev.trunkline.base.Refusal;
import dev.trunkline.metadata.Tx;
import dev.trunkline.versions.CommitRows.CommitRow;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Finds the commit that a handle names: an id or a branch, an ancestry suffix, and as a last
/// resort the commit of the repo that the named commit set was made from.
final class Resolver {
  private static final Pattern REFERENCE =
      Pattern.compile("([^.^~]*)(?:\\.(\\d+))?(?:(\\^+|~+)|[\\^~](\\d+))?");

  private Resolver() {}

  static CommitRow resolve(Tx tx, CommitHandle handle) {
    var matcher = REFERENCE.matcher(handle.reference());
    if (handle.reference().isEmpty()) {
      throw Refusal.invalid("pick commit tx: cannot pick commit with no ID or branch");
    }
    if (!matcher.matches()) {
      throw Refusal.invalid("invalid ancestry format \"" + handle.reference() + "\"");
    }
    var base = matcher.group(1);
    long back = 0;
    if (matcher.group(3) != null) {
      back = matcher.group(3).length();
    } else if (matcher.group(4) != null) {
      back = Long.parseLong(matcher.group(4));
    }
    var repo = RepoRows.find(tx, handle.repo());
    boolean plain = back == 0 && matcher.group(2) == null;
    var found = repo.flatMap(r -> base(tx, r, base));
    if (found.isEmpty() && plain && Ids.isId(base)) {
      found = alias(tx, handle.repo(), base.toLowerCase(Locale.ROOT));
    }
    if (found.isEmpty()) {
      throw missing(tx, handle, base);
    }
    if (matcher.group(2) != null) {
      return fromRoot(tx, found.get(), Long.parseLong(matcher.group(2)) - back);
    }
    return ancestor(tx, found.get(), back);
  }

  private static Refusal missing(Tx tx, CommitHandle handle, String base) {
    if (RepoRows.find(tx, handle.repo()).isEmpty()) {
      return Missing.commit(handle, Missing.repo(handle.repo()).text());
    }
    if (Ids.isId(base)) {
      return Missing.commit(handle, "");
    }
    var branch = new BranchName(handle.repo(), base);
    return Missing.commit(handle, Missing.branch(branch).text());
  }

  private static Optional<CommitRow> base(Tx tx, RepoRows.RepoRow repo, String base) {
    if (Ids.isId(base)) {
      return CommitRows.find(tx, repo.key(), base.toLowerCase(Locale.ROOT));
    }
    return BranchRows.find(tx, new BranchName(repo.name(), base))
        .flatMap(branch -> CommitRows.find(tx, branch.head()));
  }

  /// The commit of `repo` in the provenance of the commits of a set.
  private static Optional<CommitRow> alias(Tx tx, RepoName repo, String set) {
    var queue = new ArrayDeque<>(CommitRows.ofSet(tx, set));
    var seen = new HashSet<Long>();
    while (!queue.isEmpty()) {
      var commit = queue.poll();
      if (commit.name().repo().equals(repo)) {
        return Optional.of(commit);
      }
      if (seen.add(commit.key())) {
        queue.addAll(CommitRows.upstream(tx, commit.key()));
      }
    }
    return Optional.empty();
  }

  private static CommitRow ancestor(Tx tx, CommitRow start, long steps) {
    var commit = start;
    for (long i = 0; i < steps; i++) {
      if (commit.parent().isEmpty()) {
        throw Refusal.notFound(
            "invalid offset for ancestor of commit " + start.name() + ": it has only " + i);
      }
      commit = CommitRows.find(tx, commit.parent().getAsLong()).orElseThrow();
    }
    return commit;
  }

  private static CommitRow fromRoot(Tx tx, CommitRow head, long number) {
    long length = 1;
    for (var c = head; c.parent().isPresent(); length++) {
      c = CommitRows.find(tx, c.parent().getAsLong()).orElseThrow();
    }
    if (number < 1 || number > length) {
      throw Refusal.notFound(
          "invalid offset from branch root: there should be less ancestors than descendants");
    }
    return ancestor(tx, head, length - number);
  }
}
