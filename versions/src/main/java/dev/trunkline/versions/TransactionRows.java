package dev.trunkline.versions;

import dev.trunkline.base.Ids;
import dev.trunkline.metadata.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// The table of requests that wait to be run as one transaction.
final class TransactionRows {
  private TransactionRows() {}

  static String insert(Tx tx) {
    var id = Ids.random();
    tx.handle()
        .createUpdate(
            """
            insert into versions_transactions (id, started, version, requests, created_by)
            values (:id, :now, 0, :none, '')
            """)
        .bind("id", id)
        .bind("now", tx.micros())
        .bind("none", new byte[0])
        .execute();
    return id;
  }

  static Optional<Transactions.Pending> find(Tx tx, String id) {
    return tx.handle()
        .createQuery("select * from versions_transactions where id = :id")
        .bind("id", id)
        .map((rs, _) -> row(rs))
        .findOne();
  }

  /// Whether nothing was added to a transaction since, and it still is there.
  static boolean isAt(Tx tx, Transactions.Pending pending) {
    return find(tx, pending.id()).filter(now -> now.version() == pending.version()).isPresent();
  }

  static List<Transactions.Pending> all(Tx tx) {
    return tx.handle()
        .createQuery("select * from versions_transactions order by started desc, id")
        .map((rs, _) -> row(rs))
        .list();
  }

  /// Replaces the requests; false where the transaction is not at `version` any more.
  static boolean set(Tx tx, String id, long version, byte[] requests) {
    return tx.handle()
            .createUpdate(
                """
                update versions_transactions set requests = :requests, version = version + 1
                where id = :id and version = :version
                """)
            .bind("requests", requests)
            .bind("id", id)
            .bind("version", version)
            .execute()
        == 1;
  }

  /// Deletes a transaction and returns what it was, in one statement: what somebody adds meanwhile
  /// is either part of it or refused.
  static Optional<Transactions.Pending> take(Tx tx, String id) {
    return tx.handle()
        .createQuery("delete from versions_transactions where id = :id returning *")
        .bind("id", id)
        .map((rs, _) -> row(rs))
        .findOne();
  }

  private static Transactions.Pending row(ResultSet rs) throws SQLException {
    return new Transactions.Pending(
        rs.getString("id"),
        dev.trunkline.base.Clock.ofMicros(rs.getLong("started")),
        rs.getLong("version"),
        dev.trunkline.base.Bytes.of(rs.getBytes("requests")));
  }
}
