package dev.trunkline.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;

/// Messages as JSON, for scripts: the names of the protos, two blanks of indent.
final class Raw {
  /// The flags of every command that can print so.
  static final String FLAGS = "raw output/o* full-timestamps";

  private Raw() {}

  static boolean wanted(Arguments arguments) {
    var output = arguments.value("output");
    if (output.isPresent() && !output.get().equals("json")) {
      throw new UsageError("--output is json in this version, not " + output.get());
    }
    return arguments.has("raw") || output.isPresent();
  }

  static void print(Session session, MessageOrBuilder message) {
    try {
      session.print(JsonFormat.printer().preservingProtoFieldNames().print(message));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
