package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.Ability;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskOrder;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code comporta tasks}: lists what can be trained, and what such models can do. */
@Command(
    name = "tasks",
    mixinStandardHelpOptions = true,
    description = "List the tasks of 'comporta train', and what their models can do.")
final class TasksCommand implements Callable<Integer> {
  private final Application application;

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  TasksCommand(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    List<Task> tasks = TaskOrder.of(application.tasks());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(Map.of("tasks", tasks.stream().map(TasksCommand::object).toList())));
      return 0;
    }
    int width = tasks.stream().mapToInt(task -> task.name().length()).max().orElse(0);
    for (Task task : tasks) {
      out.println(
          formatted(
              "%s  %s (%s)",
              task.name() + " ".repeat(width - task.name().length()),
              task.description(),
              String.join(", ", abilities(task))));
    }
    return 0;
  }

  private static List<String> abilities(Task task) {
    return task.abilities().stream().map(Ability::name).toList();
  }

  private static Map<String, Object> object(Task task) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", task.name());
    object.put("description", task.description());
    object.put("abilities", abilities(task));
    return object;
  }
}
