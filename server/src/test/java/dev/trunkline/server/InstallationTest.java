package dev.trunkline.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.base.Failure;
import dev.trunkline.metadata.Databases;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.CreateRepoRequest;
import dev.trunkline.wire.pfs.ListRepoRequest;
import dev.trunkline.wire.pfs.Project;
import dev.trunkline.wire.pfs.Repo;
import io.grpc.InsecureChannelCredentials;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
  @TempDir Path folder;

  @Test
  void aServerOnSqliteRemembersWhatItWasTold() {
    remembers(settings(0, Optional.empty()));
  }

  @Test
  void aServerOnPostgresRemembersWhatItWasTold() {
    remembers(settings(0, Optional.of(Databases.postgresUrl())));
  }

  private static void remembers(Settings settings) {
    try (var first = Installation.start(settings)) {
      call(
          first.port(),
          api -> api.createRepo(CreateRepoRequest.newBuilder().setRepo(iris()).build()));
    }
    try (var second = Installation.start(settings)) {
      assertThat(call(second.port(), InstallationTest::repos)).containsExactly("iris");
    }
  }

  @Test
  void aSecondServerOnAFolderNamesTheFirst() {
    try (var first = Installation.start(settings(0, Optional.empty()))) {
      // Within one process the lock is refused by the JVM; its file has what another would read.
      assertThat(folder.resolve("lock"))
          .hasContent(
              "pid %d at 127.0.0.1:%d".formatted(ProcessHandle.current().pid(), first.port()));
    }
  }

  @Test
  void anOccupiedPortIsNamedAndTheFolderIsFreeAgain() throws IOException {
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = other.getLocalPort();
      fails(settings(port, Optional.empty()), "could not listen on 127.0.0.1:" + port);
    }
    Installation.start(settings(0, Optional.empty())).close();
  }

  @Test
  void aFolderOfALaterFormatIsLeftAlone() throws IOException {
    Files.writeString(folder.resolve("FORMAT"), "7\n");
    fails(settings(0, Optional.empty()), "has format 7 and this version knows format 1");
    assertThat(folder.resolve("metadata.db")).doesNotExist();
  }

  @Test
  void aFileInPlaceOfTheFolderIsNamed() throws IOException {
    var file = folder.resolve("data");
    Files.writeString(file, "");
    var settings =
        new Settings(
            file, "127.0.0.1", 0, "auto", Optional.empty(), false, Path.of("trunkline-agent"));
    fails(settings, "could not make the data folder " + file);
  }

  @Test
  void aDatabaseThatDoesNotAnswerIsToldWithoutItsPassword() {
    var url = "jdbc:postgresql://127.0.0.1:1/x?user=me&password=hushhush&connectTimeout=1";
    assertThatThrownBy(() -> Installation.start(settings(0, Optional.of(url))))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("could not use the database of --database")
        .hasMessageContaining("refused")
        .hasMessageNotContaining("hushhush");
  }

  private static void fails(Settings settings, String text) {
    assertThatThrownBy(() -> Installation.start(settings))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(text);
  }

  private Settings settings(int port, Optional<String> database) {
    return new Settings(
        folder, "127.0.0.1", port, "auto", database, false, Path.of("trunkline-agent"));
  }

  private static Repo iris() {
    return Repo.newBuilder()
        .setName("iris")
        .setType("user")
        .setProject(Project.newBuilder().setName("default"))
        .build();
  }

  private static List<String> repos(APIGrpc.APIBlockingStub api) {
    var names = new ArrayList<String>();
    api.listRepo(ListRepoRequest.getDefaultInstance())
        .forEachRemaining(info -> names.add(info.getRepo().getName()));
    return names;
  }

  private static <T> T call(int port, Function<APIGrpc.APIBlockingStub, T> work) {
    var channel =
        OkHttpChannelBuilder.forAddress("127.0.0.1", port, InsecureChannelCredentials.create())
            .build();
    try {
      return work.apply(APIGrpc.newBlockingStub(channel));
    } finally {
      channel.shutdownNow();
    }
  }
}
