package dev.trunkline.services;

import dev.trunkline.base.Refusal;
import dev.trunkline.wire.pps.Input;
import dev.trunkline.wire.pps.PFSInput;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/// The inputs of a spec: their defaults, what is wrong with them, and what the engine makes of
/// them.
final class InputMessages {
  private InputMessages() {}

  /// The input with its defaults filled in and the children of composites sorted by name.
  ///
  /// @param pipeline that the input is of; empty where there is none
  static Input defaulted(Input input, String pipeline, String project) {
    var triggers = new HashMap<String, Integer>();
    return mapped(input, leaf -> defaulted(leaf, pipeline, project, triggers));
  }

  private static Input defaulted(
      Input leaf, String pipeline, String project, Map<String, Integer> triggers) {
    var out = leaf.toBuilder();
    if (out.hasPfs()) {
      var pfs = out.getPfsBuilder();
      if (pfs.getBranch().isEmpty() && pfs.hasTrigger()) {
        int number = triggers.merge(pfs.getRepo(), 1, Integer::sum);
        pfs.setBranch(pipeline + "-trigger-" + number);
        if (pfs.getTrigger().getBranch().isEmpty()) {
          pfs.getTriggerBuilder().setBranch("master");
        }
      }
      pfs.setProject(or(pfs.getProject(), project));
      pfs.setName(or(pfs.getName(), pfs.getRepo()));
      pfs.setRepoType(or(pfs.getRepoType(), "user"));
      pfs.setBranch(or(pfs.getBranch(), "master"));
      pfs.setGlob(pfs.getGlob().isEmpty() ? "" : cleaned(pfs.getGlob()));
    }
    if (out.hasCron()) {
      var cron = out.getCronBuilder();
      cron.setProject(or(cron.getProject(), project));
      cron.setRepo(or(cron.getRepo(), pipeline + "_" + cron.getName()));
    }
    return out.build();
  }

  private static String or(String value, String otherwise) {
    return value.isEmpty() ? otherwise : value;
  }

