package dev.trunkline.versions;

import dev.trunkline.content.Root;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A commit as it is.
///
/// @param branch the branch it was started on, while that exists
/// @param error why it counts for nothing; empty where it does
/// @param forgotten whether its files were taken away for good
/// @param total the files of a finished commit
/// @param diff what a finished commit changed, as a file set
/// @param children the newest ones, as are `subvenance`; `sources` is its direct provenance
public record CommitInfo(
    long key,
    CommitName name,
    Optional<String> branch,
    Origin origin,
    String description,
    Optional<CommitName> parent,
    Instant started,
    Optional<Instant> finishing,
    Optional<Instant> finished,
    String error,
    boolean forgotten,
    Optional<Root> total,
    Optional<Root> diff,
    List<Relative> children,
    List<Relative> sources,
    List<Relative> subvenance,
    Map<String, String> metadata,
    String createdBy) {

  /// The commits that it was made from.
  public List<CommitName> provenance() {
    return sources.stream().map(Relative::name).toList();
  }

  /// Size of its files in bytes; 0 until it is finished.
  public long size() {
    return total.map(root -> root.summary().bytes()).orElse(0L);
  }

  /// A commit beside this one, and the branch it was started on; empty where that is gone.
  public record Relative(CommitName name, String branch) {}

  /// Who made a commit; the codes are the numbers of the wire.
  public enum Origin {
    /// A user did.
    USER(1),
    /// It follows from another one.
    AUTO(2);

    private final int code;

    Origin(int code) {
      this.code = code;
    }

    /// The number that rows and the wire have for it.
    public int code() {
      return code;
    }

    static Origin of(int code) {
      return code == 1 ? USER : AUTO;
    }
  }

  /// How far a commit has come.
  public enum State {
    /// It exists.
    STARTED,
    /// What it is made from is finished.
    READY,
    /// Nothing can be written to it any more.
    FINISHING,
    /// Its files can be read for good.
    FINISHED
  }
}
