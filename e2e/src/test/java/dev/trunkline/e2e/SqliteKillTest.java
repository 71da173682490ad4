package dev.trunkline.e2e;

class SqliteKillTest extends KillContract {
  @Override
  String[] flags() {
    return new String[0];
  }

  @Override
  int rounds() {
    return 3;
  }
}
