package dev.trunkline.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.base.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  private static final Path AGENT = Path.of("agent");

  @TempDir Path folder;

  @Test
  void aFlagGoesBeforeTheEnvironmentAndThatBeforeTheFile() throws IOException {
    var file = folder.resolve("trunkline.yaml");
    Files.writeString(file, "listen: 127.0.0.1:1\nrunner: process\ndata: /from/file\n");
    var environment =
        Map.of("TRUNKLINE_LISTEN", "127.0.0.1:2", "TRUNKLINE_RUNNER", "auto", "HOME", "/home/me");
    var settings = parse(environment, "--config", file.toString(), "--listen", "127.0.0.1:3");
    assertThat(settings.port()).isEqualTo(3);
    assertThat(settings.runner()).isEqualTo("auto");
    assertThat(settings.data()).isEqualTo(Path.of("/from/file"));
  }

  @Test
  void theDefaultsAreLoopbackAndAFolderOfTheUser() {
    var settings = parse(Map.of("HOME", "/home/me"));
    assertThat(settings.host()).isEqualTo("127.0.0.1");
    assertThat(settings.port()).isEqualTo(30650);
    assertThat(settings.data()).isEqualTo(Path.of("/home/me/.local/share/trunkline"));
    assertThat(settings.database()).isEmpty();
  }

  @Test
  void aPostgresAddressBecomesThatOfTheDriver() {
    assertThat(Settings.jdbc("postgres://me:p%40ss@db.local:5433/trunk?sslmode=require"))
        .isEqualTo("jdbc:postgresql://db.local:5433/trunk?user=me&password=p%40ss&sslmode=require");
    assertThat(Settings.jdbc("postgresql://db.local/trunk"))
        .isEqualTo("jdbc:postgresql://db.local/trunk");
    assertThat(parse(Map.of("TRUNKLINE_DATABASE", "jdbc:postgresql://h/n")).database())
        .hasValue("jdbc:postgresql://h/n");
  }

  @Test
  void anAddressThatIsNoneIsRefusedWithoutBeingShown() {
    for (var wrong : new String[] {"mysql://me:secret@h/n", "postgres://me:secret@h", "secret"}) {
      assertThatThrownBy(() -> Settings.jdbc(wrong))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("--database")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void whatIsWrongIsNamed() throws IOException {
    refused("--runner docker comes with a later version", "--runner", "docker");
    refused("--runner is auto or process, not moon", "--runner=moon");
    refused("--listen wants HOST:PORT, not 30650", "--listen", "30650");
    refused("--listen wants HOST:PORT, not h:99999", "--listen", "h:99999");
    refused("unknown flag --port", "--port", "1");
    refused("flag --data needs a value", "--data");
    refused("unexpected argument now", "now");
    refused("could not read the configuration", "--config", folder.resolve("none").toString());
    var file = folder.resolve("t.yaml");
    Files.writeString(file, "datas: /x\n");
    refused("unknown setting datas", "--config", file.toString());
    Files.writeString(file, "data: [\n");
    refused("is not YAML", "--config", file.toString());
  }

  private static void refused(String text, String... flags) {
    assertThatThrownBy(() -> parse(Map.of(), flags))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(text);
  }

  private static Settings parse(Map<String, String> environment, String... flags) {
    var arguments = new String[flags.length + 1];
    arguments[0] = "server";
    System.arraycopy(flags, 0, arguments, 1, flags.length);
    return Settings.parse(arguments, environment, AGENT);
  }
}
