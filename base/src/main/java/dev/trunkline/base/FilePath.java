package dev.trunkline.base;

import java.util.ArrayDeque;
import java.util.List;

/// An absolute, cleaned path of a file or directory in a repository: `/` or `/a/b`, no trailing
/// slash.
///
/// Order is byte order of the text, which for the printable ASCII that paths consist of is the
/// order of its characters.
public record FilePath(String text) implements Comparable<FilePath> {
  /// The directory that holds everything.
  public static final FilePath ROOT = new FilePath("/");

  private static final String GLOBBING = "*?[]{}!()@+^";

  /// Checks that `text` is in cleaned form.
  public FilePath {
    Check.that(
        text.startsWith("/") && (text.length() == 1 || !text.endsWith("/")),
        "a path is cleaned before it is used");
  }

  /// The path that `text` means in a read: doubled and trailing slashes vanish, `.` and `..` are
  /// resolved.
  public static FilePath clean(String text) {
    var elements = new ArrayDeque<String>();
    for (var element : text.split("/", -1)) {
      if (element.equals("..")) {
        elements.pollLast();
      } else if (!element.isEmpty() && !element.equals(".")) {
        elements.addLast(element);
      }
    }
    return new FilePath("/" + String.join("/", elements));
  }

  /// The path that `text` means in a write; a name that could not be read back by a glob is
  /// refused.
  public static FilePath checked(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c > 0x7e) {
        throw invalid(text, "only printable ASCII characters allowed");
      }
      if (GLOBBING.indexOf(c) >= 0) {
        throw invalid(text, "globbing character (" + c + ") not allowed in path");
      }
    }
    if (text.isEmpty()) {
      throw invalid(text, "only printable ASCII characters allowed, at least one");
    }
    if (isClean(text)) {
      return new FilePath(text);
    }
    for (var element : text.split("/", -1)) {
      if (element.equals(".") || element.equals("..")) {
        throw invalid(text, "relative file paths are not allowed");
      }
    }
    return clean(text);
  }

  /// Whether there is plainly nothing to clean: no element is empty or begins with a dot.
  private static boolean isClean(String text) {
    return text.startsWith("/")
        && !text.endsWith("/")
        && !text.contains("//")
        && !text.contains("/.");
  }

  private static Refusal invalid(String text, String why) {
    return Refusal.invalid("path (" + text + ") invalid: " + why);
  }

  /// Whether this is `/`.
  public boolean isRoot() {
    return text.length() == 1;
  }

  /// The names from the root down; none for the root itself.
  public List<String> elements() {
    return isRoot() ? List.of() : List.of(text.substring(1).split("/"));
  }

  /// The last name; empty for the root.
  public String name() {
    return text.substring(text.lastIndexOf('/') + 1);
  }

  /// The child called `name`.
  public FilePath child(String name) {
    return new FilePath(isRoot() ? "/" + name : text + "/" + name);
  }

  /// The directory that holds this one; the root holds itself.
  public FilePath parent() {
    int slash = text.lastIndexOf('/');
    return slash <= 0 ? ROOT : new FilePath(text.substring(0, slash));
  }

  /// Whether `other` is this path or lies below it.
  public boolean holds(FilePath other) {
    return isRoot() || other.text.equals(text) || other.text.startsWith(text + "/");
  }

  /// How this path is shown where it is a directory: with a trailing slash.
  public String asDirectory() {
    return isRoot() ? text : text + "/";
  }

  @Override
  public int compareTo(FilePath other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
