package dev.comporta.taskkit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.frame.Task;
import java.util.Map;

/** The task execute keeps the contract. */
class ExecuteTaskTest extends TaskContract {
  @Override
  protected Task task() {
    return Catalog.load(Task.KIND).find(Task.KIND, "execute");
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of(
        "length", 1, "nesting", 1, "programs", 8, "hidden", 4, "embedding", 4, "batch", 4);
  }
}
