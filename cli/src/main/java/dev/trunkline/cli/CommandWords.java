package dev.trunkline.cli;

import java.util.Map;
import java.util.stream.Collectors;

/// What each command does, in one line. A spelling of 1.7 that is not here does what the command of
/// 2.12 does.
final class CommandWords {
  private static final String WORDS =
      """
      config delete context      forget a context
      config get active-context  show which context is in use
      config get context         show a context as JSON
      config list context        list the contexts
      config set active-context  use another context from now on
      config set context         keep a context that is read as JSON
      config update context      change where a context leads to
      connect                    use the server at an address from now on
      copy file                  copy a file or directory without moving its bytes
      create branch              make a branch, or move its head
      create pipeline            make a pipeline from a spec; its first job starts at once
      create project             make a project
      create repo                make a repo
      delete all                 delete every repo and pipeline, and all data
      delete branch              delete a branch; its commits stay
      delete commit              delete the commits with an id, and what they wrote
      delete commitV2            delete a commit, and what it wrote
      delete file                delete a file, or with -r a directory
      delete job                 delete a job and its output
      delete pipeline            delete a pipeline, its jobs and its output repo
      delete project             delete an empty project
      delete repo                delete a repo and all it holds
      deploy local               start a server on this machine, in the background
      diff file                  show which files two commits do not share
      edit pipeline              change the spec of a pipeline in an editor
      extract-pipeline           print the spec of a pipeline, for create pipeline
      find commit                find the commits that changed a file
      finish commit              end a commit, so that jobs can read it
      flush-commit               wait for all that follows from commits
      flush-job                  wait for the jobs that follow from commits
      get file                   print a file, or fetch it or a directory
      get-logs                   show what the programs of a job or pipeline wrote
      glob file                  list the files and directories that a pattern matches
      inspect branch             show a branch
      inspect cluster            show which server answers
      inspect commit             show a commit, or all commits with an id
      inspect datum              show a datum: its state, times and input files
      inspect file               show a file or directory
      inspect job                show a job: its state, times and spec
      inspect pipeline           show a pipeline: its state and spec
      inspect project            show a project
      inspect repo               show a repo
      lineage                    show what a file was made from, back to its sources
      list branch                list the branches of a repo
      list commit                list the commits of a repo, or the sets of commits
      list datum                 list the datums of a job
      list file                  list the files in a directory
      list job                   list the jobs of a pipeline, or the sets of jobs
      list pipeline              list the pipelines
      list project               list the projects
      list repo                  list the repos
      list-job                   list the jobs, newest first
      logs                       show what the programs of a job or pipeline wrote
      port-forward               serve under the ports of 1.7 and 2.12 too
      put file                   write files into a branch; one call makes one commit
      put-file                   append to files of a branch; one call makes one commit
      rerun pipeline             start a job on the input there is
      restart datum              stop a running datum, and begin it again
      run cron                   let the cron inputs of a pipeline tick now
      set-branch                 make a branch at a commit, or move its head there
      squash commit              remove the commits with an id; later ones keep the data
      squash commitV2            remove a commit; later ones keep the data
      start commit               begin a commit, and print its id
      start pipeline             go on with a pipeline that was stopped
      stop job                   stop a job
      stop pipeline              start no jobs of a pipeline until it is started again
      subscribe commit           show the commits of a repo as they come, without end
      update pipeline            give a pipeline another spec
      update project             change the description of a project
      update repo                change the description of a repo
      version                    show the version of this program and of the server
      wait commit                wait until a commit, or all with an id, are finished
      wait job                   wait until jobs have ended, and fail if one did
      """;

  private CommandWords() {}

  /// The command's words, none where it lacks them.
  static String of(Command command) {
    var all = all();
    var now = command.name().replaceFirst("-", " ");
    return all.getOrDefault(command.name(), all.getOrDefault(now, ""));
  }

  /// The words by the names of commands.
  static Map<String, String> all() {
    return WORDS
        .lines()
        .map(line -> line.split(" {2,}", 2))
        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
  }
}
