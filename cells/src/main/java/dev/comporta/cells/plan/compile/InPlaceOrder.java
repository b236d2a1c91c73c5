package dev.comporta.cells.plan.compile;

import dev.comporta.cells.plan.planes.Plane;
import dev.comporta.cells.plan.planes.PlaneSet;
import dev.comporta.cells.plan.program.Place;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The order of the element-wise planes of the backward program, in which cotangents that are read
 * after the loop can take the places of saved values: such a cotangent waits until a value of its
 * width has had its last reader. The order does not change any result.
 */
final class InPlaceOrder {
  /** The cotangents that are stored at all timesteps. */
  private final Set<Plane> kept;

  /** The cotangent of the state that a plane replaces, by plane. */
  private final IdentityHashMap<Plane, Plane> replaced;

  /** For each saved value that may be overwritten, and each cotangent of the state: its readers. */
  private final IdentityHashMap<Plane, Integer> readers = new IdentityHashMap<>();

  private final Set<Plane> saved = Collections.newSetFromMap(new IdentityHashMap<>());

  /** The places of all timesteps that contain nothing, by width. */
  private final Map<Integer, Integer> free = new HashMap<>();

  /**
   * Creates an order.
   *
   * @param kept the planes that are stored at all timesteps
   * @param saved the values whose places they may take after the last reader
   * @param spare places that they may take at once
   * @param replaced the cotangents of the state that are overwritten, by the plane that does
   */
  InPlaceOrder(
      Set<Plane> kept,
      List<Plane> saved,
      List<Place> spare,
      IdentityHashMap<Plane, Plane> replaced) {
    this.kept = kept;
    this.saved.addAll(saved);
    spare.forEach(place -> free.merge(place.width(), 1, Integer::sum));
    this.replaced = replaced;
  }

  /** Reorders the element-wise regions among some. */
  List<List<Plane>> of(List<List<Plane>> regions) {
    for (List<Plane> region : regions) {
      for (Plane plane : region) {
        operands(plane).forEach(operand -> readers.merge(operand, 1, Integer::sum));
      }
    }
    List<List<Plane>> ordered = new ArrayList<>();
    for (List<Plane> region : regions) {
      if (region.getFirst() instanceof Plane.Sum) {
        region.forEach(this::compute);
        ordered.add(region);
      } else {
        ordered.add(ordered(region));
      }
    }
    return ordered;
  }

  private List<Plane> ordered(List<Plane> region) {
    List<Plane> pending = new ArrayList<>(region);
    List<Plane> order = new ArrayList<>();
    while (!pending.isEmpty()) {
      Plane next = next(pending);
      pending.removeIf(plane -> plane == next);
      compute(next);
      order.add(next);
    }
    return order;
  }

  /** The first plane that need not wait or, if all must, the first that needs a new place. */
  private Plane next(List<Plane> pending) {
    Set<Plane> open = Collections.newSetFromMap(new IdentityHashMap<>());
    open.addAll(pending);
    Plane first = null;
    Plane firstKept = null;
    for (Plane plane : pending) {
      if (plane.operands().stream().anyMatch(open::contains)) {
        continue;
      }
      boolean overwrites = overwritesWhatOthersRead(plane);
      boolean needsPlace = kept.contains(plane) && !hasPlace(plane);
      if (!overwrites && !needsPlace) {
        return plane;
      }
      first = first == null ? plane : first;
      firstKept = firstKept == null && !overwrites ? plane : firstKept;
    }
    if (first == null) {
      throw new IllegalStateException("planes depend on each other: " + pending);
    }
    return firstKept == null ? first : firstKept;
  }

  private boolean overwritesWhatOthersRead(Plane plane) {
    Plane old = replaced.get(plane);
    return old != null && readersBesides(plane, old) > 0;
  }

  private int readersBesides(Plane plane, Plane operand) {
    int others = readers.getOrDefault(operand, 0);
    return operands(plane).contains(operand) ? others - 1 : others;
  }

  private boolean hasPlace(Plane plane) {
    return free.getOrDefault(plane.width(), 0) > 0 || inPlace(plane) != null;
  }

  /** An operand whose place a plane can take, or null. */
  private @Nullable Plane inPlace(Plane plane) {
    if (plane instanceof Plane.Rearranged || plane instanceof Plane.Sum) {
      return null;
    }
    for (Plane operand : operands(plane)) {
      if (saved.contains(operand)
          && operand.width() == plane.width()
          && readersBesides(plane, operand) == 0) {
        return operand;
      }
    }
    return null;
  }

  /** Takes a place for a plane, and frees those of operands that it is the last to read. */
  private void compute(Plane plane) {
    if (kept.contains(plane)) {
      Plane taken = inPlace(plane);
      if (taken != null) {
        saved.remove(taken);
      } else if (free.getOrDefault(plane.width(), 0) > 0) {
        free.merge(plane.width(), -1, Integer::sum);
      }
    }
    for (Plane operand : operands(plane)) {
      if (readers.merge(operand, -1, Integer::sum) == 0 && saved.remove(operand)) {
        free.merge(operand.width(), 1, Integer::sum);
      }
    }
  }

  private static Set<Plane> operands(Plane plane) {
    Set<Plane> operands = new PlaneSet();
    operands.addAll(plane.operands());
    return operands;
  }
}
