package dev.trunkline.versions;

import dev.trunkline.base.Ids;
import dev.trunkline.base.Refusal;
import java.util.regex.Pattern;

/// The rules for names of projects, repos and branches.
public final class Names {
  /// The longest name of a project or a pipeline.
  public static final int LONGEST = 51;

  private static final Pattern WORD = Pattern.compile("[a-zA-Z0-9_-]+");

  private Names() {}

  /// Refuses a name with characters that no name has.
  public static void check(String name) {
    if (!WORD.matcher(name).matches()) {
      throw Refusal.invalid(
          "name ("
              + name
              + ") invalid: only alphanumeric characters, underscores, and dashes are allowed");
    }
  }

  static void checkProject(String name) {
    if (name.length() > LONGEST) {
      throw Refusal.invalid(
          "project name \"%s\" is %d characters longer than the %d max"
              .formatted(name, name.length() - LONGEST, LONGEST));
    }
    check(name);
    if (!Character.isLetterOrDigit(name.charAt(0))) {
      throw Refusal.invalid("project names must start with an alphanumeric character");
    }
  }

  static void checkRepo(RepoName repo) {
    if (repo.name().equals("__filesets__")) {
      throw Refusal.invalid("__filesets__ is a reserved name");
    }
    check(repo.name());
  }

  static void checkBranch(String name) {
    check(name);
    if (Ids.isId(name)) {
      throw Refusal.invalid("branch name cannot be a UUID V4");
    }
  }
}
