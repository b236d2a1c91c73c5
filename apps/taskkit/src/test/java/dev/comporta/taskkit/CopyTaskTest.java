package dev.comporta.taskkit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.frame.Task;
import java.util.Map;

/** The task copy keeps the contract. */
class CopyTaskTest extends TaskContract {
  @Override
  protected Task task() {
    return Catalog.load(Task.KIND).find(Task.KIND, "copy");
  }

  @Override
  protected Map<String, Object> settings() {
    Spec cell = Spec.of("neural-turing-machine").with("locations", 6).with("width", 3);
    return Map.of("hidden", 4, "batch", 2, "length", 3, "bits", 2, "cell", cell);
  }
}
