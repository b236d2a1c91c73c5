package dev.comporta.taskkit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.frame.Task;
import java.util.Map;

/** The task answer keeps the contract. */
class AnswerTaskTest extends TaskContract {
  @Override
  protected Task task() {
    return Catalog.load(Task.KIND).find(Task.KIND, "answer");
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of("stories", 20, "hidden", 4, "embedding", 4, "batch", 8);
  }
}
