package dev.comporta.taskkit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.frame.Task;
import java.util.Map;

/** The task music keeps the contract. */
class MusicTaskTest extends TaskContract {
  @Override
  protected Task task() {
    return Catalog.load(Task.KIND).find(Task.KIND, "music");
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of("hidden", 4, "nade-hidden", 2, "batch", 64, "window", 16);
  }
}
