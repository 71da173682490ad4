package dev.trunkline.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.util.Optional;
import java.util.stream.Collectors;

/// The first field of a spec that does not exist, or whose value has the wrong type.
///
/// @param path from the top of the spec, as in `input.cross[1].pfs.glob`
/// @param why what is wrong with it, and what to do
record SpecFault(String path, String why) {
  private static final int SHOWN_MAX = 40;

  /// Looks through `object`, which stands for a message of `type`.
  static Optional<SpecFault> in(JsonObject object, Descriptor type) {
    return in(object, type, "");
  }

  private static Optional<SpecFault> in(JsonObject object, Descriptor type, String above) {
    for (var entry : object.entrySet()) {
      var path = above + entry.getKey();
      var field =
          type.getFields().stream()
              .filter(
                  f -> entry.getKey().equals(f.getName()) || entry.getKey().equals(f.getJsonName()))
              .findFirst();
      if (field.isEmpty()) {
        var unknown = "unknown field \"" + path + "\": correct its spelling or remove it";
        return Optional.of(new SpecFault(path, unknown));
      }
      if (!fits(field.get(), entry.getValue())) {
        return Optional.of(within(field.get(), entry.getValue(), path));
      }
    }
    return Optional.empty();
  }

  /// Whether a message can take the value as this field of it.
  private static boolean fits(FieldDescriptor field, JsonElement value) {
    var alone = new JsonObject();
    alone.add(field.getName(), value);
    try {
      var message = DynamicMessage.newBuilder(field.getContainingType());
      JsonFormat.parser().merge(alone.toString(), message);
      return true;
    } catch (InvalidProtocolBufferException _) {
      return false;
    }
  }

  /// The fault in a value that does not fit: in a part of it, or that it is no such value at all.
  private static SpecFault within(FieldDescriptor field, JsonElement value, String path) {
    if (field.isRepeated() && value instanceof JsonArray list) {
      for (int i = 0; i < list.size(); i++) {
        var alone = new JsonArray();
        alone.add(list.get(i));
        if (!fits(field, alone)) {
          return one(field, list.get(i), path + "[" + i + "]");
        }
      }
    }
    return field.isRepeated() ? mistyped(field, value, path) : one(field, value, path);
  }

  private static SpecFault one(FieldDescriptor field, JsonElement value, String path) {
    boolean parts = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    return parts && value instanceof JsonObject object
        ? in(object, field.getMessageType(), path + ".").orElse(mistyped(field, value, path))
        : new SpecFault(path, path + " wants " + single(field) + ", not " + shown(value));
  }

  private static SpecFault mistyped(FieldDescriptor field, JsonElement value, String path) {
    var wanted =
        field.isMapField()
            ? "an object"
            : field.isRepeated() ? "a list, of which each is " + single(field) : single(field);
    return new SpecFault(path, path + " wants " + wanted + ", not " + shown(value));
  }

  private static String single(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case INT, LONG -> "a whole number";
      case FLOAT, DOUBLE -> "a number";
      case BOOLEAN -> "true or false";
      case STRING, BYTE_STRING -> "a text";
      case ENUM ->
          field.getEnumType().getValues().stream()
              .map(EnumValueDescriptor::getName)
              .collect(Collectors.joining(", ", "one of ", ""));
      case MESSAGE ->
          switch (field.getMessageType().getFullName()) {
            case "google.protobuf.Duration" -> "a duration such as \"300s\"";
            case "google.protobuf.Timestamp" -> "a time such as \"2024-01-31T12:00:00Z\"";
            default -> "an object";
          };
    };
  }

  /// A value, cut where it is long.
  static String shown(JsonElement value) {
    var text = value.toString();
    return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "...";
  }
}
