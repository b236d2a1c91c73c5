package dev.comporta.taskkit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.frame.Task;
import java.util.Map;

/** The task policy keeps the contract. */
class PolicyTaskTest extends TaskContract {
  @Override
  protected Task task() {
    return Catalog.load(Task.KIND).find(Task.KIND, "policy");
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of("length", 3, "hidden", 4, "batch", 4, "episodes", 8);
  }
}
