package dev.comporta.taskkit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.frame.Task;
import java.util.Map;

/** The task handwriting-synthesis keeps the contract. */
class HandwritingSynthesisTaskTest extends TaskContract {
  @Override
  protected Task task() {
    return Catalog.load(Task.KIND).find(Task.KIND, "handwriting-synthesis");
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of("hidden", 4, "batch", 4, "words", 16, "embedding", 2, "gaussians", 2);
  }
}
