package dev.trunkline.services;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import dev.trunkline.base.Refusal;
import dev.trunkline.base.Watched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import net.thisptr.jackson.jq.BuiltinFunctionLoader;
import net.thisptr.jackson.jq.JsonQuery;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Versions;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import org.jspecify.annotations.Nullable;

/// A jq program that decides which messages of an answer are sent: those for which its first result
/// is neither false nor null. It sees them as JSON in snake_case with every field.
final class JqFilter {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer()
          .preservingProtoFieldNames()
          .alwaysPrintFieldsWithNoPresence()
          .omittingInsignificantWhitespace();
  private static final Pattern UNKNOWN_NAME =
      Pattern.compile("Function .* does not exist|\\$.* is not defined");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final String NO_FILTER = "error creating message filter function: ";

  private final @Nullable JsonQuery query;

  private JqFilter(@Nullable JsonQuery query) {
    this.query = query;
  }

  /// The filter of messages like `sample` that `program` is; an empty one lets everything through.
  static JqFilter of(String program, MessageOrBuilder sample) {
    if (program.isBlank()) {
      return new JqFilter(null);
    }
    try {
      var query = JsonQuery.compile(program, Versions.JQ_1_6);
      rehearse(query, sample);
      return new JqFilter(query);
    } catch (JsonQueryException e) {
      throw Refusal.invalid(NO_FILTER + "error parsing jq filter: " + e.getMessage());
    }
  }

  /// Finds names that mean nothing before there is anything to filter: the engine looks them up
  /// only when it comes to them. What else goes wrong with an empty message may go well with
  /// others.
  private static void rehearse(JsonQuery query, MessageOrBuilder sample) {
    Watched.call(
        "jq filter",
        LIMIT,
        () -> {
          try {
            return first(query, sample);
          } catch (JsonQueryException e) {
            refuseUnknownName(e);
            return NullNode.getInstance();
          }
        });
  }

  private static void refuseUnknownName(JsonQueryException e) {
    if (UNKNOWN_NAME.matcher(String.valueOf(e.getMessage())).matches()) {
      throw Refusal.invalid(NO_FILTER + "error compiling jq filter: " + e.getMessage());
    }
  }

  /// Those of a page that are to be sent; a Failure of kind TIMEOUT where that takes too long.
  <T> List<T> of(List<T> page, Function<T, MessageOrBuilder> message) {
    var program = query;
    if (program == null || page.isEmpty()) {
      return page;
    }
    return Watched.call(
        "jq filter",
        LIMIT,
        () -> {
          var wanted = new ArrayList<T>();
          for (var element : page) {
            if (wanted(program, message.apply(element))) {
              wanted.add(element);
            }
          }
          return wanted;
        });
  }

  private static boolean wanted(JsonQuery program, MessageOrBuilder message) {
    try {
      var first = first(program, message);
      return !first.isNull() && !(first.isBoolean() && !first.booleanValue());
    } catch (JsonQueryException e) {
      refuseUnknownName(e);
      throw Refusal.invalid("error running jq filter: " + e.getMessage());
    }
  }

  /// The first result for a message; null in JSON where there is none.
  private static JsonNode first(JsonQuery program, MessageOrBuilder message)
      throws JsonQueryException {
    var first = new JsonNode[1];
    program.apply(
        Scope.newChildScope(Builtins.SCOPE),
        json(message),
        result -> first[0] = first[0] == null ? result : first[0]);
    return first[0] == null ? NullNode.getInstance() : first[0];
  }

  private static JsonNode json(MessageOrBuilder message) {
    try {
      return MAPPER.readTree(PRINTER.print(message));
    } catch (JsonProcessingException | InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The functions of jq, each of which stops when its thread is interrupted; none of them sees the
  /// environment of the server.
  private static final class Builtins {
    static final Scope SCOPE = scope();

    private Builtins() {}

    private static Scope scope() {
      var scope = Scope.newEmptyScope();
      BuiltinFunctionLoader.getInstance()
          .listFunctions(Versions.JQ_1_6, scope)
          .forEach((name, function) -> {
            scope.addFunction(
                name,
                (inner, arguments, in, path, out, version) -> {
                  PathOutput stopping =
                      (value, at) -> {
                        stop();
                        out.emit(value, at);
                      };
                  stop();
                  function.apply(inner, arguments, in, path, stopping, version);
                });
          });
      var nothing = MAPPER.createObjectNode();
      scope.setValue("ENV", nothing);
      scope.addFunction("env", 0, (_, _, _, _, out, _) -> out.emit(nothing, null));
      return scope;
    }

    private static void stop() throws JsonQueryException {
      if (Thread.currentThread().isInterrupted()) {
        throw new JsonQueryException("the time for the filter is over");
      }
    }
  }
}
