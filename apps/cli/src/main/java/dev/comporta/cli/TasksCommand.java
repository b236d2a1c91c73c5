package dev.comporta.cli;

import dev.comporta.tasks.Task;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code comporta tasks}: lists what can be trained. */
@Command(
    name = "tasks",
    mixinStandardHelpOptions = true,
    description = "List the tasks that train knows.")
final class TasksCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Override
  public Integer call() {
    List<Task> tasks = new Application().tasks().all();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(Map.of("tasks", tasks.stream().map(TasksCommand::object).toList())));
      return 0;
    }
    int width = tasks.stream().mapToInt(task -> task.name().length()).max().orElse(0);
    for (Task task : tasks) {
      out.println(
          task.name() + " ".repeat(width - task.name().length()) + "  " + task.description());
    }
    return 0;
  }

  private static Map<String, String> object(Task task) {
    Map<String, String> object = new LinkedHashMap<>();
    object.put("name", task.name());
    object.put("description", task.description());
    return object;
  }
}
