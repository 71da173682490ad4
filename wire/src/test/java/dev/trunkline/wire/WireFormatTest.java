package dev.trunkline.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.trunkline.testkit.Golden;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Names, numbers and types of everything on the wire are frozen: a client of any age depends on
/// them.
class WireFormatTest {
  private static final List<ServiceDescriptor> SERVICES =
      List.of(
          dev.trunkline.wire.admin.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.auth.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.debug.DebugGrpc.getServiceDescriptor(),
          dev.trunkline.wire.enterprise.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.fileset.FilesetGrpc.getServiceDescriptor(),
          dev.trunkline.wire.identity.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.license.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.logs.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.metadata.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.pfs.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.pjs.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.pps.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.proxy.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.snapshot.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.transaction.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.trunkline.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.version.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.worker.WorkerGrpc.getServiceDescriptor());

  @Test
  void nothingOnTheWireChangesUnseen() {
    var lines = new ArrayList<String>();
    files().values().forEach(file -> describe(file, lines));
    Golden.check(WireFormatTest.class, "wire.txt", String.join("\n", lines) + "\n");
  }

  @Test
  void theRulesOfRequestsAreFiftySevenAndTwo() {
    var rules = new ArrayList<String>();
    var required = new ArrayList<String>();
    files()
        .values()
        .forEach(file -> file.getMessageTypes().forEach(m -> rules(m, rules, required)));
    Golden.check(WireFormatTest.class, "rules.txt", String.join("\n", rules) + "\n");
    assertThat(rules).hasSize(57);
    assertThat(required).containsExactly("metadata.Edit.target", "metadata.Edit.op");
  }

  /// Our own files, by the path under which they are registered.
  private static Map<String, FileDescriptor> files() {
    var files = new TreeMap<String, FileDescriptor>();
    for (var service : SERVICES) {
      var schema = (ProtoFileDescriptorSupplier) service.getSchemaDescriptor();
      assertThat(schema).isNotNull();
      collect(schema.getFileDescriptor(), files);
    }
    return files;
  }

  private static void collect(FileDescriptor file, Map<String, FileDescriptor> files) {
    if (!file.getFullName().startsWith("google/") && files.put(file.getFullName(), file) == null) {
      file.getDependencies().forEach(used -> collect(used, files));
    }
  }

  private static void describe(FileDescriptor file, List<String> lines) {
    var uses =
        file.getDependencies().stream()
            .map(FileDescriptor::getFullName)
            .sorted()
            .collect(Collectors.joining(" "));
    lines.add("file %s package %s uses %s".formatted(file.getFullName(), file.getPackage(), uses));
    file.getServices().forEach(service -> service.getMethods().forEach(m -> lines.add(method(m))));
    file.getEnumTypes().forEach(type -> lines.add(values(type)));
    file.getMessageTypes().forEach(message -> describe(message, lines));
    file.getExtensions().forEach(field -> lines.add("extension " + field(field)));
  }

  private static String method(MethodDescriptor method) {
    return "rpc %s(%s%s) -> %s%s"
        .formatted(
            method.getFullName(),
            method.isClientStreaming() ? "stream " : "",
            method.getInputType().getFullName(),
            method.isServerStreaming() ? "stream " : "",
            method.getOutputType().getFullName());
  }

  private static String values(EnumDescriptor type) {
    return type.getValues().stream()
        .map(value -> value.getName() + "=" + value.getNumber())
        .collect(Collectors.joining(" ", "enum " + type.getFullName() + " ", ""));
  }

  private static void describe(Descriptor message, List<String> lines) {
    lines.add("message " + message.getFullName());
    message.getFields().forEach(field -> lines.add("  " + field(field)));
    message.getEnumTypes().forEach(type -> lines.add(values(type)));
    message.getNestedTypes().stream()
        .filter(nested -> !nested.getOptions().getMapEntry())
        .forEach(nested -> describe(nested, lines));
  }

  private static String field(FieldDescriptor field) {
    var text = new StringBuilder();
    text.append(field.getNumber()).append(' ').append(field.getFullName()).append(' ');
    if (field.isMapField()) {
      var entry = field.getMessageType();
      text.append(
          "map<%s,%s>".formatted(type(entry.getFields().get(0)), type(entry.getFields().get(1))));
    } else {
      text.append(field.isRepeated() ? "repeated " : "").append(type(field));
    }
    var oneof = field.getRealContainingOneof();
    if (oneof != null) {
      text.append(" oneof:").append(oneof.getName());
    } else if (field.getContainingOneof() != null) {
      text.append(" optional");
    }
    return text + (field.getOptions().getDeprecated() ? " deprecated" : "");
  }

  private static String type(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> field.getMessageType().getFullName();
      case ENUM -> field.getEnumType().getFullName();
      case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING ->
          field.getType().name().toLowerCase(Locale.ROOT);
    };
  }

  private static void rules(Descriptor message, List<String> rules, List<String> required) {
    for (var field : message.getFields()) {
      if (field.getOptions().hasExtension(dev.trunkline.wire.validate.Validate.rules)) {
        var rule = field.getOptions().getExtension(dev.trunkline.wire.validate.Validate.rules);
        rules.add(field.getFullName() + ": " + rule.toString().replaceAll("\\s+", " ").strip());
      }
    }
    for (var oneof : message.getRealOneofs()) {
      if (oneof.getOptions().getExtension(dev.trunkline.wire.validate.Validate.required)) {
        required.add(oneof.getFullName());
      }
    }
    message.getNestedTypes().forEach(nested -> rules(nested, rules, required));
  }
}
