package dev.trunkline.datum;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trunkline.base.Failure;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Our end of the agent's protocol: `docs/format/agent.md`. One thread sends and one receives.
public final class Agent implements AutoCloseable {
  private static final int VERSION = 2;
  private static final int FRAME_MAX = 16 << 20;
  private static final int BUFFER = 1 << 16;

  private final Process process;
  private final DataInputStream in;
  private final DataOutputStream out;
  private volatile boolean closed;

  /// Takes over a started agent and waits for its hello.
  public Agent(Process process) {
    this.process = process;
    in = new DataInputStream(new BufferedInputStream(process.getInputStream(), BUFFER));
    out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), BUFFER));
    try {
      var hello = receive();
      int version = hello.numbers().getInt();
      if (hello.type != Frame.HELLO || version != VERSION) {
        process.destroyForcibly();
        throw new Failure(
            Failure.Kind.DENIED, "the agent speaks version " + version + ", not " + VERSION);
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

  /// The next frame.
  Frame next() {
    try {
      return receive();
    } catch (IOException e) {
      throw lost(e);
    }
  }

  private Frame receive() throws IOException {
    int length = in.readInt();
    int type = in.readUnsignedByte();
    int channel = in.readInt();
    if (length < 0 || length > FRAME_MAX) {
      throw new IOException("a frame of " + length + " bytes");
    }
    var body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("a frame was cut off");
    }
    return new Frame(type, channel, body);
  }

  /// Sends a frame, or queues it for the next [#flush].
  void send(int type, int channel, byte[] body, int length) {
    try {
      out.writeInt(length);
      out.writeByte(type);
      out.writeInt(channel);
      out.write(body, 0, length);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /// Begins a file whose content is `first` and the DATA frames that follow.
  void file(int channel, String path, byte[] first) {
    var name = path.getBytes(UTF_8);
    var body = ByteBuffer.allocate(name.length + 5 + first.length);
    body.putInt(name.length).put(name).put((byte) 0).put(first);
    send(Frame.FILE, channel, body.array(), body.capacity());
  }

  /// Asks for a datum whose files have been sent to be run; false where that is more than a frame
  /// holds.
  boolean run(int channel, Request request) {
    var body = request.encode();
    if (body.length > FRAME_MAX) {
      return false;
    }
    send(Frame.RUN, channel, body, body.length);
    return true;
  }

  void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /// Whether it runs and has not been told to end.
  boolean isAlive() {
    return !closed && process.isAlive();
  }

  /// Ends the agent, and with it everything in its sandbox.
  @Override
  public void close() {
    closed = true;
    try {
      process.getOutputStream().close();
      if (!process.waitFor(1, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /// What is sent in one piece.
  static final class Frame {
    static final int FILE = 1;
    static final int DATA = 2;
    static final int RUN = 3;
    static final int KILL = 4;
    static final int CREDIT = 5;
    static final int HELLO = 16;
    static final int OUT = 17;
    static final int ERR = 18;
    static final int ENDED = 19;
    static final int REFUSED = 20;
    static final int TROUBLE = 21;
    static final int OUTPUT = 22;
    static final int MORE = 23;
    static final int BAD = 24;
    static final int DONE = 25;

    private final int type;
    private final int channel;
    private final byte[] body;

    Frame(int type, int channel, byte[] body) {
      this.type = type;
      this.channel = channel;
      this.body = body;
    }

    int type() {
      return type;
    }

    int channel() {
      return channel;
    }

    byte[] body() {
      return body;
    }

    ByteBuffer numbers() {
      return ByteBuffer.wrap(body);
    }
  }

  /// What to run once the files of a datum are there.
  ///
  /// @param environment `K=V`
  /// @param timeoutMillis of a program; 0 for none
  record Request(Program program, List<String> environment, int timeoutMillis) {
    private byte[] encode() {
      var bytes = new ByteArrayOutputStream();
      try (var data = new DataOutputStream(bytes)) {
        strings(data, program.command());
        string(data, lines(program.stdin()));
        strings(data, program.errorCommand());
        string(data, lines(program.errorStdin()));
        strings(data, environment);
        var folder = program.workingDirectory();
        string(data, folder.isEmpty() ? "/" : folder);
        data.writeInt(timeoutMillis);
        data.writeInt(program.accepted().size());
        for (long code : program.accepted()) {
          data.writeInt((int) code);
        }
      } catch (IOException e) {
        throw new AssertionError("memory can be written to", e);
      }
      return bytes.toByteArray();
    }

    private static String lines(List<String> lines) {
      return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    private static void strings(DataOutputStream data, List<String> texts) throws IOException {
      data.writeInt(texts.size());
      for (var text : texts) {
        string(data, text);
      }
    }

    private static void string(DataOutputStream data, String text) throws IOException {
      var bytes = text.getBytes(UTF_8);
      data.writeInt(bytes.length);
      data.write(bytes);
      data.writeByte(0);
    }
  }
}
