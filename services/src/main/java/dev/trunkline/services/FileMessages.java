package dev.trunkline.services;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.trunkline.content.Entry;
import dev.trunkline.versions.FileSets;
import dev.trunkline.versions.Files;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.FileInfo;
import dev.trunkline.wire.pfs.FileType;
import java.util.Optional;

/// The files of one commit as messages. What they all share is made once: there may be millions.
final class FileMessages {
  private final Commit commit;

  /// Files of a file set were never committed.
  private final Optional<Timestamp> committed;

  FileMessages(Files.Snapshot snapshot) {
    var name = snapshot.commit().name();
    commit = PfsMessages.commit(name);
    committed =
        name.repo().name().equals(FileSets.REPO)
            ? Optional.empty()
            : snapshot.commit().finishing().map(PfsMessages::time);
  }

  FileInfo of(Entry entry) {
    var file = File.newBuilder().setCommit(commit).setPath(entry.shown());
    if (entry instanceof Entry.OfFile written) {
      file.setDatum(written.datum());
    }
    var out =
        FileInfo.newBuilder()
            .setFile(file)
            .setFileType(entry instanceof Entry.OfFile ? FileType.FILE : FileType.DIR)
            .setSizeBytes(entry.size())
            .setHash(ByteString.copyFrom(entry.hash().bytes()));
    committed.ifPresent(out::setCommitted);
    return out.build();
  }
}
