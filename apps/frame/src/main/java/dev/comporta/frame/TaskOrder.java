package dev.comporta.frame;

import dev.comporta.api.NamedProvider;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The order in which tasks are listed for people: those of Comporta in the order of the lectures,
 * then those of third parties by name.
 */
public final class TaskOrder {
  private static final List<String> LECTURES =
      List.of(
          "adding",
          "char-lm",
          "word-lm",
          "translation",
          "dates",
          "numbers",
          "copy",
          "recall",
          "sort",
          "music",
          "captions",
          "speech",
          "handwriting",
          "handwriting-synthesis",
          "classify",
          "rate",
          "tag",
          "dna",
          "video",
          "video-captions",
          "questions",
          "execute",
          "forecast",
          "anomaly",
          "answer",
          "policy");

  private TaskOrder() {}

  /** {@return the names of the tasks of Comporta, in the order of the lectures} */
  public static List<String> lectures() {
    return LECTURES;
  }

  /**
   * Puts tasks in order.
   *
   * @param tasks in any order
   * @return a new list
   */
  public static List<Task> of(Collection<? extends Task> tasks) {
    return tasks.stream()
        .<Task>map(task -> task)
        .sorted(Comparator.comparingInt(TaskOrder::place).thenComparing(NamedProvider::name))
        .toList();
  }

  private static int place(Task task) {
    int place = LECTURES.indexOf(task.name());
    return place < 0 ? LECTURES.size() : place;
  }
}
