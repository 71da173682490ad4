package dev.trunkline.services;

import com.google.protobuf.Empty;
import dev.trunkline.base.Refusal;
import dev.trunkline.versions.FileWrite;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.AddFile;
import dev.trunkline.wire.pfs.CopyFile;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/// One stream of edits to a commit: the first message names it, the rest are done in order, and
/// closing the stream commits them all.
final class ModifyFileCall implements StreamObserver<ModifyFileRequest> {
  private final Versions versions;
  private final StreamObserver<Empty> response;
  private @Nullable FileWrite write;
  private boolean ended;

  ModifyFileCall(Versions versions, StreamObserver<Empty> response) {
    this.versions = versions;
    this.response = response;
  }

  @Override
  public void onNext(ModifyFileRequest request) {
    if (ended) {
      return;
    }
    try {
      handle(request);
    } catch (Throwable failure) {
      fail(failure);
    }
  }

  private void handle(ModifyFileRequest request) {
    if (request.getBodyCase() == ModifyFileRequest.BodyCase.SET_COMMIT) {
      if (write != null) {
        throw Refusal.invalid("cannot set commit");
      }
      write = versions.files().modify(PfsMessages.commit(request.getSetCommit()));
      return;
    }
    var target = write;
    if (target == null) {
      throw Refusal.invalid("first message must be a commit");
    }
    switch (request.getBodyCase()) {
      case ADD_FILE -> add(target, request.getAddFile());
      case DELETE_FILE ->
          target.delete(request.getDeleteFile().getPath(), request.getDeleteFile().getDatum());
      case COPY_FILE -> copy(target, request.getCopyFile());
      case SET_COMMIT, BODY_NOT_SET -> throw Refusal.invalid("unrecognized message type");
    }
  }

  private static void add(FileWrite target, AddFile add) {
    if (add.hasUrl()) {
      throw new Refusal(
          Refusal.Kind.UNSUPPORTED, "files from a URL are not built yet in this version");
    }
    target.append(add.getPath(), add.getDatum(), add.getRaw().getValue().toByteArray());
  }

  private void copy(FileWrite target, CopyFile copy) {
    var source = versions.files().open(PfsMessages.commit(copy.getSrc().getCommit()));
    target.copy(
        source,
        copy.getSrc().getPath(),
        copy.getDst(),
        new FileWrite.CopyMode(copy.getAppend(), copy.getDatum()));
  }

  private void fail(Throwable failure) {
    close();
    response.onError(Statuses.of(failure));
  }

  private void close() {
    ended = true;
    if (write != null) {
      write.close();
    }
  }

  @Override
  public void onError(Throwable cancelled) {
    close();
  }

  @Override
  public void onCompleted() {
    if (ended) {
      return;
    }
    try {
      if (write == null) {
        throw Refusal.invalid("first message must be a commit");
      }
      write.commit();
    } catch (Throwable failure) {
      fail(failure);
      return;
    }
    close();
    response.onNext(Empty.getDefaultInstance());
    response.onCompleted();
  }
}
