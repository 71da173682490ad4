package dev.trunkline.metadata;

import dev.trunkline.base.Ids;
import dev.trunkline.base.Scope;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hears from PostgreSQL what other processes changed, on a connection of its own. A connection
/// that is lost is made again, and whatever was missed meanwhile is made up for by one wake-up.
///
/// The same connection holds the lock by which others see that this process lives: the server
/// releases it as soon as the process is no more, however that ended.
final class Listener implements Presence, AutoCloseable {
  static final String CHANNEL = "trunkline_changes";

  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final String url;
  private final String self;
  private final Changes changes;
  private final Scope background = Scope.open("postgres-listen");
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final long lock = Long.parseLong(Ids.random().substring(0, 15), 16);
  private volatile @Nullable Connection connection;
  private volatile boolean present;

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
        } finally {
          present = false;
          begun.countDown();
        }
        var _ = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException _) {
      // The database is being closed.
    }
  }

  private void listen(Connection opened) throws SQLException {
    try (var statement = opened.createStatement()) {
      try (var answer = statement.executeQuery("select pg_try_advisory_lock(" + lock + ")")) {
        present = answer.next() && answer.getBoolean(1);
      }
      statement.execute("listen " + CHANNEL);
    }
    begun.countDown();
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

  /// Waits for the first attempt to connect, so that nothing is claimed unseen without need.
  @Override
  public long process() {
    try {
      begun.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted before the first connection");
    }
    return present ? lock : 0;
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
