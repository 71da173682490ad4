package dev.trunkline.services;

import static dev.trunkline.services.PfsServer.commit;
import static dev.trunkline.services.PfsServer.file;

import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.FileInfo;
import dev.trunkline.wire.pfs.GlobFileRequest;
import dev.trunkline.wire.pfs.ListFileRequest;
import dev.trunkline.wire.pfs.WalkFileRequest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// What tests of files begin with: a server with an empty repo `r`, fresh for each test.
abstract class PfsTest {
  @TempDir Path folder;
  PfsServer server;

  @BeforeEach
  void open() {
    server = new PfsServer(folder);
    server.createRepo("r");
  }

  @AfterEach
  void close() {
    server.close();
  }

  /// The head of branch `master` of `r`.
  static Commit head() {
    return commit("r", "master", "");
  }

  static File at(String path) {
    return file(head(), path);
  }

  static List<String> paths(List<FileInfo> infos) {
    return infos.stream().map(info -> info.getFile().getPath()).toList();
  }

  List<FileInfo> list(Commit commit, String path) {
    return server.list(
        APIGrpc.APIBlockingStub::listFile,
        ListFileRequest.newBuilder().setFile(file(commit, path)).build());
  }

  List<FileInfo> walk(Commit commit, String path) {
    return server.list(
        APIGrpc.APIBlockingStub::walkFile,
        WalkFileRequest.newBuilder().setFile(file(commit, path)).build());
  }

  List<FileInfo> glob(Commit commit, String pattern) {
    return server.list(
        APIGrpc.APIBlockingStub::globFile,
        GlobFileRequest.newBuilder().setCommit(commit).setPattern(pattern).build());
  }
}
