package dev.trunkline.cli;

import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;

/// Messages for scripts, with the names of the protos: as JSON with two blanks of indent, or as
/// documents of YAML.
final class Raw {
  /// The flags of every command that can print so.
  static final String FLAGS =
      """
      raw        print messages of the API, as JSON
      output/o*  print messages of the API, as json or yaml
      """;

  private Raw() {}

  static boolean wanted(Arguments arguments) {
    var output = arguments.value("output").orElse("json");
    if (!output.equals("json") && !output.equals("yaml")) {
      throw new UsageError("--output is json or yaml, not " + output);
    }
    return arguments.has("raw") || arguments.value("output").isPresent();
  }

  static void print(Session session, MessageOrBuilder message) {
    var text = json(message);
    if (session.arguments().value("output").orElse("json").equals("yaml")) {
      session.print("---\n" + Yamls.text(JsonParser.parseString(text)).stripTrailing());
    } else {
      session.print(text);
    }
  }

  static String json(MessageOrBuilder message) {
    return text(JsonFormat.printer().preservingProtoFieldNames(), message);
  }

  /// One of many messages, on a line of its own.
  static String line(MessageOrBuilder message) {
    var printer = JsonFormat.printer().preservingProtoFieldNames();
    return text(printer.omittingInsignificantWhitespace(), message);
  }

  /// The same with the names that 1.7 gave them, as in `jobId`.
  static String oldLine(MessageOrBuilder message) {
    return text(JsonFormat.printer().omittingInsignificantWhitespace(), message);
  }

  private static String text(JsonFormat.Printer printer, MessageOrBuilder message) {
    try {
      return printer.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
