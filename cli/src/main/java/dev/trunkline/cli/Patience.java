package dev.trunkline.cli;

import io.grpc.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How long one call may take, from now to the end of its answer: as `--rpc-timeout` says, and
/// without end unless it does, for a call may stream or wait.
final class Patience {
  static final Patience ENDLESS = new Patience("0", null);

  /// How long a machine that does not answer is waited for.
  private static final int CONNECT_MILLIS = 1000;

  private final String limit;
  private final @Nullable Deadline end;

  private Patience(String limit, @Nullable Deadline end) {
    this.limit = limit;
    this.end = end;
  }

  /// That for a call which begins now; `limit` is a duration, or 0.
  static Patience begin(String limit) {
    var time = limit.equals("0") ? Duration.ZERO : Durations.of(limit);
    return time.isZero()
        ? ENDLESS
        : new Patience(limit, Deadline.after(time.toNanos(), TimeUnit.NANOSECONDS));
  }

  /// How long it may take to reach the server.
  int connectMillis() {
    return end == null ? CONNECT_MILLIS : Math.min(CONNECT_MILLIS, millis(end));
  }

  /// What a socket receives, as long as the call may take.
  InputStream received(Socket socket) throws IOException {
    var in = socket.getInputStream();
    return end == null ? in : new Bounded(socket, in, end);
  }

  /// To a socket 0 would mean no limit.
  private static int millis(Deadline end) {
    return Math.clamp(end.timeRemaining(TimeUnit.MILLISECONDS), 1, Integer.MAX_VALUE);
  }

  /// A call took longer than it may.
  static final class Over extends IOException {
    private static final long serialVersionUID = 1L;

    private Over(String limit) {
      super("the call took too long: --rpc-timeout is " + limit);
    }
  }

  /// A server that goes on answering is given up in time too.
  private final class Bounded extends InputStream {
    private final Socket socket;
    private final InputStream in;
    private final Deadline end;

    Bounded(Socket socket, InputStream in, Deadline end) {
      this.socket = socket;
      this.in = in;
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
      if (end.isExpired()) {
        throw new Over(limit);
      }
      socket.setSoTimeout(millis(end));
      try {
        return in.read(into, from, most);
      } catch (SocketTimeoutException _) {
        throw new Over(limit);
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
