package dev.trunkline.pipelines;

import dev.trunkline.metadata.Changes;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Tx;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// A database that counts its transactions.
final class CountingDatabase implements Database {
  private final Database database;
  private final AtomicLong transactions = new AtomicLong();

  CountingDatabase(Database database) {
    this.database = database;
  }

  /// How many transactions were begun, to read or to write.
  long transactions() {
    return transactions.get();
  }

  @Override
  public <T> T write(Function<Tx, T> work) {
    transactions.incrementAndGet();
    return database.write(work);
  }

  @Override
  public <T> T read(Function<Tx, T> work) {
    transactions.incrementAndGet();
    return database.read(work);
  }

  @Override
  public void migrate(String module) {
    database.migrate(module);
  }

  @Override
  public Changes changes() {
    return database.changes();
  }

  @Override
  public void close() {
    database.close();
  }
}
