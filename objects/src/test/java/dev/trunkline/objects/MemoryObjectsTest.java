package dev.trunkline.objects;

class MemoryObjectsTest extends ObjectStoreContract {
  @Override
  protected ObjectStore empty() {
    return new MemoryObjects();
  }
}
