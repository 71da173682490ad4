package dev.trunkline.metadata;

import org.jdbi.v3.core.Handle;

/// The tables of the change log.
final class ChangeRows {
  private ChangeRows() {}

  /// Numbers the transaction `id`. From the first statement on, all other structural transactions
  /// wait: nothing may come after this but the commit.
  static void number(Handle handle, String id) {
    handle.execute("update metadata_changes set number = number + 1 where id = 1");
    handle
        .createUpdate(
            """
            insert into metadata_transactions (id, number)
            select :id, number from metadata_changes where id = 1
            """)
        .bind("id", id)
        .execute();
  }
}
