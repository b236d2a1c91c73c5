package dev.comporta.cells.model;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.tensor.UntraceableException;
import dev.comporta.cells.plan.CellPlan;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/** The plans of a forecast, one for each cell, and the packed matrices that they come to hold. */
final class ForecastPlans {
  private final ForecastSettings settings;
  private final IdentityHashMap<Cell, Planned> plans = new IdentityHashMap<>();
  private final IdentityHashMap<Cell, Long> packed = new IdentityHashMap<>();

  ForecastPlans(ForecastSettings settings) {
    this.settings = settings;
  }

  /** A plan, or the reason why there is none. */
  record Planned(@Nullable CellPlan plan, String reason) {}

  Planned of(Cell cell) {
    Planned present = plans.get(cell);
    if (present == null) {
      present = make(cell);
      plans.put(cell, present);
    }
    return present;
  }

  private Planned make(Cell cell) {
    if (settings.execution() == Execution.DEFINITION) {
      return new Planned(null, "plans are switched off");
    }
    try {
      return new Planned(CellPlan.of(cell, true, true), "");
    } catch (UntraceableException e) {
      return new Planned(null, String.valueOf(e.getMessage()));
    }
  }

  int threads() {
    return settings.threads();
  }

  /** Notes a run of a plan; a cell that runs twice packs into the same matrices. */
  void packed(Cell cell, CellPlan plan) {
    packed.merge(cell, plan.packedForecast(settings.backend()), Math::max);
  }

  long packedFloats() {
    return packed.values().stream().mapToLong(Long::longValue).sum();
  }
}
