package dev.trunkline.pipelines;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Hash;
import dev.trunkline.content.Appender;
import dev.trunkline.content.Item;
import dev.trunkline.content.Root;
import dev.trunkline.planning.Plan;
import dev.trunkline.planning.Planner;
import dev.trunkline.versions.FileSets;
import dev.trunkline.versions.Versions;
import java.util.HexFormat;
import java.util.Optional;

/// The inputs of datums as file sets. The id of one says which datum of which job it is, so that it
/// costs nothing before a program asks for it, and can be read on any server as long as there is
/// the job.
final class InputSets implements FileSets.Source {
  private static final HexFormat HEX = HexFormat.of();
  private static final int JOB_DIGITS = 12;
  private static final int DATUM_DIGITS = 19;

  private final Versions versions;

  InputSets(Versions versions) {
    this.versions = versions;
  }

  /// The id: 12 digits of the job's key, a 4, since clients know the ids of commits by that, and
  /// the first 19 digits of the datum's id.
  static String id(JobInfo job, Hash datum) {
    return HEX.toHexDigits(job.key(), JOB_DIGITS) + "4" + datum.hex().substring(0, DATUM_DIGITS);
  }

  @Override
  public Optional<Root> edits(String id, Appender appender) {
    long job = HexFormat.fromHexDigitsToLong(id.substring(0, JOB_DIGITS));
    var datum = id.substring(JOB_DIGITS + 1);
    var plan =
        versions.read(tx -> JobRows.find(tx, job).flatMap(found -> JobRows.plan(tx, found.key())));
    return plan.flatMap(p -> find(p, datum).map(item -> edits(p, item, appender)));
  }

  private Optional<Item> find(Plan plan, String digits) {
    var first = Bytes.of(HEX.parseHex(digits + "0"));
    var items = versions.files().trees().keys().scan(plan.datums(), first);
    return items.hasNext()
        ? Optional.of(items.next())
            .filter(item -> Hash.of(item.key().array()).hex().startsWith(digits))
        : Optional.empty();
  }

  private Root edits(Plan plan, Item item, Appender appender) {
    var trees = versions.files().trees();
    var planner = new Planner(trees);
    var datum = planner.datum(item);
    var set = trees.fileSets().writer(appender);
    for (var part : datum.parts()) {
      var below = FilePath.ROOT.child(part.name());
      MetaFiles.add(set, below, datum.id().hex(), planner.entry(part, plan.inputs()));
    }
    return set.finish();
  }
}
