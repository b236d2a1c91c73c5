package dev.comporta.cells.model;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.tensor.UntraceableException;
import dev.comporta.cells.plan.CellPlan;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs cells by plans, made once for each cell; cells without a plan run as defined. */
final class PlanUnroller implements Unroller {
  private static final Logger LOG = LoggerFactory.getLogger(PlanUnroller.class);

  private final IdentityHashMap<Cell, Map<Mode, @Nullable CellPlan>> plans =
      new IdentityHashMap<>();
  private final Unroller definition = new DefinitionUnroller();

  private record Mode(boolean training, boolean backward) {}

  @Override
  public Layer.Output unroll(Cell cell, Run run) {
    StepShapes.requireInput(cell, run.input().values().shape());
    Mode mode = new Mode(run.training(), run.tape().recording());
    CellPlan plan =
        plans
            .computeIfAbsent(cell, absent -> new HashMap<>())
            .computeIfAbsent(mode, absent -> make(cell, mode));
    if (plan == null) {
      return definition.unroll(cell, run);
    }
    return plan.run(
        run.tape(),
        name -> run.parameters().apply(run.prefix() + name),
        run.random(),
        run.input(),
        run.initial(),
        run.reverse());
  }

  private static @Nullable CellPlan make(Cell cell, Mode mode) {
    try {
      return CellPlan.of(cell, mode.training(), mode.backward());
    } catch (UntraceableException e) {
      LOG.info("{} runs as defined, without a plan: {}", StepShapes.label(cell), e.getMessage());
      return null;
    }
  }
}
