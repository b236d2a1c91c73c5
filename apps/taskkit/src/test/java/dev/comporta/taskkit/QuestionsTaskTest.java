package dev.comporta.taskkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.frame.Task;
import java.util.Map;
import org.junit.jupiter.api.Test;

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

  /** The decoder of earlier versions, which had hops, is no longer trained. */
  @Test
  void modelsOfEarlierVersionsAreNotTrained() {
    Spec kept = Spec.of("questions").with("filters", 16);
    assertThat(task().upgraded(kept)).isEqualTo(kept);
    assertThatThrownBy(() -> task().upgraded(kept.with("hops", 1)))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("has the decoder of an earlier one");
  }
}
