package dev.trunkline.metadata;

import dev.trunkline.base.Scope;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hears from PostgreSQL what other processes changed, on a connection of its own. A connection
/// that is lost is made again, and whatever was missed meanwhile is made up for by one wake-up.
final class Listener implements AutoCloseable {
  static final String CHANNEL = "trunkline_changes";

  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final String url;
  private final String self;
  private final Changes changes;
  private final Scope background = Scope.open("postgres-listen");
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable Connection connection;

  /// Wakes `changes` for every notification that `self` did not send.
  Listener(String url, String self, Changes changes) {
    this.url = url;
    this.self = self;
    this.changes = changes;
    background.run(this::listenForever);
  }

  private void listenForever() {
    try {
      while (closing.getCount() > 0) {
        try (var opened = DriverManager.getConnection(url)) {
          connection = opened;
          listen(opened);
        } catch (SQLException e) {
          if (closing.getCount() > 0) {
            LOG.warn("lost the connection that listens, will connect again: {}", e.getMessage());
          }
        }
        var _ = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException _) {
      // The database is being closed.
    }
  }

  private void listen(Connection opened) throws SQLException {
    try (var statement = opened.createStatement()) {
      statement.execute("listen " + CHANNEL);
    }
    changes.signal();
    var notifications = opened.unwrap(PGConnection.class);
    while (closing.getCount() > 0) {
      var heard = notifications.getNotifications(0);
      for (var one : heard == null ? new org.postgresql.PGNotification[0] : heard) {
        if (!one.getParameter().equals(self)) {
          changes.signal();
        }
      }
    }
  }

  @Override
  public void close() {
    closing.countDown();
    var open = connection;
    if (open != null) {
      try {
        open.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.warn("could not end the connection that listens: {}", e.getMessage());
      }
    }
    background.close();
  }
}
