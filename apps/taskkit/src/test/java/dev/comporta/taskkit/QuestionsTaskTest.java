package dev.comporta.taskkit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.frame.Task;
import java.util.Map;

/** The task questions keeps the contract. */
class QuestionsTaskTest extends TaskContract {
  @Override
  protected Task task() {
    return Catalog.load(Task.KIND).find(Task.KIND, "questions");
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of(
        "scenes",
        8,
        "questions",
        3,
        "filters",
        2,
        "hidden",
        4,
        "embedding",
        4,
        "units",
        6,
        "batch",
        4);
  }
}
