package dev.comporta.taskkit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.frame.Task;
import java.util.Map;

/** The task sort keeps the contract. */
class SortTaskTest extends TaskContract {
  @Override
  protected Task task() {
    return Catalog.load(Task.KIND).find(Task.KIND, "sort");
  }

  @Override
  protected Map<String, Object> settings() {
    String cell = "neural-turing-machine:locations=6,width=3,read-heads=2";
    return Map.of("hidden", 4, "batch", 2, "length", 3, "bits", 2, "cell", cell);
  }
}
