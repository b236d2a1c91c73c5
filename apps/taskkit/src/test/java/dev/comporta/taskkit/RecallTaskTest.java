package dev.comporta.taskkit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.frame.Task;
import java.util.Map;

/** The task recall keeps the contract. */
class RecallTaskTest extends TaskContract {
  @Override
  protected Task task() {
    return Catalog.load(Task.KIND).find(Task.KIND, "recall");
  }

  @Override
  protected Map<String, Object> settings() {
    String cell = "neural-turing-machine:locations=6,width=3";
    return Map.of("hidden", 4, "batch", 2, "items", 3, "item-length", 2, "bits", 2, "cell", cell);
  }
}
