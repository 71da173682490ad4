package dev.trunkline.metadata;

class PostgresDatabaseTest extends DatabaseContract {
  @Override
  Database open() {
    return Databases.postgres();
  }
}
