package dev.trunkline.services;

import dev.trunkline.base.Refusal;
import dev.trunkline.versions.FileWrite;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.AddFile;
import dev.trunkline.wire.pfs.CopyFile;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One stream of edits, to a commit that the first message names or to a file set: they are done in
/// order, and closing the stream commits them all.
final class ModifyFileCall<A> implements StreamObserver<ModifyFileRequest> {
  /// How many bytes may be on their way while a message is handled, as far as the size of that
  /// message tells: one more message at least, and of small ones at most [#AHEAD].
  private static final int WINDOW = 256 << 10;

  private static final int AHEAD = 64;

  private final Versions versions;
  private final ServerCallStreamObserver<A> response;
  private final Function<String, A> answer;
  private final boolean toCommit;
  private @Nullable FileWrite write;
  private boolean ended;
  private int asked = 1;

  private ModifyFileCall(
      Versions versions, StreamObserver<A> response, Function<String, A> answer, boolean toCommit) {
    this.versions = versions;
    this.response = (ServerCallStreamObserver<A>) response;
    this.response.disableAutoRequest();
    this.response.request(asked);
    this.answer = answer;
    this.toCommit = toCommit;
  }

  /// Edits of a commit; `answer` makes the response.
  static <A> ModifyFileCall<A> toCommit(
      Versions versions, StreamObserver<A> response, Function<String, A> answer) {
    return new ModifyFileCall<>(versions, response, answer, true);
  }

  /// Edits that become a file set; `answer` makes the response from its id.
  static <A> ModifyFileCall<A> toFileSet(
      Versions versions, StreamObserver<A> response, Function<String, A> answer) {
    return new ModifyFileCall<>(versions, response, answer, false);
  }

  @Override
  public void onNext(ModifyFileRequest request) {
    asked--;
    if (ended) {
      return;
    }
    try {
      handle(request);
    } catch (Throwable failure) {
      fail(failure);
      return;
    }
    askAfter(request.getSerializedSize());
  }

  /// Asks for several messages at once, for each time of asking costs a change of threads.
  private void askAfter(int size) {
    int wanted = Math.clamp(WINDOW / Math.max(1, size), 2, AHEAD);
    if (asked <= wanted / 2) {
      response.request(wanted - asked);
      asked = wanted;
    }
  }

  private void handle(ModifyFileRequest request) {
    if (request.getBodyCase() == ModifyFileRequest.BodyCase.SET_COMMIT) {
      if (write != null || !toCommit) {
        throw Refusal.invalid("cannot set commit");
      }
      write = versions.files().modify(PfsMessages.commit(request.getSetCommit()));
      return;
    }
    var target = target();
    switch (request.getBodyCase()) {
      case ADD_FILE -> add(target, request.getAddFile());
      case DELETE_FILE ->
          target.delete(request.getDeleteFile().getPath(), request.getDeleteFile().getDatum());
      case COPY_FILE -> copy(target, request.getCopyFile());
      case SET_COMMIT, BODY_NOT_SET -> throw Refusal.invalid("unrecognized message type");
    }
  }

  private FileWrite target() {
    var target = write;
    if (target == null) {
      if (toCommit) {
        throw Refusal.invalid("first message must be a commit");
      }
      target = versions.fileSets().create();
      write = target;
    }
    return target;
  }

  private static void add(FileWrite target, AddFile add) {
    if (add.hasUrl()) {
      throw new Refusal(
          Refusal.Kind.UNSUPPORTED, "files from a URL are not built yet in this version");
    }
    FileContent.append(target, add);
  }

  private void copy(FileWrite target, CopyFile copy) {
    var from = copy.getSrc();
    var source = versions.files().open(PfsMessages.commit(from.hasCommit(), from.getCommit()));
    target.copy(
        source,
        new FileWrite.Source(from.getPath(), from.getDatum()),
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
    A answered;
    try {
      answered = answer.apply(target().commit());
    } catch (Throwable failure) {
      fail(failure);
      return;
    }
    close();
    response.onNext(answered);
    response.onCompleted();
  }
}
