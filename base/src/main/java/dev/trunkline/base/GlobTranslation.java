package dev.trunkline.base;

import java.util.ArrayDeque;
import java.util.Deque;

/// Translates a glob to a regular expression of `java.util.regex`, in one pass from left to right.
///
/// 1. What stands alone (`*`, `**`, `?`, sets, literals) is translated where it is met.
/// 2. An opening brace or group pushes what must be written when it closes.
/// 3. A negation is a look-ahead that must fail, followed by a run without slashes. Where nothing
///    that anchors follows in the pattern, the look-ahead reaches to the end of the path.
final class GlobTranslation {
  private final String glob;
  private final StringBuilder regex = new StringBuilder();
  private final Deque<Open> open = new ArrayDeque<>();
  private int at;

  private GlobTranslation(String glob) {
    this.glob = glob;
  }

  static String toRegex(String glob) {
    return new GlobTranslation(glob).translate();
  }

  private String translate() {
    while (at < glob.length()) {
      step(glob.charAt(at));
    }
    while (!open.isEmpty()) {
      regex.append(open.pop().closing());
    }
    return regex.toString();
  }

  private void step(char c) {
    boolean group = at + 1 < glob.length() && glob.charAt(at + 1) == '(';
    switch (c) {
      case '\\' -> escape();
      case '[' -> set();
      case '{' -> push(new Open('{', ")"), "(?:", 1);
      case '}' -> close('{', c);
      case ',' -> alternative('{', c);
      case '(' -> push(new Open('(', ")"), "(", 1);
      case ')' -> close('(', c);
      case '|' -> alternative('(', c);
      case '*' -> star(group);
      case '?' -> {
        if (group) {
          push(new Open('(', ")?)"), "((?:", 2);
        } else {
          emit("[^/]", 1);
        }
      }
      case '+' -> orLiteral(group, new Open('(', ")+)"), "((?:");
      case '@' -> orLiteral(group, new Open('(', ")"), "(");
      case '!', '^' -> orLiteral(group, negation(), "((?!(?:");
      default -> literal(c);
    }
  }

  private void star(boolean group) {
    if (group) {
      push(new Open('(', ")*)"), "((?:", 2);
    } else if (glob.startsWith("**", at) && !glob.startsWith("**(", at)) {
      emit(".*", 2);
    } else {
      emit("[^/]*", 1);
    }
  }

  private void orLiteral(boolean group, Open opened, String opening) {
    if (group) {
      push(opened, opening, 2);
    } else {
      literal(glob.charAt(at));
    }
  }

  private Open negation() {
    return new Open('(', (anchorsLater() ? ")" : ")$") + ")[^/]*)");
  }

  private boolean anchorsLater() {
    int depth = 0;
    for (int i = at + 1; i < glob.length(); i++) {
      char c = glob.charAt(i);
      depth += c == '(' ? 1 : 0;
      if (c == ')' && --depth == 0) {
        return glob.substring(i + 1).chars().anyMatch(x -> "()!@+?|".indexOf(x) < 0);
      }
    }
    return false;
  }

  private void push(Open opened, String opening, int length) {
    open.push(opened);
    emit(opening, length);
  }

  private void close(char kind, char c) {
    if (open.stream().noneMatch(o -> o.kind() == kind)) {
      literal(c);
    } else if (open.getFirst().kind() != kind) {
      throw malformed("brackets are interleaved");
    } else {
      emit(open.pop().closing(), 1);
    }
  }

  private void alternative(char kind, char c) {
    if (open.stream().noneMatch(o -> o.kind() == kind)) {
      literal(c);
    } else if (open.getFirst().kind() != kind) {
      throw malformed("brackets are interleaved");
    } else {
      emit("|", 1);
    }
  }

  private void escape() {
    if (at + 1 == glob.length()) {
      throw malformed("unexpected end of input");
    }
    at++;
    literal(glob.charAt(at));
  }

  private void literal(char c) {
    emit(Character.isLetterOrDigit(c) ? String.valueOf(c) : "\\" + c, 1);
  }

  private void emit(String text, int length) {
    regex.append(text);
    at += length;
  }

  private void set() {
    var body = new StringBuilder();
    boolean negated = false;
    int i = at + 1;
    for (; i < glob.length() && glob.charAt(i) != ']'; i++) {
      char c = glob.charAt(i);
      int end = glob.startsWith("[:", i) ? glob.indexOf(":]", i) : -1;
      if (end > 0) {
        var name = glob.substring(i + 2, end);
        negated |= name.startsWith("^");
        body.append(characterClass(name.replace("^", "")));
        i = end + 1;
      } else if ((c == '!' || c == '^') && !negated) {
        negated = true;
      } else if (c == '-' && !body.isEmpty()) {
        body.append('-');
      } else if (c == '\\' && i + 1 < glob.length()) {
        body.append('\\').append(glob.charAt(++i));
      } else {
        body.append(Character.isLetterOrDigit(c) ? "" : "\\").append(c);
      }
    }
    if (i >= glob.length() || body.isEmpty()) {
      throw malformed("unexpected end of input");
    }
    regex.append(negated ? "[^" : "[").append(body).append(']');
    at = i + 1;
  }

  private String characterClass(String name) {
    return switch (name) {
      case "alnum" -> "\\p{Alnum}";
      case "alpha" -> "\\p{Alpha}";
      case "ascii" -> "\\p{ASCII}";
      case "blank" -> "\\p{Blank}";
      case "cntrl" -> "\\p{Cntrl}";
      case "digit" -> "\\p{Digit}";
      case "graph" -> "\\p{Graph}";
      case "lower" -> "\\p{Lower}";
      case "print" -> "\\p{Print}";
      case "punct" -> "\\p{Punct}";
      case "space" -> "\\p{Space}";
      case "upper" -> "\\p{Upper}";
      case "word" -> "\\w";
      case "xdigit" -> "\\p{XDigit}";
      default -> throw malformed("unknown character class " + name);
    };
  }

  private Refusal malformed(String why) {
    return Refusal.invalid("error compiling glob \"" + glob + "\": " + why);
  }

  /// An opened bracket: what opened it, and what is written when it closes.
  private record Open(char kind, String closing) {}
}
