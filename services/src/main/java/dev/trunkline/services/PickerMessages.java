package dev.trunkline.services;

import dev.trunkline.base.Refusal;
import dev.trunkline.versions.BranchName;
import dev.trunkline.versions.CommitHandle;
import dev.trunkline.versions.Projects;
import dev.trunkline.versions.RepoName;
import dev.trunkline.wire.pfs.BranchPicker;
import dev.trunkline.wire.pfs.CommitPicker;
import dev.trunkline.wire.pfs.ProjectPicker;
import dev.trunkline.wire.pfs.RepoPicker;

/// What the pickers of the API pick, in the words of the domain.
final class PickerMessages {
  /// No picker is nested deeper than this.
  private static final int DEEPEST = 100;

  private PickerMessages() {}

  static String project(ProjectPicker picker) {
    return picker.getName().isEmpty() ? Projects.DEFAULT : picker.getName();
  }

  static RepoName repo(RepoPicker picker) {
    if (!picker.hasName()) {
      throw Refusal.invalid("repo picker cannot be nil");
    }
    var name = picker.getName();
    return new RepoName(
        project(name.getProject()),
        name.getName(),
        name.getType().isEmpty() ? RepoName.USER : name.getType());
  }

  static BranchName branch(BranchPicker picker) {
    if (!picker.hasName()) {
      throw Refusal.invalid("branch picker cannot be nil");
    }
    return new BranchName(repo(picker.getName().getRepo()), picker.getName().getName());
  }

  static CommitHandle commit(CommitPicker picker) {
    return commit(picker, 0, 0);
  }

  private static CommitHandle commit(CommitPicker picker, long back, int depth) {
    if (depth > DEEPEST) {
      throw Refusal.invalid("a commit picker nests too deeply");
    }
    return switch (picker.getPickerCase()) {
      case BRANCH_HEAD -> {
        var branch = branch(picker.getBranchHead());
        yield new CommitHandle(branch.repo(), branch.name(), suffix(back));
      }
      case ID ->
          new CommitHandle(
              repo(picker.getId().getRepo()), "", picker.getId().getId() + suffix(back));
      case ANCESTOR -> {
        long offset = Integer.toUnsignedLong(picker.getAncestor().getOffset());
        yield commit(picker.getAncestor().getStart(), back + offset, depth + 1);
      }
      case BRANCH_ROOT -> {
        var branch = branch(picker.getBranchRoot().getBranch());
        long number = Integer.toUnsignedLong(picker.getBranchRoot().getOffset()) + 1;
        yield new CommitHandle(branch.repo(), branch.name(), "." + number + suffix(back));
      }
      case PICKER_NOT_SET -> throw Refusal.invalid("commit picker cannot be nil");
    };
  }

  private static String suffix(long back) {
    return back == 0 ? "" : "^" + back;
  }
}
