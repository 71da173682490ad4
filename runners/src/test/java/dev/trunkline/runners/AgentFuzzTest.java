package dev.trunkline.runners;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever bytes the agent reads, it answers or ends, and never reads or writes where it must not:
/// it runs under the compiler's sanitizers here.
class AgentFuzzTest {
  @TempDir static Path built;
  private static Path agent = Path.of("");

  @TempDir Path folder;

  @BeforeAll
  static void compile() throws Exception {
    agent =
        AgentBinary.compile(
            built.resolve("agent"),
            "-O1",
            "-g",
            "-fsanitize=address,undefined",
            "-fno-sanitize-recover=all");
  }

  @Test
  void anyBytesAreSurvived() {
    Seeds.each(
        60,
        random -> {
          try {
            feed(session(random));
          } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  /// Frames that are right, nearly right, cut off, and noise.
  private static byte[] session(Random random) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    for (int i = random.nextInt(12); i >= 0; i--) {
      var body = body(random);
      boolean lie = random.nextInt(12) == 0;
      out.writeInt(lie ? random.nextInt() : body.length);
      out.writeByte(random.nextInt(15) == 0 ? random.nextInt(256) : 1 + random.nextInt(5));
      out.writeInt(random.nextInt(4));
      out.write(body);
    }
    var all = bytes.toByteArray();
    return random.nextBoolean()
        ? all
        : java.util.Arrays.copyOf(all, random.nextInt(all.length + 1));
  }

  private static byte[] body(Random random) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    switch (random.nextInt(4)) {
      case 0 -> {
        var noise = new byte[random.nextInt(300)];
        random.nextBytes(noise);
        out.write(noise);
      }
      case 1 -> {
        var paths =
            new String[] {"in/a", "in/a/b", "../x", "/etc/x", "", ".", "in//x", "a".repeat(5000)};
        string(out, paths[random.nextInt(paths.length)]);
        out.write(new byte[random.nextInt(2000)]);
      }
      default ->
          request(
              out,
              random.nextBoolean() ? "cp -r /pfs/in /pfs/out" : "exit 3",
              "x".repeat(random.nextInt(100)));
    }
    var body = bytes.toByteArray();
    if (random.nextInt(4) == 0 && body.length > 0) {
      body[random.nextInt(body.length)] = (byte) random.nextInt();
    }
    return body;
  }

  static void request(DataOutputStream out, String script, String stdin) throws IOException {
    strings(out, "sh", "-c", script);
    string(out, stdin);
    strings(out, stdin.length() % 2 == 1 ? new String[] {"true"} : new String[0]);
    string(out, "");
    strings(out, "PATH=/usr/bin", "A=" + "b".repeat(stdin.length() * 100));
    string(out, stdin.length() % 5 == 1 ? "/nowhere" : "/");
    out.writeInt(stdin.length() % 3 * 50);
    out.writeInt(1);
    out.writeInt(3);
  }

  private static void strings(DataOutputStream out, String... texts) throws IOException {
    out.writeInt(texts.length);
    for (var text : texts) {
      string(out, text);
    }
  }

  private static void string(DataOutputStream out, String text) throws IOException {
    out.writeInt(text.length());
    out.write(text.getBytes(UTF_8));
    out.writeByte(0);
  }

  private void feed(byte[] bytes) throws IOException, InterruptedException {
    var errors = folder.resolve("errors");
    var builder =
        new ProcessBuilder(
            agent.toString(),
            Files.createDirectories(folder.resolve("pfs")).toString(),
            Files.createDirectories(folder.resolve("tmp")).toString(),
            "",
            "");
    builder.environment().put("ASAN_OPTIONS", "detect_leaks=0");
    var process =
        builder
            .redirectError(errors.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var in = process.getOutputStream()) {
      in.write(bytes);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("pipe");
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the agent ends with its input").isTrue();
    assertThat(Files.readString(errors)).doesNotContain("Sanitizer", "runtime error");
    assertThat(process.exitValue()).isIn(0, 71);
  }
}
