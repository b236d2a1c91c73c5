package dev.comporta.taskkit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.frame.Task;
import java.util.Map;

/** The task video keeps the contract. */
class VideoTaskTest extends TaskContract {
  @Override
  protected Task task() {
    return Catalog.load(Task.KIND).find(Task.KIND, "video");
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of("clips", 8, "side", 8, "filters", 2, "given", 2, "ahead", 2, "batch", 4);
  }
}
