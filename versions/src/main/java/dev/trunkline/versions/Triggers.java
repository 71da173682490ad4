package dev.trunkline.versions;

import dev.trunkline.base.Clock;
import dev.trunkline.base.Refusal;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Tx;
import dev.trunkline.versions.CommitRows.CommitRow;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Decides which branches follow when a commit was finished.
final class Triggers {
  private static final Pattern SIZE =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?) *(?:([KMGTPE])I?)?B?");
  private static final String UNITS = "KMGTPE";

  private final Change change;
  private final Map<String, TriggerRows.Row> rows;
  private final Map<String, CommitRow> heads = new HashMap<>();
  private final Set<String> seen = new HashSet<>();

  private Triggers(Change change, List<TriggerRows.Row> rows) {
    this.change = change;
    this.rows = rows.stream().collect(Collectors.toMap(r -> r.branch().name().name(), r -> r));
  }

  /// Moves every branch whose trigger holds now that `commit` is finished.
  static void fire(Change change, CommitInfo commit) {
    if (commit.branch().isEmpty()) {
      return;
    }
    var row = CommitRows.find(change.tx(), commit.key()).orElseThrow();
    var rows = TriggerRows.ofRepo(change.tx(), row.repo());
    if (!rows.isEmpty()) {
      var triggers = new Triggers(change, rows);
      triggers.heads.put(commit.branch().get(), row);
      triggers.seen.add(commit.branch().get());
      rows.forEach(r -> triggers.evaluate(r.branch().name().name()));
    }
  }

  private void evaluate(String branch) {
    var row = rows.get(branch);
    if (row == null || !seen.add(branch) || !row.trigger().cron().isEmpty()) {
      return;
    }
    evaluate(row.trigger().source());
    var head = heads.get(row.trigger().source());
    if (head == null || head.key() == row.branch().head()) {
      return;
    }
    var old = CommitRows.find(change.tx(), row.branch().head()).orElseThrow();
    if (holds(row.trigger(), old, head)) {
      BranchRows.moveHead(change.tx(), row.branch().key(), head.key());
      change.moved(row.branch().key());
      heads.put(branch, head);
    }
  }

  private boolean holds(Trigger trigger, CommitRow old, CommitRow head) {
    boolean result = trigger.all();
    if (!trigger.size().isEmpty()) {
      result = combine(trigger, result, size(head) - size(old) >= bytes(trigger.size()));
    }
    if (!trigger.rateLimit().isEmpty()) {
      result = combine(trigger, result, due(trigger, old, head));
    }
    if (trigger.commits() > 0) {
      result = combine(trigger, result, count(trigger.commits(), old, head));
    }
    return result;
  }

  private static boolean combine(Trigger trigger, boolean before, boolean condition) {
    return trigger.all() ? before && condition : before || condition;
  }

  private static long size(CommitRow commit) {
    return commit.total().map(Root::summary).map(s -> s.bytes()).orElse(0L);
  }

  private static boolean due(Trigger trigger, CommitRow old, CommitRow head) {
    if (old.finishing().isEmpty()) {
      return true;
    }
    var next =
        Schedule.parse(trigger.rateLimit()).next(Clock.ofMicros(old.finishing().getAsLong()));
    return next.isBefore(Clock.ofMicros(head.finishing().orElseThrow()));
  }

  private boolean count(long wanted, CommitRow old, CommitRow head) {
    long count = 0;
    int most = (int) Math.min(wanted, 1_000_000);
    for (var commit : CommitRows.history(change.tx(), head.key(), most)) {
      boolean emptyRoot = commit.parent().isEmpty() && commit.origin() == CommitInfo.Origin.AUTO;
      if (commit.key() == old.key() || emptyRoot) {
        break;
      }
      count++;
    }
    return count >= wanted;
  }

  /// Refuses a trigger that can never be evaluated.
  static void check(BranchName branch, Trigger trigger) {
    if (trigger.source().isEmpty()) {
      throw Refusal.invalid("triggers must specify a branch to trigger on");
    }
    Names.checkBranch(trigger.source());
    if (trigger.source().equals(branch.name())) {
      throw loop();
    }
    checkSchedule(trigger.rateLimit(), "invalid trigger rate limit spec");
    checkSchedule(trigger.cron(), "invalid trigger cron spec");
    if (!trigger.size().isEmpty()) {
      bytes(trigger.size());
    }
    if (trigger.commits() < 0) {
      throw Refusal.invalid("can't trigger on a negative number of commits");
    }
    if (!trigger.cron().isEmpty()) {
      throw new Refusal(
          Refusal.Kind.UNSUPPORTED, "triggers with a cron_spec are not built yet in this version");
    }
  }

  private static Refusal loop() {
    return Refusal.invalid("triggers cannot form a loop");
  }

  private static void checkSchedule(String spec, String text) {
    try {
      if (!spec.isEmpty()) {
        Schedule.parse(spec);
      }
    } catch (Refusal e) {
      throw new Refusal(text, e);
    }
  }

  static void set(Tx tx, BranchName name, long branch, Trigger trigger) {
    var at = Optional.of(trigger);
    var steps = new HashSet<String>();
    while (at.isPresent() && steps.add(at.get().source())) {
      if (at.get().source().equals(name.name())) {
        throw loop();
      }
      var source = new BranchName(name.repo(), at.get().source());
      var row = BranchRows.find(tx, source).orElseThrow(() -> Missing.branch(source));
      at = TriggerRows.find(tx, row.key());
    }
    TriggerRows.set(tx, branch, trigger);
  }

  /// The bytes that a size such as `10MB` means; units count by 1000 however they are spelled.
  static long bytes(String size) {
    var matcher = SIZE.matcher(size.strip().toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw unreadable(size);
    }
    int power = matcher.group(2) == null ? 0 : UNITS.indexOf(matcher.group(2)) + 1;
    var bytes = new BigDecimal(matcher.group(1)).scaleByPowerOfTen(3 * power).toBigInteger();
    if (bytes.bitLength() >= Long.SIZE) {
      throw unreadable(size);
    }
    return bytes.longValue();
  }

  private static Refusal unreadable(String size) {
    return Refusal.invalid("invalid trigger size: \"" + size + "\"");
  }
}
