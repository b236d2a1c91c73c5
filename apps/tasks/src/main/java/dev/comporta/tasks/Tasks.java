package dev.comporta.tasks;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.UnknownNameException;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apiguardian.api.API;

/** The bound tasks by name. */
@API(status = API.Status.EXPERIMENTAL)
public final class Tasks {
  private final Map<String, Task> byName = new TreeMap<>();

  /**
   * Sorts the tasks.
   *
   * @param tasks those that are bound
   * @throws ComportaException if two have one name
   */
  @Inject
  public Tasks(Set<Task> tasks) {
    for (Task task : tasks) {
      Task other = byName.put(task.name(), task);
      if (other != null) {
        throw new ComportaException(
            formatted(
                "two tasks are called '%s': %s and %s; remove one of them",
                task.name(), other.getClass().getName(), task.getClass().getName()));
      }
    }
  }

  /**
   * All tasks.
   *
   * @return sorted by name
   */
  public List<Task> all() {
    return List.copyOf(byName.values());
  }

  /**
   * One task.
   *
   * @param name its name
   * @return the task
   * @throws UnknownNameException listing the known tasks and the nearest
   */
  public Task get(String name) {
    Task task = byName.get(name);
    if (task == null) {
      throw new UnknownNameException("task", name, byName.keySet());
    }
    return task;
  }
}
