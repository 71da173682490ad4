package dev.trunkline.datum;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Failure;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Our end of the agent's protocol: `docs/format/agent.md`. One program runs at a time.
public final class Agent implements AutoCloseable {
  private static final int VERSION = 1;
  private static final int SPAWN = 1;
  private static final int KILL = 2;
  private static final int HELLO = 16;
  private static final int OUT = 17;
  private static final int ERR = 18;
  private static final int EXITED = 19;
  private static final int REFUSED = 20;
  private static final int FRAME_MAX = 16 << 20;
  private static final int NOBODY = -1;

  private final Process process;
  private final DataInputStream in;
  private final DataOutputStream out;

  /// Takes over a started agent and waits for its hello.
  public Agent(Process process) {
    this.process = process;
    in = new DataInputStream(process.getInputStream());
    out = new DataOutputStream(process.getOutputStream());
    try {
      var hello = receive();
      int version = ByteBuffer.wrap(hello.body.array()).getInt();
      if (hello.type != HELLO || version != VERSION) {
        throw new Failure(Failure.Kind.DENIED, "the agent speaks version " + version + ", not 1");
      }
    } catch (EOFException e) {
      throw new Failure(Failure.Kind.DENIED, "the sandbox could not be made: " + complaint(), e);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  private String complaint() {
    try {
      return new String(process.getErrorStream().readAllBytes(), UTF_8).strip();
    } catch (IOException e) {
      return "the agent ended at once";
    }
  }

  private static Failure lost(IOException e) {
    return new Failure(Failure.Kind.UNAVAILABLE, "the agent is gone: " + e.getMessage(), e);
  }

  private Frame receive() throws IOException {
    int length = in.readInt();
    int type = in.readUnsignedByte();
    in.readInt();
    if (length < 0 || length > FRAME_MAX) {
      throw new IOException("a frame of " + length + " bytes");
    }
    return new Frame(type, Bytes.of(in.readNBytes(length)));
  }

  private synchronized void send(int type, byte[] body) throws IOException {
    out.writeInt(body.length);
    out.writeByte(type);
    out.writeInt(0);
    out.write(body);
    out.flush();
  }

  /// Kills the program that runs now, if one does.
  public void kill() {
    try {
      send(KILL, new byte[0]);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /// Runs a program to its end, and until nothing that it started is left.
  public Exit run(Spawn spawn, LogSink log) {
    try {
      send(SPAWN, spawn.encode());
      try (var lines = new Lines(log)) {
        while (true) {
          var frame = receive();
          switch (frame.type) {
            case OUT, ERR -> lines.add(frame.body.array(), frame.type == ERR);
            case EXITED -> {
              var status = ByteBuffer.wrap(frame.body.array());
              return new Exit.Ended(status.getInt(), status.getInt());
            }
            case REFUSED -> {
              return new Exit.NotStarted(frame.body.text());
            }
            default -> throw new IOException("unknown frame " + frame.type);
          }
        }
      }
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /// Ends the agent, and with it everything in its sandbox.
  @Override
  public void close() {
    try {
      out.close();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private record Frame(int type, Bytes body) {}

  /// What to start.
  public record Spawn(
      List<String> argv, Map<String, String> environment, String folder, Bytes stdin) {
    byte[] encode() throws IOException {
      var bytes = new ByteArrayOutputStream();
      var data = new DataOutputStream(bytes);
      data.writeInt(argv.size());
      for (var word : argv) {
        string(data, word);
      }
      data.writeInt(environment.size());
      for (var variable : environment.entrySet()) {
        string(data, variable.getKey() + "=" + variable.getValue());
      }
      string(data, folder);
      data.writeInt(NOBODY);
      data.writeInt(NOBODY);
      data.writeInt(stdin.length());
      data.write(stdin.array());
      return bytes.toByteArray();
    }

    private static void string(DataOutputStream data, String text) throws IOException {
      var bytes = text.getBytes(UTF_8);
      data.writeInt(bytes.length);
      data.write(bytes);
      data.writeByte(0);
    }
  }

  /// How a program ended.
  public sealed interface Exit {
    /// By itself with `code`, or by `signal` where that is not 0.
    record Ended(int code, int signal) implements Exit {}

    /// It was never started.
    record NotStarted(String reason) implements Exit {}
  }

  /// Cuts the two output streams into lines.
  private static final class Lines implements AutoCloseable {
    private static final int LONGEST = 64 << 10;
    private final LogSink log;
    private final ByteArrayOutputStream[] pending = {
      new ByteArrayOutputStream(), new ByteArrayOutputStream()
    };

    Lines(LogSink log) {
      this.log = log;
    }

    void add(byte[] bytes, boolean error) {
      var line = pending[error ? 1 : 0];
      for (byte b : bytes) {
        if (b == '\n' || line.size() >= LONGEST) {
          log.line(true, line.toString(UTF_8));
          line.reset();
        }
        if (b != '\n') {
          line.write(b);
        }
      }
    }

    @Override
    public void close() {
      for (var line : pending) {
        if (line.size() > 0) {
          log.line(true, line.toString(UTF_8));
        }
      }
    }
  }
}
