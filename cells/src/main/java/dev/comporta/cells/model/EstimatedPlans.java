package dev.comporta.cells.model;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.tensor.UntraceableException;
import dev.comporta.cells.plan.CellPlan;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The plans of an estimate, one for each cell for training and one for evaluation, and the packed
 * matrices that they will hold.
 */
final class EstimatedPlans {
  private final EstimateSettings settings;
  private final IdentityHashMap<Cell, Map<Boolean, Planned>> plans = new IdentityHashMap<>();
  private final IdentityHashMap<CellPlan, Long> packed = new IdentityHashMap<>();

  EstimatedPlans(EstimateSettings settings) {
    this.settings = settings;
  }

  /** A plan, or the reason why there is none. */
  record Planned(@Nullable CellPlan plan, String reason) {}

  Planned of(Cell cell, boolean training) {
    return plans
        .computeIfAbsent(cell, absent -> new HashMap<>())
        .computeIfAbsent(training, absent -> make(cell, training));
  }

  private Planned make(Cell cell, boolean training) {
    if (settings.execution() == Execution.DEFINITION) {
      return new Planned(null, "plans are switched off");
    }
    try {
      return new Planned(CellPlan.of(cell, training, training), "");
    } catch (UntraceableException e) {
      return new Planned(null, String.valueOf(e.getMessage()));
    }
  }

  int threads() {
    return settings.threads();
  }

  /** Records a run of a plan, which packs into the same matrices each time. */
  void packed(CellPlan plan) {
    packed.computeIfAbsent(plan, absent -> absent.packedEstimate(settings.backend()));
  }

  long packedFloats() {
    return packed.values().stream().mapToLong(Long::longValue).sum();
  }
}
