package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.frame.Task;
import dev.comporta.frame.TaskOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class TasksCommandTest {
  @Test
  void tasksAreListedInTheOrderOfTheLectures() throws Exception {
    List<String> listed = Cli.run("tasks", "--json").json().at("/tasks").findValuesAsText("name");
    assertThat(listed).isEqualTo(TaskOrder.lectures());
    assertThat(Cli.run("tasks").out().lines().map(line -> line.replaceAll(" .*", "")))
        .isEqualTo(listed);
  }

  @Test
  void everyTaskHasAPlace() {
    assertThat(TaskOrder.lectures())
        .containsExactlyInAnyOrderElementsOf(
            new Application().tasks().stream().map(Task::name).toList());
  }
}
