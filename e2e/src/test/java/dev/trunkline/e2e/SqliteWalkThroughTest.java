package dev.trunkline.e2e;

class SqliteWalkThroughTest extends WalkThroughContract {
  @Override
  String[] flags() {
    return new String[0];
  }

  @Override
  int kills() {
    return 4;
  }
}
