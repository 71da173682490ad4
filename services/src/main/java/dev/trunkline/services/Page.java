package dev.trunkline.services;

import dev.trunkline.base.Refusal;
import dev.trunkline.content.Entry;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.Consumer;

/// The part of a listing that a request asks for: so many entries after a marker, or in reverse
/// before it.
record Page(String marker, long number, boolean reverse) {
  private static final long MOST = 100_000;

  /// Checks the numbers.
  Page {
    if (reverse && number == 0) {
      throw Refusal.invalid("number must be > 0 when reverse is true");
    }
    if (number > MOST) {
      throw Refusal.invalid("cannot return more than " + MOST + " files at a time");
    }
    if (number < 0) {
      throw Refusal.invalid("number must not be negative");
    }
  }

  void send(Iterator<Entry> entries, Consumer<Entry> sink) {
    if (reverse) {
      sendReversed(entries, sink);
      return;
    }
    long left = number == 0 ? Long.MAX_VALUE : number;
    while (left > 0 && entries.hasNext()) {
      var entry = entries.next();
      if (marker.isEmpty() || entry.shown().compareTo(marker) > 0) {
        sink.accept(entry);
        left--;
      }
    }
  }

  /// Keeps the last entries before the marker only, so at most [#MOST] of them.
  private void sendReversed(Iterator<Entry> entries, Consumer<Entry> sink) {
    var last = new ArrayDeque<Entry>();
    while (entries.hasNext()) {
      var entry = entries.next();
      if (!marker.isEmpty() && entry.shown().compareTo(marker) >= 0) {
        break;
      }
      last.addFirst(entry);
      if (last.size() > number) {
        last.removeLast();
      }
    }
    last.forEach(sink);
  }
}
