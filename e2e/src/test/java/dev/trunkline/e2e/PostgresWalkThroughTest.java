package dev.trunkline.e2e;

import dev.trunkline.metadata.Databases;

class PostgresWalkThroughTest extends WalkThroughContract {
  @Override
  String[] flags() {
    return new String[] {"--database", Databases.postgresUrl()};
  }

  @Override
  int kills() {
    return 1;
  }
}
