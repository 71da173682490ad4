package dev.trunkline.services;

import io.grpc.BindableService;
import java.util.List;

/// The services of the 2.12 API that this version only names: every call of theirs answers that it
/// is not built yet.
public final class Services {
  private Services() {}

  /// One of each.
  public static List<BindableService> named() {
    return List.of(
        new dev.trunkline.wire.auth.APIGrpc.APIImplBase() {},
        new dev.trunkline.wire.debug.DebugGrpc.DebugImplBase() {},
        new dev.trunkline.wire.enterprise.APIGrpc.APIImplBase() {},
        new dev.trunkline.wire.identity.APIGrpc.APIImplBase() {},
        new dev.trunkline.wire.license.APIGrpc.APIImplBase() {},
        new dev.trunkline.wire.logs.APIGrpc.APIImplBase() {},
        new dev.trunkline.wire.pjs.APIGrpc.APIImplBase() {},
        new dev.trunkline.wire.proxy.APIGrpc.APIImplBase() {},
        new dev.trunkline.wire.snapshot.APIGrpc.APIImplBase() {},
        new dev.trunkline.wire.fileset.FilesetGrpc.FilesetImplBase() {},
        new dev.trunkline.wire.worker.WorkerGrpc.WorkerImplBase() {});
  }
}
