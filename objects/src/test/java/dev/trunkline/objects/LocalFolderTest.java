package dev.trunkline.objects;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalFolderTest extends ObjectStoreContract {
  @TempDir Path folder;

  @Override
  protected ObjectStore empty() {
    return new LocalFolder(folder);
  }
}
