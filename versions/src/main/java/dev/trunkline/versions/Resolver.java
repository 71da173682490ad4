package dev.trunkline.versions;

import dev.trunkline.base.Ids;
import dev.trunkline.base.Refusal;
import dev.trunkline.metadata.Tx;
import dev.trunkline.versions.CommitEdgeRows.Reach;
import dev.trunkline.versions.CommitRows.CommitRow;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the commit that a handle names: an id or a branch, an ancestry suffix, and as a last
/// resort the commit of the repo that the named commit set was made from.
final class Resolver {
  private static final Pattern REFERENCE =
      Pattern.compile("([^.^~]*)(?:\\.(\\d{1,9}))?(?:(\\^+|~+)|[\\^~](\\d{1,9}))?");

  private Resolver() {}

  static CommitRow resolve(Tx tx, CommitHandle handle) {
    return resolve(tx, handle, true);
  }

  /// The commit, without the last resort where not `aliased`.
  static CommitRow resolve(Tx tx, CommitHandle handle, boolean aliased) {
    var reference = handle.reference();
    var matcher = REFERENCE.matcher(reference);
    if (reference.isEmpty()) {
      throw Refusal.invalid("pick commit tx: cannot pick commit with no ID or branch");
    }
    if (!matcher.matches()) {
      throw Refusal.invalid("invalid ancestry format \"" + reference + "\"");
    }
    var base = matcher.group(1);
    boolean counted = matcher.group(2) != null;
    boolean plain = !counted && matcher.group(3) == null && matcher.group(4) == null;
    if (counted && Ids.isId(base)) {
      throw Refusal.invalid(
          "invalid ancestry format \"" + reference + "\": .N counts along a branch, not an id");
    }
    var repo = RepoRows.find(tx, handle.repo());
    var found = repo.flatMap(r -> base(tx, r, base));
    if (found.isEmpty() && repo.isPresent() && plain && aliased && Ids.isId(base)) {
      found = alias(tx, repo.get(), base.toLowerCase(Locale.ROOT));
    }
    var start = found.orElseThrow(() -> missing(tx, handle, base));
    long back = back(matcher.group(3), matcher.group(4));
    return counted
        ? fromRoot(tx, start, Long.parseLong(matcher.group(2)), back)
        : ancestor(tx, start, back);
  }

  private static long back(@Nullable String run, @Nullable String number) {
    if (run != null) {
      return run.length();
    }
    return number == null ? 0 : Long.parseLong(number);
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

  /// The newest commit of `repo` that the commits of a set were made from.
  private static Optional<CommitRow> alias(Tx tx, RepoRows.RepoRow repo, String set) {
    var starts = CommitRows.ofSet(tx, set).stream().map(CommitRow::key).toList();
    return CommitRows.all(tx, CommitEdgeRows.closure(tx, starts, true, Reach.ALL)).stream()
        .filter(commit -> commit.repo() == repo.key())
        .reduce((_, later) -> later);
  }

  static CommitRow ancestor(Tx tx, CommitRow start, long steps) {
    if (steps == 0) {
      return start;
    }
    var above = CommitRows.ancestor(tx, start.key(), steps);
    if (above.steps() < steps) {
      throw Refusal.notFound(
          "invalid offset for ancestor of commit %s: it has only %d"
              .formatted(start.name(), above.steps()));
    }
    return CommitRows.find(tx, above.key()).orElseThrow();
  }

  /// The commit with this number from the root, which is 1, and then `back` towards it.
  private static CommitRow fromRoot(Tx tx, CommitRow head, long number, long back) {
    if (back >= number) {
      throw Refusal.invalid("there should be less ancestors than descendants");
    }
    long length = CommitRows.ancestor(tx, head.key(), Integer.MAX_VALUE).steps() + 1;
    if (number > length) {
      throw Refusal.notFound(
          "invalid offset from branch root: %s has only %d commits".formatted(head.name(), length));
    }
    return ancestor(tx, head, length - (number - back));
  }
}