  private static String cleaned(String glob) {
    var path = "/" + glob.replaceAll("/+", "/");
    path = path.startsWith("//") ? path.substring(1) : path;
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /// The input with `change` applied to its leaves, the children of composites sorted by name.
  static Input mapped(Input input, UnaryOperator<Input> change) {
    var out = change.apply(input).toBuilder();
    replace(out.getCrossList(), change).forEach(out.clearCross()::addCross);
    replace(out.getUnionList(), change).forEach(out.clearUnion()::addUnion);
    replace(out.getJoinList(), change).forEach(out.clearJoin()::addJoin);
    replace(out.getGroupList(), change).forEach(out.clearGroup()::addGroup);
    return out.build();
  }

  private static List<Input> replace(List<Input> children, UnaryOperator<Input> change) {
    return children.stream()
        .map(child -> mapped(child, change))
        .sorted(Comparator.comparing(InputMessages::name))
        .toList();
  }

  private static String name(Input input) {
    if (input.hasPfs()) {
      return input.getPfs().getName();
    }
    var children = children(input);
    return children.isEmpty() ? "" : name(children.getFirst());
  }

  private static List<Input> children(Input input) {
    if (input.getCrossCount() > 0) {
      return input.getCrossList();
    }
    if (input.getUnionCount() > 0) {
      return input.getUnionList();
    }
    return input.getJoinCount() > 0 ? input.getJoinList() : input.getGroupList();
  }

  /// Refuses what can never be an input; `input` has its defaults.
  static void check(Input input) {
    checkShape(input, "");
    checkNames(input, new HashSet<>());
  }

  private static void checkShape(Input input, String within) {
    int kinds =
        (input.hasPfs() ? 1 : 0)
            + (input.hasCron() ? 1 : 0)
            + (input.getCrossCount() > 0 ? 1 : 0)
            + (input.getUnionCount() > 0 ? 1 : 0)
            + (input.getJoinCount() > 0 ? 1 : 0)
            + (input.getGroupCount() > 0 ? 1 : 0);
    if (kinds != 1) {
      throw Refusal.invalid(kinds == 0 ? "no input set" : "multiple input types set");
    }
    if (input.hasPfs()) {
      checkLeaf(input.getPfs());
      if (input.getPfs().getS3() && !within.isEmpty()) {
        throw Refusal.invalid("S3 inputs in " + within + " expressions are not supported");
      }
    }
    if (input.hasCron()) {
      checkName(input.getCron().getName());
      if (input.getCron().getSpec().isBlank()) {
        throw Refusal.invalid("error parsing cron-spec: Empty spec string");
      }
    }
    var kind =
        input.getJoinCount() > 0
            ? "join"
            : input.getGroupCount() > 0 ? "group" : input.getUnionCount() > 0 ? "union" : within;
    children(input).forEach(child -> checkShape(child, kind));
  }

  private static void checkName(String name) {
    if (name.isEmpty()) {
      throw Refusal.invalid("input must specify a name");
    }
    if (name.equals("out") || name.equals(".env")) {
      throw Refusal.invalid("input cannot be named " + name);
    }
  }

  private static void checkLeaf(PFSInput pfs) {
    if (pfs.getRepo().isEmpty()) {
      throw Refusal.invalid(
          pfs.getName().isEmpty() ? "input must specify a name" : "input must specify a repo");
    }
    if (pfs.getRepo().equals("out") && pfs.getName().equals("out")) {
      throw Refusal.invalid("inputs based on repos named \"out\" must have 'name' set");
    }
    checkName(pfs.getName());
    if (pfs.getBranch().isEmpty()) {
      throw Refusal.invalid("input must specify a branch");
    }
    if (!pfs.getCommit().isEmpty()) {
      throw Refusal.invalid(
          "input cannot come from a commit; use a branch with head pointing to the commit");
    }
    if (pfs.getS3()) {
      checkS3(pfs);
    } else if (pfs.getGlob().isEmpty()) {
      throw Refusal.invalid("input must specify a glob");
    }
    if (!pfs.getGlob().isEmpty()) {
      dev.trunkline.base.Glob.compile(pfs.getGlob());
    }
  }

  private static void checkS3(PFSInput pfs) {
    if (!pfs.getGlob().equals("/")) {
      throw Refusal.invalid("inputs that set 's3' to 'true' must also set 'glob', to \"/\"");
    }
    if (pfs.getLazy()) {
      throw Refusal.invalid("input cannot specify both 's3' and 'lazy'");
    }
    if (pfs.getEmptyFiles()) {
      throw Refusal.invalid("input cannot specify both 's3' and 'empty_files'");
    }
  }

  private static void checkNames(Input input, Set<String> seen) {
    if (input.hasPfs() || input.hasCron()) {
      var name = input.hasPfs() ? input.getPfs().getName() : input.getCron().getName();
      if (!seen.add(name)) {
        throw Refusal.invalid("name \"" + name + "\" was used more than once");
      }
      return;
    }
    if (input.getUnionCount() == 0) {
      children(input).forEach(child -> checkNames(child, seen));
      return;
    }
    var all = new HashSet<>(seen);
    for (var child : input.getUnionList()) {
      var own = new HashSet<>(seen);
      checkNames(child, own);
      all.addAll(own);
    }
    seen.addAll(all);
  }

  /// What the engine makes of a checked input; what it cannot do yet is refused by name.
  static dev.trunkline.planning.Input planned(Input input) {
    if (input.hasPfs()) {
      return leaf(input.getPfs());
    }
    var missing =
        input.hasCron()
            ? "cron"
            : input.getJoinCount() > 0 ? "join" : input.getGroupCount() > 0 ? "group" : "";
    if (!missing.isEmpty()) {
      throw unsupported("input." + missing);
    }
    var children = children(input).stream().map(InputMessages::planned).toList();
    return input.getCrossCount() > 0
        ? new dev.trunkline.planning.Input.Cross(children)
        : new dev.trunkline.planning.Input.Union(children);
  }

  static Refusal unsupported(String field) {
    return new Refusal(
        Refusal.Kind.UNSUPPORTED, field + " in a pipeline is not built yet in this version");
  }

  private static dev.trunkline.planning.Input leaf(PFSInput pfs) {
    var missing =
        pfs.hasTrigger()
            ? "trigger"
            : pfs.getS3()
                ? "s3"
                : pfs.getLazy()
                    ? "lazy"
                    : pfs.getEmptyFiles()
                        ? "empty_files"
                        : pfs.getPropagationSpec().getNever() ? "propagation_spec" : "";
    if (!missing.isEmpty()) {
      throw unsupported("input.pfs." + missing);
    }
    return new dev.trunkline.planning.Input.Pfs(
        pfs.getName(),
        pfs.getProject(),
        pfs.getRepo(),
        pfs.getRepoType(),
        pfs.getBranch(),
        pfs.getGlob(),
        pfs.getReference());
  }
}
