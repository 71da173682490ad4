package dev.trunkline.services;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.trunkline.base.Refusal;
import java.io.IOException;
import java.io.StringReader;
import java.util.Optional;

/// The JSON of a message as its author wrote it, brought to one spelling without losing what a
/// message cannot hold: explicit nulls and explicit zeros.
final class SpecJson {
  private SpecJson() {}

  /// The object that `text` is, with every field in lowerCamelCase and every enum by name; an
  /// unknown field or a value of a wrong type is refused by its path.
  static JsonObject canonical(Descriptor type, String text) {
    if (parse(text) instanceof JsonObject object) {
      return object(type, object, "");
    }
    throw Refusal.invalid("the text is not a JSON object");
  }

  /// The one value that `text` is, by the letter of RFC 8259.
  static JsonElement parse(String text) {
    var reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    try {
      var element = JsonParser.parseReader(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw Refusal.invalid("something follows the JSON object");
      }
      return element;
    } catch (JsonParseException | IOException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw Refusal.invalid("the text is not JSON: " + firstLine(cause));
    }
  }

  private static String firstLine(Throwable cause) {
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }

  private static JsonObject object(Descriptor type, JsonObject in, String path) {
    var out = new JsonObject();
    for (var entry : in.entrySet()) {
      var at = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
      var field =
          find(type, entry.getKey())
              .orElseThrow(() ->
                  Refusal.invalid(
                      "unexpected field \"%s\" in %s".formatted(at, type.getFullName())));
      if (out.has(field.getJsonName())) {
        throw Refusal.invalid("field \"" + at + "\" is given twice");
      }
      out.add(field.getJsonName(), value(field, entry.getValue(), at));
    }
    return out;
  }

  private static Optional<FieldDescriptor> find(Descriptor type, String key) {
    return type.getFields().stream()
        .filter(field -> field.getName().equals(key) || field.getJsonName().equals(key))
        .findFirst();
  }

  private static JsonElement value(FieldDescriptor field, JsonElement value, String path) {
    if (value.isJsonNull()) {
      return JsonNull.INSTANCE;
    }
    if (field.isMapField()) {
      if (!(value instanceof JsonObject map)) {
        throw wrong(path, "an object", value);
      }
      var out = new JsonObject();
      var of = field.getMessageType().findFieldByName("value");
      map.entrySet()
          .forEach(e -> out.add(e.getKey(), single(of, e.getValue(), path + "." + e.getKey())));
      return out;
    }
    if (field.isRepeated()) {
      if (!(value instanceof JsonArray array)) {
        throw wrong(path, "an array", value);
      }
      var out = new JsonArray();
      for (int i = 0; i < array.size(); i++) {
        out.add(single(field, array.get(i), path + "[" + i + "]"));
      }
      return out;
    }
    return single(field, value, path);
  }

  private static JsonElement single(FieldDescriptor field, JsonElement value, String path) {
    boolean message = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    if (message && !field.getMessageType().getFullName().startsWith("google.protobuf.")) {
      if (value instanceof JsonObject object) {
        return object(field.getMessageType(), object, path);
      }
      throw wrong(path, "an object", value);
    }
    if (!message && !(value instanceof JsonPrimitive)) {
      throw wrong(path, "a " + field.getType().name().toLowerCase(java.util.Locale.ROOT), value);
    }
    if (field.getJavaType() == FieldDescriptor.JavaType.STRING
        && !value.getAsJsonPrimitive().isString()) {
      throw wrong(path, "a string", value);
    }
    check(field, value, path);
    boolean number =
        value instanceof JsonPrimitive primitive
            && field.getJavaType() == FieldDescriptor.JavaType.ENUM
            && primitive.isNumber();
    return number ? new JsonPrimitive(name(field, value.getAsInt(), path)) : value;
  }

  private static String name(FieldDescriptor field, int number, String path) {
    var named = field.getEnumType().findValueByNumber(number);
    if (named == null) {
      throw Refusal.invalid(
          "field \"%s\": %s has no value %d"
              .formatted(path, field.getEnumType().getFullName(), number));
    }
    return named.getName();
  }

  /// Whether the value is one of the field's type, as the parser of messages sees it.
  private static void check(FieldDescriptor field, JsonElement value, String path) {
    if (field.getContainingType().getOptions().getMapEntry()) {
      return;
    }
    var one = new JsonObject();
    var list = new JsonArray();
    list.add(value);
    one.add(field.getJsonName(), field.isRepeated() ? list : value);
    try {
      JsonFormat.parser()
          .merge(one.toString(), DynamicMessage.newBuilder(field.getContainingType()));
    } catch (InvalidProtocolBufferException e) {
      throw Refusal.invalid("field \"" + path + "\": " + firstLine(e));
    }
  }

  private static Refusal wrong(String path, String wanted, JsonElement value) {
    return Refusal.invalid("field \"%s\": expected %s, found %s".formatted(path, wanted, value));
  }

  /// Lays `patch` over `target` (RFC 7396): objects merge, the rest replaces, null deletes.
  static void merge(JsonObject target, JsonObject patch) {
    for (var field : patch.entrySet()) {
      var value = field.getValue();
      if (value.isJsonNull()) {
        target.remove(field.getKey());
      } else if (value instanceof JsonObject object) {
        var below =
            target.get(field.getKey()) instanceof JsonObject found ? found : new JsonObject();
        target.add(field.getKey(), below);
        merge(below, object);
      } else {
        target.add(field.getKey(), value);
      }
    }
  }
}
