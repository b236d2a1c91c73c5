package dev.comporta.frame;

import static dev.comporta.api.catalog.ProviderException.returned;

/** Calls what commands ask of every installed task, so that one that fails stops no other. */
final class TaskCheck {
  private TaskCheck() {}

  /** Requires that a task declares itself without failing and without null. */
  static void require(Task task) {
    returned(task.options(), "options()");
    returned(returned(task.evaluator(), "evaluator()").options(), "evaluator().options()");
    for (Ability ability : returned(task.abilities(), "abilities()")) {
      returned(returned(ability, "abilities()").options(), "abilities()");
    }
    returned(task.examples(), "examples()")
        .ifPresent(examples -> returned(examples.options(), "examples().options()"));
    returned(task.unit(), "unit()");
    returned(task.timestep(), "timestep()");
  }
}
