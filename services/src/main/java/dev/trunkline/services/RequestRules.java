package dev.trunkline.services;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import dev.trunkline.wire.validate.FieldRules;
import dev.trunkline.wire.validate.Validate;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The rules that the protos state for requests, checked on any message and those in it.
final class RequestRules {
  /// By the type of the message. Most types have nothing to check, and a stream of small messages
  /// does not look for it again in each.
  private static final Map<Descriptor, RequestRules> RULES = new ConcurrentHashMap<>();

  private final List<OneofDescriptor> oneofs;
  private final List<FieldDescriptor> fields;

  private RequestRules(Descriptor type) {
    oneofs = type.getOneofs().stream().filter(RequestRules::isRequired).toList();
    fields =
        type.getFields().stream()
            .filter(field -> isRuled(field) || reachesRules(field, new HashSet<>()))
            .toList();
  }

  private static boolean isRequired(OneofDescriptor oneof) {
    return oneof.getOptions().getExtension(Validate.required);
  }

  private static boolean isRuled(FieldDescriptor field) {
    var rules = field.getOptions().getExtension(Validate.rules);
    return rules.getTypeCase() != FieldRules.TypeCase.TYPE_NOT_SET || isRequired(field, rules);
  }

  /// A member of a oneof may be absent, whatever its own rule says.
  private static boolean isRequired(FieldDescriptor field, FieldRules rules) {
    return rules.getMessage().getRequired() && field.getRealContainingOneof() == null;
  }

  /// Whether something is to be checked inside the values of `field`, at any depth.
  private static boolean reachesRules(FieldDescriptor field, Set<Descriptor> seen) {
    if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE
        || !seen.add(field.getMessageType())) {
      return false;
    }
    var type = field.getMessageType();
    return type.getOneofs().stream().anyMatch(RequestRules::isRequired)
        || type.getFields().stream().anyMatch(inner -> isRuled(inner) || reachesRules(inner, seen));
  }

  /// The first violation, if there is one: the path of the field and what is wrong with it.
  static Optional<String> violation(Message message) {
    var rules = RULES.computeIfAbsent(message.getDescriptorForType(), RequestRules::new);
    for (var oneof : rules.oneofs) {
      if (!message.hasOneof(oneof)) {
        return at(message, oneof.getName(), "value is required");
      }
    }
    for (var field : rules.fields) {
      var own = field(message, field);
      if (own.isPresent()) {
        return own;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> at(Message message, String field, String why) {
    return Optional.of(
        "invalid " + message.getDescriptorForType().getName() + "." + field + ": " + why);
  }

  private static Optional<String> field(Message message, FieldDescriptor field) {
    var rules = field.getOptions().getExtension(Validate.rules);
    var broken = broken(message, field, rules);
    if (!broken.isEmpty()) {
      return at(message, field.getName(), broken);
    }
    if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      return Optional.empty();
    }
    if (field.isRepeated()) {
      for (var element : (List<?>) message.getField(field)) {
        var inner = violation((Message) element);
        if (inner.isPresent()) {
          return inner;
        }
      }
      return Optional.empty();
    }
    return message.hasField(field)
        ? violation((Message) message.getField(field))
        : Optional.empty();
  }

  private static String broken(Message message, FieldDescriptor field, FieldRules rules) {
    boolean member = field.getRealContainingOneof() != null;
    if (isRequired(field, rules) && !message.hasField(field)) {
      return "value is required";
    }
    return switch (rules.getTypeCase()) {
      case STRING ->
          text(rules, (String) message.getField(field), member && !message.hasField(field));
      case INT32 ->
          (int) message.getField(field) < rules.getInt32().getGte() ? "value is too small" : "";
      case INT64 ->
          (long) message.getField(field) < rules.getInt64().getGte() ? "value is too small" : "";
      case MAP -> keys((List<?>) message.getField(field));
      case DURATION -> duration(message, field);
      case REPEATED, TYPE_NOT_SET -> "";
    };
  }

  private static String text(FieldRules rules, String value, boolean absent) {
    if (absent) {
      return "";
    }
    if (value.codePointCount(0, value.length()) < rules.getString().getMinLen()) {
      return "value length must be at least " + rules.getString().getMinLen() + " runes";
    }
    if (value.getBytes(StandardCharsets.UTF_8).length < rules.getString().getMinBytes()) {
      return "value length must be at least " + rules.getString().getMinBytes() + " bytes";
    }
    return "";
  }

  private static String keys(List<?> entries) {
    boolean empty =
        entries.stream().anyMatch(entry -> ((MapEntry<?, ?>) entry).getKey().equals(""));
    return empty ? "key length must be at least 1 runes" : "";
  }

  private static String duration(Message message, FieldDescriptor field) {
    if (!message.hasField(field)) {
      return "value is required";
    }
    var value = (Duration) message.getField(field);
    return value.getSeconds() > 0 || value.getNanos() > 0 ? "" : "value must be greater than 0s";
  }
}
