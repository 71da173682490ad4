package dev.trunkline.services;

import dev.trunkline.base.Refusal;
import dev.trunkline.base.Scope;
import dev.trunkline.wire.pps.CreateDatumRequest;
import dev.trunkline.wire.pps.DatumInfo;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/// One `CreateDatum` call: the datums of an input, so many at a time as the client asks for. They
/// are found while it asks: a walk waits where the client does.
final class CreateDatumCall implements StreamObserver<CreateDatumRequest> {
  private static final int FIRST = 100;

  private final DatumCalls datums;
  private final StreamObserver<DatumInfo> observer;
  private final Calls.Outlet<DatumInfo> out;
  private boolean started;
  private boolean ended;
  private long asked;

  CreateDatumCall(DatumCalls datums, StreamObserver<DatumInfo> observer) {
    this.datums = datums;
    this.observer = observer;
    var server = (ServerCallStreamObserver<DatumInfo>) observer;
    this.out = new Calls.Outlet<>(server);
    server.setOnCancelHandler(this::end);
  }

  @Override
  public void onNext(CreateDatumRequest request) {
    try {
      take(request);
    } catch (Refusal e) {
      fail(e);
    }
  }

  private synchronized void take(CreateDatumRequest request) {
    if (ended) {
      return;
    }
    if (started) {
      if (!request.hasContinue()) {
        throw Refusal.invalid("subsequent messages must be a ContinueCreateDatumRequest message");
      }
      more(request.getContinue().getNumber());
      return;
    }
    if (!request.hasStart()) {
      throw Refusal.invalid("first message must be a StartCreateDatumRequest message");
    }
    if (!request.getStart().hasInput()) {
      throw Refusal.invalid("first message must specify an input");
    }
    started = true;
    more(request.getStart().getNumber());
    var input = request.getStart().getInput();
    Scope.detached(
        "create-datum",
        () -> {
          try {
            datums.walk(input, "create").each(this::send);
            complete();
          } catch (Throwable failure) {
            fail(failure);
          }
        });
  }

  private void more(int number) {
    asked += number == 0 ? FIRST : number;
    notifyAll();
  }

  /// Sends a datum once it is asked for; false where the client wants no more.
  private boolean send(DatumInfo datum) {
    synchronized (this) {
      try {
        while (asked == 0 && !ended) {
          wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
      if (ended) {
        return false;
      }
      asked--;
    }
    out.send(datum);
    return true;
  }

  private synchronized void end() {
    ended = true;
    out.wake();
    notifyAll();
  }

  private synchronized void complete() {
    ended = true;
    observer.onCompleted();
  }

  private void fail(Throwable failure) {
    synchronized (this) {
      ended = true;
      notifyAll();
    }
    observer.onError(Statuses.of(failure));
  }

  @Override
  public void onError(Throwable failure) {
    end();
  }

  @Override
  public void onCompleted() {
    boolean idle;
    synchronized (this) {
      idle = !started;
    }
    if (idle) {
      complete();
    } else {
      end();
    }
  }
}
