package dev.trunkline.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.AddFile;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.SequenceInputStream;
import org.junit.jupiter.api.Test;

/// Messages are read as protobuf reads them, however their bytes come.
final class UncopiedRequestsTest {
  private static final ModifyFileRequest EDIT =
      ModifyFileRequest.newBuilder()
          .setAddFile(
              AddFile.newBuilder()
                  .setPath("/a")
                  .setRaw(BytesValue.of(ByteString.copyFromUtf8("content"))))
          .build();

  private final MethodDescriptor<?, ?> method =
      UncopiedRequests.of(new APIGrpc.APIImplBase() {})
          .bindService()
          .getMethod("pfs_v2.API/ModifyFile")
          .getMethodDescriptor();

  @Test
  void aMessageThatIsThereAtOnce() {
    assertThat(method.parseRequest(new ByteArrayInputStream(EDIT.toByteArray()))).isEqualTo(EDIT);
  }

  @Test
  void aMessageThatComesInPieces() {
    var slow =
        new SequenceInputStream(
            new ByteArrayInputStream(EDIT.toByteArray(), 0, 3),
            new ByteArrayInputStream(EDIT.toByteArray(), 3, EDIT.getSerializedSize() - 3));
    assertThat(method.parseRequest(slow)).isEqualTo(EDIT);
  }

  @Test
  void bytesThatAreNoMessage() {
    assertThatThrownBy(() -> method.parseRequest(new ByteArrayInputStream(new byte[] {10, 9, 1})))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL));
  }

  @Test
  void bothStreamsOfEditsAndNoOtherCall() {
    var bound = UncopiedRequests.of(new APIGrpc.APIImplBase() {}).bindService();
    var changed =
        bound.getMethods().stream()
            .map(m -> m.getMethodDescriptor())
            .filter(m -> m.getRequestMarshaller() instanceof UncopiedRequests)
            .map(m -> String.valueOf(m.getBareMethodName()));
    assertThat(changed).containsExactlyInAnyOrder("ModifyFile", "CreateFileSet");
    assertThat(bound.getMethods()).hasSize(APIGrpc.getServiceDescriptor().getMethods().size());
  }
}
