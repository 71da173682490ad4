package dev.trunkline.services;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import dev.trunkline.base.Refusal;
import dev.trunkline.base.Watched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
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
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final @Nullable JsonQuery query;

  private JqFilter(@Nullable JsonQuery query) {
    this.query = query;
  }

  /// The filter that `program` is; an empty one lets everything through.
  static JqFilter of(String program) {
    if (program.isBlank()) {
      return new JqFilter(null);
    }
    try {
      return new JqFilter(JsonQuery.compile(program, Versions.JQ_1_6));
    } catch (JsonQueryException e) {
      throw Refusal.invalid(
          "error creating message filter function: error parsing jq filter: " + e.getMessage());
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
    var first = new JsonNode[1];
    try {
      JsonNode json = MAPPER.readTree(PRINTER.print(message));
      program.apply(
          Scope.newChildScope(Builtins.SCOPE),
          json,
          result -> first[0] = first[0] == null ? result : first[0]);
    } catch (JsonQueryException e) {
      throw Refusal.invalid("error running jq filter: " + e.getMessage());
    } catch (JsonProcessingException | InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
    return first[0] != null
        && !first[0].isNull()
        && !(first[0].isBoolean() && !first[0].booleanValue());
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
