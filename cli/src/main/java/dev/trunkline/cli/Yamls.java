package dev.trunkline.cli;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

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

  static String text(JsonElement element) {
    var options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    return new Yaml(options).dump(new Gson().fromJson(element, Object.class));
  }
}
