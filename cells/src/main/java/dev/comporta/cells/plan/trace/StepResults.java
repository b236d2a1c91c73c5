package dev.comporta.cells.plan.trace;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.catalog.ProviderOrigin;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a step returned what its cell declares, before anything reads it. The check is the
 * same when the cell runs by definition, by plan and in a stream.
 */
public final class StepResults {
  private StepResults() {}

  /**
   * Checks that a step has an output and exactly the declared parts of the state.
   *
   * @param cell the cell
   * @param step what its step returned
   * @return the same step
   * @throws ShapeException if something is null, missing or too much
   */
  public static Cell.Step require(Cell cell, Cell.@Nullable Step step) {
    if (step == null) {
      throw returned(cell, "an output and a state", "null");
    }
    requireThere(cell, "output", step.output());
    if (step.state() == null) {
      throw returned(cell, "a state", "null");
    }
    List<String> declared = cell.state().stream().map(StateSpec::name).toList();
    Set<String> parts = step.state().parts().keySet();
    if (parts.size() != declared.size() || !parts.containsAll(declared)) {
      String missing = names("without", declared.stream().filter(name -> !parts.contains(name)));
      String extra = names("with", parts.stream().filter(name -> !declared.contains(name)));
      throw new ShapeException(
          formatted(
              "[step of %s] expected a state of the parts %s but the step returned %s: %s; return the parts that state() declares, no more and no less",
              label(cell),
              declared,
              parts,
              Stream.of(missing, extra)
                  .filter(words -> !words.isEmpty())
                  .collect(Collectors.joining(" and "))));
    }
    step.state().parts().forEach((name, value) -> requireThere(cell, "state " + name, value));
    return step;
  }

  private static String names(String before, Stream<String> names) {
    String list = names.map(name -> "'" + name + "'").collect(Collectors.joining(", "));
    return list.isEmpty() ? "" : before + " " + list;
  }

  private static void requireThere(Cell cell, String what, @Nullable Tensor value) {
    if (value == null) {
      throw returned(cell, what.equals("output") ? "an output" : what, "null");
    }
  }

  private static ShapeException returned(Cell cell, String expected, String got) {
    return new ShapeException(
        formatted("[step of %s] expected %s but the step returned %s", label(cell), expected, got));
  }

  /** The class of a cell, with its jar if it is no part of Comporta. */
  private static String label(Cell cell) {
    ProviderOrigin origin = ProviderOrigin.of(cell.getClass());
    String name = cell.getClass().getSimpleName();
    return origin.isBuiltIn() ? name : name + " of " + origin;
  }
}
