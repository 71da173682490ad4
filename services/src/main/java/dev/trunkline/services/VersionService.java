package dev.trunkline.services;

import com.google.protobuf.Empty;
import dev.trunkline.wire.version.APIGrpc;
import dev.trunkline.wire.version.Version;
import io.grpc.stub.StreamObserver;

/// `versionpb_v2.API`: the version of the API that is spoken, which clients compare with their own.
public final class VersionService extends APIGrpc.APIImplBase {
  private static final Version SPOKEN =
      Version.newBuilder().setMajor(2).setMinor(12).setMicro(2).build();

  /// The only version there is to tell.
  public VersionService() {}

  @Override
  public void getVersion(Empty request, StreamObserver<Version> out) {
    Calls.unary(out, () -> SPOKEN);
  }
}
