package dev.comporta.taskkit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.frame.Task;
import java.util.Map;

/** The task handwriting keeps the contract. */
class HandwritingTaskTest extends TaskContract {
  @Override
  protected Task task() {
    return Catalog.load(Task.KIND).find(Task.KIND, "handwriting");
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of("hidden", 4, "batch", 4, "words", 16);
  }
}
