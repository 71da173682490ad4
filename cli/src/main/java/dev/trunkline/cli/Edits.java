package dev.trunkline.cli;

import com.google.protobuf.BytesValue;
import com.google.protobuf.UnsafeByteOperations;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.AddFile;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.DeleteFile;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import java.io.IOException;
import java.io.InputStream;

/// An open stream of edits, never ahead of what the server takes.
final class Edits implements AutoCloseable {
  private static final int PIECE = 1 << 20;

  private final byte[] piece = new byte[PIECE];
  private final WebStream stream;

  private Edits(WebStream stream) {
    this.stream = stream;
  }

  static Edits open(Session session, Commit commit) {
    var method = APIGrpc.getModifyFileMethod().getFullMethodName();
    var edits = new Edits(WebStream.open(session.address(), session.patience(), method));
    edits.send(ModifyFileRequest.newBuilder().setSetCommit(commit).build());
    return edits;
  }

  /// Writes a file with what `in` holds, instead of what it has or behind it.
  void put(String path, InputStream in, boolean replace, Progress progress) throws IOException {
    if (replace) {
      delete(path);
    }
    boolean first = true;
    int count;
    do {
      count = in.readNBytes(piece, 0, piece.length);
      if (first || count > 0) {
        send(add(path, count));
      }
      progress.sent(first, count);
      first = false;
    } while (count == piece.length);
  }

  /// The message is on its way before the piece is filled again.
  private ModifyFileRequest add(String path, int count) {
    var content = BytesValue.of(UnsafeByteOperations.unsafeWrap(piece, 0, count));
    return ModifyFileRequest.newBuilder()
        .setAddFile(AddFile.newBuilder().setPath(path).setRaw(content))
        .build();
  }

  /// Deletes a file, or with a trailing slash everything below a directory.
  void delete(String path) {
    send(
        ModifyFileRequest.newBuilder()
            .setDeleteFile(DeleteFile.newBuilder().setPath(path))
            .build());
  }

  void send(ModifyFileRequest request) {
    stream.send(request);
  }

  /// Waits until the server has committed everything.
  void finish() {
    stream.finish();
  }

  /// Gives the edits up unless they were committed.
  @Override
  public void close() {
    stream.close();
  }
}
