package dev.trunkline.cli;

import dev.trunkline.base.Ids;
import dev.trunkline.wire.pfs.Branch;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitPicker;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pps.Job;
import dev.trunkline.wire.pps.Pipeline;

/// The texts by which people name things: `repo`, `repo@branch`, `repo@id`, `repo@x:/path`,
/// `pipeline@job`.
final class Refs {
  private Refs() {}

  static Repo repo(Session session, String text) {
    int dot = text.lastIndexOf('.');
    return Repo.newBuilder()
        .setProject(session.project())
        .setName(dot < 0 ? text : text.substring(0, dot))
        .setType(dot < 0 ? "user" : text.substring(dot + 1))
        .build();
  }

  /// The name of a repo, with its type where that is not `user`.
  static String text(Repo repo) {
    boolean plain = repo.getType().isEmpty() || repo.getType().equals("user");
    return repo.getName() + (plain ? "" : "." + repo.getType());
  }

  static Branch branch(Session session, String repo, String name) {
    return Branch.newBuilder().setRepo(repo(session, repo)).setName(name).build();
  }

  static Commit commit(Session session, String repo, String reference) {
    var commit = Commit.newBuilder().setRepo(repo(session, repo));
    int equals = reference.indexOf('=');
    var base = reference.split("[.^~]", 2)[0];
    if (equals > 0) {
      commit.setBranch(branch(session, repo, reference.substring(0, equals)));
      return commit.setId(reference.substring(equals + 1)).build();
    }
    if (Ids.isId(base)) {
      return commit.setId(reference).build();
    }
    commit.setBranch(branch(session, repo, base));
    return commit.setId(reference.substring(base.length())).build();
  }

  /// A commit as the walks along provenance want it named.
  static CommitPicker.CommitByGlobalId picker(Commit commit) {
    var repo = commit.getRepo();
    var picker = CommitPicker.CommitByGlobalId.newBuilder().setId(commit.getId());
    var name = picker.getRepoBuilder().getNameBuilder();
    name.setName(repo.getName()).setType(repo.getType());
    name.getProjectBuilder().setName(repo.getProject().getName());
    return picker.build();
  }

  private static String[] split(String text, String what) {
    int at = text.indexOf('@');
    if (at <= 0 || at == text.length() - 1) {
      throw new UsageError("expected " + what + ", got \"" + text + "\"");
    }
    return new String[] {text.substring(0, at), text.substring(at + 1)};
  }

  static Branch branch(Session session, String text) {
    var parts = split(text, "REPO@BRANCH");
    return branch(session, parts[0], parts[1]);
  }

  static Commit commit(Session session, String text) {
    var parts = split(text, "REPO@BRANCH-OR-COMMIT");
    return commit(session, parts[0], parts[1]);
  }

  static File file(Session session, String text) {
    int colon = text.indexOf(':');
    var commit = commit(session, colon < 0 ? text : text.substring(0, colon));
    return file(commit, colon < 0 ? "" : text.substring(colon + 1));
  }

  static File file(Commit commit, String path) {
    return File.newBuilder().setCommit(commit).setPath(path).build();
  }

  static Pipeline pipeline(Session session, String name) {
    return Pipeline.newBuilder().setProject(session.project()).setName(name).build();
  }

  static Job job(Session session, String text) {
    var parts = split(text, "PIPELINE@JOB");
    return Job.newBuilder().setPipeline(pipeline(session, parts[0])).setId(parts[1]).build();
  }
}
