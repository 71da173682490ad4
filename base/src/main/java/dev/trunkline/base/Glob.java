package dev.trunkline.base;

import java.util.regex.Pattern;

/// A compiled glob over whole paths, in the dialect of the 2.12 API: `*`, `**`, `?`, sets, braces,
/// and the extended groups `@( ) *( ) +( ) ?( ) !( )`, which capture.
///
/// Directories are matched without their trailing slash, so that `/` matches the root alone.
public final class Glob {
  private static final String META = "*?[]{}!()@+^";

  private final String pattern;
  private final Pattern regex;
  private final int depth;

  private Glob(String pattern, Pattern regex) {
    this.pattern = pattern;
    this.regex = regex;
    this.depth = depthOf(pattern);
  }

  /// Compiles `pattern` after cleaning it: an empty one means `/`, a missing leading slash is
  /// added.
  ///
  /// @throws Refusal where the pattern does not parse
  public static Glob compile(String pattern) {
    var cleaned = clean(pattern);
    return new Glob(cleaned, Pattern.compile(GlobTranslation.toRegex(cleaned), Pattern.DOTALL));
  }

  private static String clean(String pattern) {
    var text = ("/" + pattern).replaceAll("/{2,}", "/");
    return text.length() > 1 && text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  /// The cleaned pattern.
  public String pattern() {
    return pattern;
  }

  /// Whether `path` is matched as a whole.
  public boolean matches(FilePath path) {
    if (pattern.equals("/")) {
      return path.isRoot();
    }
    return !path.isRoot() && regex.matcher(path.text()).matches();
  }

  /// Whether something below the directory `path` could be matched.
  public boolean mayMatchBelow(FilePath path) {
    var prefix = literalPrefix();
    var below = path.asDirectory();
    boolean onTheWay = below.startsWith(prefix) || prefix.startsWith(below);
    return onTheWay && !pattern.equals("/") && path.elements().size() < depth;
  }

  /// The text before the first character with a meaning of its own; every match begins with it.
  public String literalPrefix() {
    for (int i = 0; i < pattern.length(); i++) {
      if (META.indexOf(pattern.charAt(i)) >= 0 || pattern.charAt(i) == '\\') {
        return pattern.substring(0, i);
      }
    }
    return pattern;
  }

  /// Fills `template` (`$1`, `${1}`, `$$`) with what the groups captured in `path`; a group that
  /// does not exist gives nothing, a malformed reference stays as it is.
  public String replace(FilePath path, String template) {
    var matcher = regex.matcher(path.text());
    boolean matched = matcher.matches();
    var out = new StringBuilder();
    var reference = Pattern.compile("\\$(?:\\$|(\\d+)|\\{(\\d+)})").matcher(template);
    int from = 0;
    while (reference.find()) {
      out.append(template, from, reference.start());
      from = reference.end();
      var number = reference.group(1) == null ? reference.group(2) : reference.group(1);
      if (number == null) {
        out.append('$');
      } else if (matched
          && number.length() < 4
          && Integer.parseInt(number) <= matcher.groupCount()) {
        var captured = matcher.group(Integer.parseInt(number));
        out.append(captured == null ? "" : captured);
      }
    }
    return out.append(template.substring(from)).toString();
  }

  private static int depthOf(String pattern) {
    if (pattern.contains("**") || pattern.matches(".*[\\[({].*")) {
      return Integer.MAX_VALUE;
    }
    return (int) pattern.chars().filter(c -> c == '/').count();
  }

  @Override
  public String toString() {
    return pattern;
  }
}
