package dev.trunkline.cli;

import com.google.protobuf.Message;
import java.util.Iterator;
import java.util.function.Function;

/// Prints a stream of messages: each as it is where `--raw` is given, else as rows of a table.
final class Listing {
  private Listing() {}

  static <M extends Message> void print(
      Session session, Iterator<M> all, Function<M, String[]> row, String... header) {
    print(session, all, Raw.wanted(session.arguments()), row, header);
  }

  /// Nothing is held but one block of a table, however long the stream is.
  static <M extends Message> void print(
      Session session, Iterator<M> all, boolean raw, Function<M, String[]> row, String... header) {
    var table = new Table(session, header);
    while (all.hasNext()) {
      var message = all.next();
      if (raw) {
        Raw.print(session, message);
      } else {
        table.row(row.apply(message));
      }
    }
    if (!raw) {
      table.end();
    }
  }
}
