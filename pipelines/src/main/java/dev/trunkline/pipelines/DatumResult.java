package dev.trunkline.pipelines;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Hash;
import dev.trunkline.content.Decoder;
import dev.trunkline.content.Encoder;
import dev.trunkline.content.Item;
import dev.trunkline.content.Ref;
import dev.trunkline.content.Root;
import dev.trunkline.content.Summary;
import dev.trunkline.datum.Cost;
import dev.trunkline.datum.DatumOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is known of a datum after it ran: an entry of RESULTS.
///
/// @param content the hash of the plan that it ran with
/// @param hash the same with the salt, as clients see it
/// @param made by which job, and how
/// @param output what it wrote, as a file set
/// @param meta what is kept about it in the meta repo, as a file set
/// @param inputs the record of what it was given, as in the plan
/// @param inputRefs what that record refers to
public record DatumResult(
    Hash id,
    Hash content,
    Hash hash,
    DatumOutcome.State state,
    String reason,
    Made made,
    Cost cost,
    Root output,
    Root meta,
    Bytes inputs,
    List<Ref> inputRefs) {

  /// Where a result comes from.
  ///
  /// @param version of the pipeline
  /// @param transform digest of the program
  /// @param image digest of the image; empty where the program ran on this machine
  public record Made(String job, long version, String salt, Hash transform, String image) {}

  /// The job that ran it.
  public String job() {
    return made.job();
  }

  /// The version of the pipeline that ran it.
  public long version() {
    return made.version();
  }

  Item item() {
    var value = new Encoder().hash(content).hash(hash).u8(state.code()).text(reason);
    value.text(made.job()).varint(made.version()).text(made.salt());
    value.hash(made.transform()).text(made.image());
    value.varint(cost.downloaded()).varint(cost.uploaded()).varint(cost.downloadNanos());
    value.varint(cost.processNanos()).varint(cost.uploadNanos());
    var refs = new ArrayList<Ref>();
    for (var root : List.of(output, meta)) {
      Optional.ofNullable(root.node()).ifPresent(refs::add);
      root.inlined().forEach(item -> refs.addAll(item.refs()));
    }
    value.bytes(output.encode()).bytes(meta.encode()).varint(refs.size());
    value.bytes(inputs);
    refs.addAll(inputRefs);
    var bytes = Bytes.of(value.array());
    return new Item(
        Bytes.of(id.bytes()), bytes, refs, Hash.sha256(bytes.array()), new Summary(1, 0, 0));
  }

  static DatumResult of(Item item) {
    return Decoder.decode(item.value().array(), in -> decode(item, in));
  }

  private static DatumResult decode(Item item, Decoder in) {
    var content = in.hash();
    var hash = in.hash();
    var state = DatumOutcome.State.of(in.u8());
    var reason = in.text();
    var made = new Made(in.text(), in.varint(), in.text(), in.hash(), in.text());
    var cost = new Cost(in.varint(), in.varint(), in.varint(), in.varint(), in.varint());
    var output = Root.decode(in.bytes());
    var meta = Root.decode(in.bytes());
    int outputRefs = in.varint32();
    var inputs = Bytes.of(in.bytes());
    var refs = item.refs().subList(outputRefs, item.refs().size());
    var id = Hash.of(item.key().array());
    return new DatumResult(
        id, content, hash, state, reason, made, cost, output, meta, inputs, refs);
  }
}
