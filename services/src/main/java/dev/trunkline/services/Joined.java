package dev.trunkline.services;

import io.grpc.Context;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The transaction that a call wants to be part of, as its metadata says.
final class Joined {
  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("pach-transaction", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<List<String>> IDS = Context.key("transactions");

  private Joined() {}

  /// The context of a call with these headers.
  static Context context(Metadata headers) {
    var ids = new ArrayList<String>();
    var values = headers.getAll(HEADER);
    if (values != null) {
      values.forEach(ids::add);
      // Clients whose transaction is over go on sending the header, without an id.
      ids.removeIf(String::isEmpty);
    }
    return Context.current().withValue(IDS, ids);
  }

  /// The transaction that the present call joins.
  static Optional<String> transaction() {
    var ids = IDS.get();
    if (ids == null || ids.isEmpty()) {
      return Optional.empty();
    }
    if (ids.size() > 1) {
      throw dev.trunkline.base.Refusal.invalid(
          "a call can join one transaction, not " + ids.size() + ": " + ids);
    }
    return Optional.of(ids.getFirst());
  }
}
