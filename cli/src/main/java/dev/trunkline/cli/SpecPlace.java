package dev.trunkline.cli;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Where in a text a spec stands, of the several that it may hold.
///
/// @param document counts the documents of the text, from 0
/// @param element counts the specs of a document that is a list, from 0; -1 where it is none
record SpecPlace(int document, int element) {
  /// How gson tells where it reads; it has no other way to ask.
  private static final Pattern AT = Pattern.compile("at line (\\d+) column (\\d+)");

  private static final Pattern BOUNDARY = Pattern.compile("\\.|(?=\\[)");

  /// Fields that the converted spec holds under another name than 1.7 did.
  private static final Map<String, String> RENAMED =
      Map.of("atom", "pfs", "standby", "autoscaling", "chunk_spec", "datum_set_spec");

  /// The line and column of the field at a path of this spec in `text`, as in `, line 2, column 5`;
  /// empty where the text does not hold it.
  String of(String path, String text, boolean json) {
    var whole = (element < 0 ? "" : "[" + element + "]") + (path.isEmpty() ? "" : ".") + path;
    var steps = List.of(BOUNDARY.split(whole.replaceFirst("^\\.", ""), -1));
    try {
      return json ? inJson(steps, text) : Yamls.place(text, document, steps);
    } catch (IOException _) {
      return "";
    }
  }

  /// Whether two names mean the same field: `cacheSize` is `cache_size`, and `atom` is `pfs`.
  static boolean same(String one, String other) {
    return canonical(one).equals(canonical(other));
  }

  private static String canonical(String name) {
    var snake = name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    return RENAMED.getOrDefault(snake, snake);
  }

  private String inJson(List<String> steps, String text) throws IOException {
    int documents = -1;
    try (var reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.LENIENT);
      for (var token = reader.peek(); token != JsonToken.END_DOCUMENT; token = reader.peek()) {
        if (reader.getPath().equals("$")) {
          documents++;
        }
        var here = reader.toString();
        if (token == JsonToken.NAME) {
          var _ = reader.nextName();
        }
        if (documents == document && leadsTo(steps, reader.getPath())) {
          var at = AT.matcher(here);
          // Gson looked at the one character with which a name or value begins.
          return at.find()
              ? ", line %s, column %d"
                  .formatted(at.group(1), Math.max(1, Integer.parseInt(at.group(2)) - 1))
              : "";
        }
        pass(reader, token);
      }
    }
    return "";
  }

  private static boolean leadsTo(List<String> steps, String path) {
    var parts = BOUNDARY.split(path.replaceFirst("^\\$\\.?", ""), -1);
    if (parts.length != steps.size()) {
      return false;
    }
    for (int i = 0; i < parts.length; i++) {
      if (!same(parts[i], steps.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static void pass(JsonReader reader, JsonToken token) throws IOException {
    switch (token) {
      case BEGIN_OBJECT -> reader.beginObject();
      case END_OBJECT -> reader.endObject();
      case BEGIN_ARRAY -> reader.beginArray();
      case END_ARRAY -> reader.endArray();
      case STRING, NUMBER, BOOLEAN, NULL -> reader.skipValue();
      case NAME, END_DOCUMENT -> {}
    }
  }
}
