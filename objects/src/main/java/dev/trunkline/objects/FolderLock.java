package dev.trunkline.objects;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.trunkline.base.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The right to be the only server on a folder, held until closed or until the process ends.
public final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /// Locks `folder` on behalf of `owner`, or says who holds it.
  public static FolderLock take(Path folder, String owner) {
    var file = folder.resolve("lock");
    try {
      Files.createDirectories(folder);
      var channel = FileChannel.open(file, CREATE, READ, WRITE);
      if (channel.tryLock() == null) {
        var holder = Files.readString(file).strip();
        channel.close();
        throw new Failure(
            Failure.Kind.DENIED,
            "%s is in use by another server (%s): stop that one or choose another --data"
                .formatted(folder, holder));
      }
      var lock = new FolderLock(channel);
      lock.tell(owner);
      return lock;
    } catch (IOException e) {
      throw new Failure(
          Failure.Kind.UNAVAILABLE, "could not lock " + file + ": " + e.getMessage(), e);
    }
  }

  /// Changes what those are told who find the folder locked.
  public void tell(String owner) {
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.UTF_8)), 0);
    } catch (IOException e) {
      throw new Failure(Failure.Kind.UNAVAILABLE, "could not write the lock: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new Failure(Failure.Kind.UNAVAILABLE, "could not release the lock", e);
    }
  }
}
