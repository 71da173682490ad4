package dev.trunkline.services;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;

/// Reads messages that carry the content of files such that it stays in the array it came in.
/// Protobuf would copy it twice: all of the message, and then the content out of that.
public final class UncopiedRequests implements MethodDescriptor.Marshaller<ModifyFileRequest> {
  private UncopiedRequests() {}

  /// The service with the edits that clients stream to it read like this.
  public static BindableService of(BindableService service) {
    var bound = service.bindService();
    var before = bound.getServiceDescriptor();
    var described =
        ServiceDescriptor.newBuilder(before.getName())
            .setSchemaDescriptor(before.getSchemaDescriptor());
    var methods = new ArrayList<ServerMethodDefinition<?, ?>>();
    for (var method : bound.getMethods()) {
      var read = read(method);
      described.addMethod(read.getMethodDescriptor());
      methods.add(read);
    }
    var definition = ServerServiceDefinition.builder(described.build());
    methods.forEach(definition::addMethod);
    var rebuilt = definition.build();
    return () -> rebuilt;
  }

  private static <Q, A> ServerMethodDefinition<?, ?> read(ServerMethodDefinition<Q, A> method) {
    var descriptor = method.getMethodDescriptor();
    if (!(descriptor.getRequestMarshaller()
            instanceof MethodDescriptor.PrototypeMarshaller<Q> marshaller)
        || !(marshaller.getMessagePrototype() instanceof ModifyFileRequest)) {
      return method;
    }
    @SuppressWarnings("unchecked") // Its requests were just seen to be of this type.
    var edits = (ServerMethodDefinition<ModifyFileRequest, A>) method;
    return ServerMethodDefinition.create(
        edits.getMethodDescriptor().toBuilder()
            .setRequestMarshaller(new UncopiedRequests())
            .build(),
        edits.getServerCallHandler());
  }

  @Override
  public InputStream stream(ModifyFileRequest request) {
    return new ByteArrayInputStream(request.toByteArray());
  }

  @Override
  public ModifyFileRequest parse(InputStream message) {
    try {
      var input = UnsafeByteOperations.unsafeWrap(whole(message)).newCodedInput();
      input.enableAliasing(true);
      var request = ModifyFileRequest.parser().parseFrom(input);
      input.checkLastTagWas(0);
      return request;
    } catch (InvalidProtocolBufferException e) {
      throw Status.INTERNAL
          .withDescription("Invalid protobuf byte sequence")
          .withCause(e)
          .asRuntimeException();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All of the message, which as a rule is there at once.
  private static byte[] whole(InputStream message) throws IOException {
    var there = new byte[message.available()];
    int got = message.readNBytes(there, 0, there.length);
    int more = message.read();
    if (more < 0 && got == there.length) {
      return there;
    }
    var whole = new ByteArrayOutputStream();
    whole.write(there, 0, got);
    if (more >= 0) {
      whole.write(more);
      message.transferTo(whole);
    }
    return whole.toByteArray();
  }
}
