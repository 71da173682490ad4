package dev.trunkline.e2e;

import dev.trunkline.metadata.Databases;

class PostgresKillTest extends KillContract {
  @Override
  String[] flags() {
    return new String[] {"--database", Databases.postgresUrl()};
  }

  @Override
  int rounds() {
    return 3;
  }
}
