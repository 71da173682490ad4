package dev.trunkline.pipelines;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Hash;
import dev.trunkline.content.Decoder;
import dev.trunkline.content.Encoder;
import dev.trunkline.content.Item;
import dev.trunkline.content.Ref;
import dev.trunkline.content.Root;
import dev.trunkline.content.Summary;
import dev.trunkline.datum.DatumOutcome;
import java.util.List;
import java.util.Optional;

/// What is known of a datum after it ran: an entry of RESULTS.
///
/// @param content the hash of the plan that it ran with
/// @param job the job that ran it
/// @param version the version of the pipeline that ran it
public record DatumResult(
    Hash id,
    Hash content,
    DatumOutcome.State state,
    String job,
    long version,
    String reason,
    long downloaded,
    long uploaded,
    long processNanos,
    Root output,
    Bytes parts) {

  Item item() {
    var value = new Encoder().hash(content).u8(state.code()).text(job).varint(version);
    value.text(reason).varint(downloaded).varint(uploaded).varint(processNanos);
    value.bytes(output.encode()).bytes(parts);
    var bytes = Bytes.of(value.array());
    List<Ref> refs = Optional.ofNullable(output.node()).map(List::of).orElse(List.of());
    return new Item(Bytes.of(id.bytes()), bytes, refs, Hash.sha256(bytes.array()), Summary.NONE);
  }

  static DatumResult of(Item item) {
    return Decoder.decode(
        item.value().array(),
        in -> {
          var content = in.hash();
          var state = DatumOutcome.State.of(in.u8());
          var job = in.text();
          long version = in.varint();
          var reason = in.text();
          long downloaded = in.varint();
          long uploaded = in.varint();
          long nanos = in.varint();
          var output = Root.decode(in.bytes());
          return new DatumResult(
              Hash.of(item.key().array()),
              content,
              state,
              job,
              version,
              reason,
              downloaded,
              uploaded,
              nanos,
              output,
              Bytes.of(in.bytes()));
        });
  }
}
