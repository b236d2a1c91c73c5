package dev.comporta.cells.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.tensor.UntraceableException;
import dev.comporta.cells.explain.CellDescription;
import dev.comporta.cells.plan.CellPlan;
import dev.comporta.cells.plan.program.MemorySpec;
import dev.comporta.tensor.TapeTensor;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs cells by plans, which are made once for each cell. Cells without a plan run by definition.
 */
final class PlanUnroller implements Unroller {
  private static final Logger LOG = LoggerFactory.getLogger(PlanUnroller.class);

  private final IdentityHashMap<Cell, Map<Mode, Choice>> choices = new IdentityHashMap<>();
  private final Unroller definition = new DefinitionUnroller();
  private final Consumer<String> log;

  /** The version of the parameters, or -1 if unknown. */
  private long version = -1;

  PlanUnroller() {
    this(LOG::info);
  }

  /** Creates an unroller that reports each cell without a plan to {@code log}, once. */
  PlanUnroller(Consumer<String> log) {
    this.log = log;
  }

  /** The mode that a plan is made for; the names are those of the observed values. */
  private record Mode(
      boolean training, boolean backward, Set<String> observed, List<MemorySpec> memories) {}

  /** How a cell runs in one mode. */
  private sealed interface Choice {}

  private record Planned(CellPlan plan) implements Choice {}

  private record AsDefined(String reason) implements Choice {}

  @Override
  public Layer.Output unroll(Cell cell, Run run) {
    StepShapes.requireInput(cell, run.input().values().shape());
    StepShapes.requireMemories(cell, run.memories(), run.input().batch());
    Observation observation = run.observation();
    return switch (choice(cell, run)) {
      case AsDefined _ -> definition.unroll(cell, run);
      case Planned(CellPlan plan) -> {
        if (observation != null) {
          plan.observable().forEach(name -> observation.isWanted(run.observedPrefix() + name));
        }
        yield plan.run(
            run.tape(),
            name -> run.parameters().apply(run.prefix() + name),
            run.random(),
            run.input(),
            run.initial(),
            run.reverse(),
            run.memories(),
            run.training() || version < 0
                ? null
                : new CellPlan.Packed(run.owner() + run.prefix(), version),
            (name, values) -> {
              if (observation != null) {
                observation.put(run.observedPrefix() + name, values);
              }
            });
      }
    };
  }

  @Override
  public void parametersAt(long now) {
    version = now;
  }

  @Override
  public long packedFloats() {
    return choices.values().stream()
        .flatMap(known -> known.values().stream())
        .mapToLong(choice -> choice instanceof Planned(CellPlan plan) ? plan.packedFloats() : 0)
        .sum();
  }

  @Override
  public CellDescription describe(Cell cell, Run run) {
    boolean inputGradient = ((TapeTensor) run.input().values()).differentiable();
    return switch (choice(cell, run)) {
      case AsDefined(String reason) -> Unroller.describe(cell, run, null, reason);
      case Planned(CellPlan plan) -> Unroller.describe(cell, run, plan.describe(inputGradient), "");
    };
  }

  private Choice choice(Cell cell, Run run) {
    Observation observation = run.observation();
    Set<String> observed = observation == null ? Set.of() : observation.below(run.observedPrefix());
    return choice(
        cell,
        new Mode(run.training(), run.tape().recording(), observed, MemorySpec.of(run.memories())));
  }

  private Choice choice(Cell cell, Mode mode) {
    Map<Mode, Choice> known = choices.computeIfAbsent(cell, _ -> new HashMap<>());
    @Nullable Choice present = known.get(mode);
    if (present != null) {
      return present;
    }
    Choice made = make(cell, mode);
    if (made instanceof AsDefined(String reason) && !known.containsValue(made)) {
      log.accept(
          formatted("%s runs by definition, without a plan: %s", StepShapes.label(cell), reason));
    }
    known.put(mode, made);
    return made;
  }

  private static Choice make(Cell cell, Mode mode) {
    try {
      return new Planned(
          CellPlan.of(cell, mode.training(), mode.backward(), mode.observed(), mode.memories()));
    } catch (UntraceableException e) {
      return new AsDefined(String.valueOf(e.getMessage()));
    }
  }
}
