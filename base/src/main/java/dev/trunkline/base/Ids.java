package dev.trunkline.base;

import java.util.UUID;
import java.util.regex.Pattern;

/// The ids of commits, commit sets, jobs and transactions: version 4 UUIDs as 32 lower-case hex
/// digits.
public final class Ids {
  private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{12}4[0-9a-fA-F]{19}");

  private Ids() {}

  /// A fresh random id.
  public static String random() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  /// Whether `text` has the form of an id, in either case of its hex digits.
  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }
}
