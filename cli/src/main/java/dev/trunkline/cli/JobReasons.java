package dev.trunkline.cli;

import dev.trunkline.base.Scope;
import dev.trunkline.wire.pps.InspectJobRequest;
import dev.trunkline.wire.pps.Job;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Tells, while somebody waits for a job, what the job itself waits for: on standard error,
/// whenever that changes.
final class JobReasons implements AutoCloseable {
  private static final long EVERY_SECONDS = 2;

  private final Session session;
  private final InspectJobRequest request;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Scope scope = Scope.open("reasons");

  JobReasons(Session session, Job job) {
    this.session = session;
    this.request = InspectJobRequest.newBuilder().setJob(job).build();
    scope.run(this::watch);
  }

  private void watch() {
    var told = "";
    try {
      while (!closed.await(EVERY_SECONDS, TimeUnit.SECONDS)) {
        var reason = session.pps().inspectJob(request).getReason();
        if (!reason.isEmpty() && !reason.equals(told) && closed.getCount() > 0) {
          session.say("job %s: %s".formatted(request.getJob().getId(), reason));
        }
        told = reason;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (StatusRuntimeException _) {
      // Whoever waits for the job meets the same failure and reports it.
    }
  }

  @Override
  public void close() {
    closed.countDown();
    scope.close();
  }
}
