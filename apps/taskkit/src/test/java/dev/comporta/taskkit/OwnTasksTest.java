package dev.comporta.taskkit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.frame.Task;
import java.util.Map;

/** The task of the adding problem, which generates its data, keeps the contract. */
class OwnTasksTest extends TaskContract {
  @Override
  protected Task task() {
    return Catalog.load(Task.KIND).find(Task.KIND, "adding");
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of("hidden", 4, "batch", 2, "length", 6);
  }
}
