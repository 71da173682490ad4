package dev.trunkline.pipelines;

import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Databases;

class PostgresEngineTest extends EngineContract {
  @Override
  Database database() {
    return Databases.postgres();
  }
}
