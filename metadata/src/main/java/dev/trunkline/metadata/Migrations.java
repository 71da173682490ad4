package dev.trunkline.metadata;

import dev.trunkline.base.Failure;
import org.flywaydb.core.Flyway;

/// Runs the scripts of one module; each module has a history of its own.
final class Migrations {
  private Migrations() {}

  /// Brings the tables of `module` to the newest form on `database`, which lies at `url`.
  static void run(Database database, String url, String module, Dialect dialect) {
    if (!Scripts.ran(database, module)) {
      migrate(url, module, dialect);
    }
  }

  private static void migrate(String url, String module, Dialect dialect) {
    var flyway =
        Flyway.configure()
            .dataSource(url, null, null)
            .locations("classpath:db/" + module)
            .table("history_" + module)
            .baselineOnMigrate(true)
            .baselineVersion("0")
            .placeholders(dialect.placeholders())
            .load();
    var newest = flyway.info().current();
    boolean unknown =
        newest != null && newest.getState().isApplied() && !newest.getState().isResolved();
    if (unknown) {
      throw new Failure(
          Failure.Kind.DENIED,
          "the tables of "
              + module
              + " were made by a newer version of Trunkline ("
              + newest.getVersion()
              + "): run that version or a later one");
    }
    flyway.migrate();
  }
}
