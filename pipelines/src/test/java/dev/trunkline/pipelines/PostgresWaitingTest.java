package dev.trunkline.pipelines;

import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Databases;

class PostgresWaitingTest extends WaitingContract {
  @Override
  Database database() {
    return Databases.postgres();
  }
}
