package dev.trunkline.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jdbi.v3.core.JdbiException;

/// The scripts of one module, `db/MODULE/V1__MODULE.sql` and so on, beside the history that Flyway
/// keeps of those that ran.
///
/// Flyway takes a third of a start to find out that there is nothing to do. Two queries tell it
/// too: `docs/adr/0031-a-start-asks-flyway-only-where-scripts-differ.md`.
final class Scripts {
  private Scripts() {}

  /// Whether exactly the scripts of this program ran on `database`. False where that is not known.
  static boolean ran(Database database, String module) {
    try {
      return database.read(tx -> history(tx, module)).equals(packaged(module));
    } catch (JdbiException _) {
      return false; // There is no history yet.
    }
  }

  private static List<Script> history(Tx tx, String module) {
    return tx.handle()
        .createQuery(
            """
            select version, checksum, success from <history>
            where type <> 'BASELINE' order by installed_rank
            """)
        .define("history", "history_" + module)
        .map((row, _) ->
            new Script(row.getString("version"), row.getInt("checksum"), row.getBoolean("success")))
        .list();
  }

  private static List<Script> packaged(String module) {
    var scripts = new ArrayList<Script>();
    for (int version = 1; ; version++) {
      var name = "/db/%s/V%d__%s.sql".formatted(module, version, module);
      try (var script = Scripts.class.getResourceAsStream(name)) {
        if (script == null) {
          return scripts;
        }
        var text = new String(script.readAllBytes(), UTF_8);
        scripts.add(new Script(String.valueOf(version), checksum(text), true));
      } catch (IOException e) {
        throw new UncheckedIOException("could not read " + name + " of this program", e);
      }
    }
  }

  /// The checksum that Flyway keeps: CRC-32 of the lines without their ends.
  private static int checksum(String text) {
    var sum = new CRC32();
    text.lines().forEach(line -> sum.update(line.getBytes(UTF_8)));
    return (int) sum.getValue();
  }

  private record Script(String version, int checksum, boolean success) {}
}
