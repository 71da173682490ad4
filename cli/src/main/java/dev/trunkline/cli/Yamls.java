package dev.trunkline.cli;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/// YAML from and to JSON; loaded only where YAML is spoken.
final class Yamls {
  private Yamls() {}

  /// The documents of a text.
  static List<JsonElement> parse(String text) {
    var gson = new Gson();
    var documents = new ArrayList<JsonElement>();
    var options = new LoaderOptions();
    options.setMaxAliasesForCollections(0);
    for (var document : new Yaml(new SafeConstructor(options)).loadAll(text)) {
      if (document != null) {
        documents.add(gson.toJsonTree(document));
      }
    }
    return documents;
  }

  /// The line and column of what the steps of a path lead to in one of the documents of `text`, as
  /// in `, line 2, column 5`; empty where they lead to nothing.
  static String place(String text, int document, List<String> steps) {
    int documents = 0;
    for (var node : new Yaml().composeAll(new StringReader(text))) {
      if (documents++ == document) {
        return place(node, steps).map(Yamls::words).orElse("");
      }
    }
    return "";
  }

  private static Optional<Node> place(Node node, List<String> steps) {
    var place = Optional.of(node);
    var value = Optional.of(node);
    for (var step : steps) {
      place = value.flatMap(above -> child(above, step, false));
      value = value.flatMap(above -> child(above, step, true));
    }
    return place;
  }

  /// What a step leads to: an element of a list, or of a field its value or its name.
  private static Optional<Node> child(Node above, String step, boolean value) {
    return switch (above) {
      case SequenceNode list when step.startsWith("[") ->
          list.getValue().stream()
              .skip(Long.parseLong(step.substring(1, step.length() - 1)))
              .findFirst();
      case MappingNode fields ->
          fields.getValue().stream()
              .filter(field -> named(field.getKeyNode(), step))
              .map(field -> value ? field.getValueNode() : field.getKeyNode())
              .findFirst();
      default -> Optional.empty();
    };
  }

  private static boolean named(Node key, String name) {
    return key instanceof ScalarNode scalar && SpecPlace.same(scalar.getValue(), name);
  }

  private static String words(Node node) {
    var mark = node.getStartMark();
    return ", line %d, column %d".formatted(mark.getLine() + 1, mark.getColumn() + 1);
  }

  static String text(JsonElement element) {
    var options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    return new Yaml(options).dump(new Gson().fromJson(element, Object.class));
  }
}
