package dev.comporta.taskkit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.frame.Task;
import java.util.Map;

/** The task speech keeps the contract. */
class SpeechTaskTest extends TaskContract {
  @Override
  protected Task task() {
    return Catalog.load(Task.KIND).find(Task.KIND, "speech");
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of("phrases", 12, "hidden", 4, "bands", 8, "batch", 4);
  }
}
