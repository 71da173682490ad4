package dev.trunkline.pipelines;

import dev.trunkline.base.Hash;
import dev.trunkline.content.Decoder;
import dev.trunkline.content.Encoder;
import dev.trunkline.datum.Limits;
import dev.trunkline.datum.Program;
import dev.trunkline.planning.Input;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// What a pipeline is, as far as the engine needs it.
///
/// @param image empty where none is named
/// @param salt empty where none is given
/// @param everyJob nothing is ever skipped
/// @param jobTimeout how long a job may run
/// @param autoscaling it stands by while there is nothing to do
/// @param fault why it cannot run until it is updated, in words; empty where it can
public record PipelineSpec(
    PipelineName name,
    String description,
    String image,
    Program program,
    Optional<Input> input,
    String outputBranch,
    int parallelism,
    String salt,
    boolean everyJob,
    Optional<Duration> jobTimeout,
    boolean autoscaling,
    String fault) {
  /// Version 1 had no limits.
  private static final int VERSION = 2;

  /// A pipeline whose jobs may run as long as they want.
  public PipelineSpec(
      PipelineName name,
      String description,
      String image,
      Program program,
      Optional<Input> input,
      String outputBranch,
      int parallelism,
      String salt,
      boolean everyJob) {
    this(
        name,
        description,
        image,
        program,
        input,
        outputBranch,
        parallelism,
        salt,
        everyJob,
        Optional.empty(),
        false,
        "");
  }

  /// The digest of the input: plans of equal inputs can be derived from each other.
  String inputHash() {
    var out = new Encoder();
    input.ifPresent(i -> encode(out, i));
    return Hash.sha256(out.array()).hex();
  }

  /// The digest of what is run for each datum.
  Hash transformHash() {
    var out = new Encoder();
    encode(out, program);
    return Hash.sha256(out.array());
  }

  byte[] encode() {
    var out = new Encoder().u8(VERSION).text(name.project()).text(name.name()).text(description);
    out.text(image).text(outputBranch).varint(parallelism).text(salt).u8(everyJob ? 1 : 0);
    encode(out, program);
    out.varint(jobTimeout.map(Duration::toMillis).orElse(0L));
    out.u8(autoscaling ? 1 : 0).text(fault).u8(input.isPresent() ? 1 : 0);
    input.ifPresent(i -> encode(out, i));
    var limits = program.limits();
    return out.varint(limits.memoryBytes()).text(String.valueOf(limits.cpus())).array();
  }

  private static void encode(Encoder out, Program program) {
    texts(out, program.command());
    texts(out, program.stdin());
    texts(out, program.errorCommand());
    texts(out, program.errorStdin());
    texts(out, program.environment().keySet().stream().sorted().toList());
    texts(
        out,
        program.environment().entrySet().stream()
            .sorted(java.util.Map.Entry.comparingByKey())
            .map(java.util.Map.Entry::getValue)
            .toList());
    texts(out, program.accepted().stream().map(String::valueOf).toList());
    out.varint(program.tries()).varint(program.timeout().map(Duration::toMillis).orElse(0L));
    out.text(program.workingDirectory()).text(program.user());
  }

  private static void texts(Encoder out, List<String> texts) {
    out.varint(texts.size());
    texts.forEach(out::text);
  }

  private static List<String> texts(Decoder in) {
    int count = in.varint32();
    var texts = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      texts.add(in.text());
    }
    return texts;
  }

  private static void encode(Encoder out, Input input) {
    switch (input) {
      case Input.Pfs pfs -> {
        out.u8(1).text(pfs.name()).text(pfs.project()).text(pfs.repo()).text(pfs.type());
        out.text(pfs.branch()).text(pfs.glob()).u8(pfs.reference() ? 1 : 0);
      }
      case Input.Cross cross -> children(out.u8(2), cross.children());
      case Input.Union union -> children(out.u8(3), union.children());
    }
  }

  private static void children(Encoder out, List<Input> children) {
    out.varint(children.size());
    children.forEach(child -> encode(out, child));
  }

  private static Input input(Decoder in) {
    int kind = in.u8();
    if (kind == 1) {
      var name = in.text();
      var project = in.text();
      var repo = in.text();
      var type = in.text();
      var branch = in.text();
      var glob = in.text();
      return new Input.Pfs(name, project, repo, type, branch, glob, in.u8() == 1);
    }
    int count = in.varint32();
    var children = new ArrayList<Input>();
    for (int i = 0; i < count; i++) {
      children.add(input(in));
    }
    return kind == 2 ? new Input.Cross(children) : new Input.Union(children);
  }

  static PipelineSpec decode(byte[] bytes) {
    return Decoder.decode(bytes, PipelineSpec::decode);
  }

  private static PipelineSpec decode(Decoder in) {
    int version = in.u8();
    var name = new PipelineName(in.text(), in.text());
    var description = in.text();
    var image = in.text();
    var branch = in.text();
    int parallelism = in.varint32();
    var salt = in.text();
    boolean everyJob = in.u8() == 1;
    var command = texts(in);
    var stdin = texts(in);
    var errorCommand = texts(in);
    var errorStdin = texts(in);
    var keys = texts(in);
    var values = texts(in);
    var environment = new TreeMap<String, String>();
    for (int i = 0; i < keys.size(); i++) {
      environment.put(keys.get(i), values.get(i));
    }
    var accepted = new HashSet<Long>();
    texts(in).forEach(code -> accepted.add(Long.parseLong(code)));
    int tries = in.varint32();
    var timeout = duration(in);
    var folder = in.text();
    var user = in.text();
    var jobTimeout = duration(in);
    boolean autoscaling = in.u8() == 1;
    var fault = in.text();
    Optional<Input> input = in.u8() == 1 ? Optional.of(input(in)) : Optional.empty();
    var limits = version < VERSION ? Limits.NONE : limits(in);
    var program =
        new Program(
            command,
            stdin,
            errorCommand,
            errorStdin,
            environment,
            accepted,
            tries,
            timeout,
            folder,
            user,
            limits);
    return new PipelineSpec(
        name,
        description,
        image,
        program,
        input,
        branch,
        parallelism,
        salt,
        everyJob,
        jobTimeout,
        autoscaling,
        fault);
  }

  private static Limits limits(Decoder in) {
    long memory = in.varint();
    return new Limits(memory, Double.parseDouble(in.text()));
  }

  private static Optional<Duration> duration(Decoder in) {
    long millis = in.varint();
    return millis == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
  }
}
