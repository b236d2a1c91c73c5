package dev.comporta.cells.plan.compile;

import dev.comporta.api.tensor.UnaryFunction;
import dev.comporta.cells.plan.planes.Plane;
import dev.comporta.cells.plan.planes.PlaneSet;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Decides which values of the forward program are stored at every timestep for the backward
 * program; it recomputes those that are cheaper to compute than to load.
 */
final class SavedPlanes {
  private final Set<Plane> forward = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Plane> saved = new PlaneSet();

  /** Saved planes that are read after the backward loop and therefore must not be overwritten. */
  private final Set<Plane> pinned = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Planes from which {@link #save} has started: a plane may have many readers. */
  private final Set<Plane> visited = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * Decides.
   *
   * @param step the results of the step; the state after it is stored anyway
   * @param gradients what the backward program computes
   */
  SavedPlanes(StepPlanes step, GradientPlanes gradients) {
    step.roots().forEach(this::addForward);
    visited.addAll(step.after().values());
    for (GradientPlanes.Weight weight : gradients.weights()) {
      if (!(weight.left() instanceof Plane.Leaf)) {
        saved.add(weight.left());
        pinned.add(weight.left());
      }
    }
    gradients.roots().forEach(this::save);
  }

  private void addForward(Plane plane) {
    if (forward.add(plane)) {
      plane.operands().forEach(this::addForward);
    }
  }

  private void save(Plane plane) {
    if (plane instanceof Plane.Leaf || saved.contains(plane) || !visited.add(plane)) {
      return;
    }
    if (forward.contains(plane) && !isCheap(plane)) {
      saved.add(plane);
      return;
    }
    plane.operands().forEach(this::save);
  }

  /** The stored planes. */
  Set<Plane> all() {
    return saved;
  }

  /** Whether a plane is read after the backward loop. */
  boolean isPinned(Plane plane) {
    return pinned.contains(plane);
  }

  /** The stored planes but for some others. */
  List<Plane> besides(Collection<Plane> others) {
    return saved.stream().filter(plane -> others.stream().noneMatch(it -> it == plane)).toList();
  }

  /** Values of the forward program that the backward program computes again. */
  List<Plane> recomputed(GradientPlanes gradients, Collection<Plane> after) {
    Set<Plane> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    seen.addAll(after);
    Set<Plane> again = new PlaneSet();
    gradients.roots().forEach(plane -> collectRecomputed(plane, seen, again));
    return List.copyOf(again);
  }

  private void collectRecomputed(Plane plane, Set<Plane> seen, Set<Plane> again) {
    if (plane instanceof Plane.Leaf || saved.contains(plane) || !seen.add(plane)) {
      return;
    }
    plane.operands().forEach(operand -> collectRecomputed(operand, seen, again));
    if (forward.contains(plane)) {
      again.add(plane);
    }
  }

  /** Whether a value is cheaper to recompute than to store and load. */
  private static boolean isCheap(Plane plane) {
    return switch (plane) {
      case Plane.Affine _,
          Plane.Binary _,
          Plane.MultiplyAdd _,
          Plane.Select _,
          Plane.Repeat _,
          Plane.Expand _,
          Plane.Columns _,
          Plane.Gather _,
          Plane.Join _ ->
          true;
      case Plane.Unary it -> isCheap(it.function());
      default -> false;
    };
  }

  private static boolean isCheap(UnaryFunction function) {
    return switch (function) {
      case NEGATE, ABS, SQUARE, FLOOR, RELU, STEP, SIGN -> true;
      case SQRT, RECIPROCAL, EXP, LOG, TANH, SIGMOID, SOFTPLUS, SIN, COS, ERF -> false;
    };
  }
}
