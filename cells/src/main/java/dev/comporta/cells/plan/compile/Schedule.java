package dev.comporta.cells.plan.compile;

import dev.comporta.cells.plan.planes.Plane;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The order in which planes are computed: alternately as many products and as many element-wise
 * planes as possible, so that a region reads its operands while they are in the cache.
 */
final class Schedule {
  private final List<List<Plane>> regions;
  private final IdentityHashMap<Plane, Integer> position = new IdentityHashMap<>();
  private final IdentityHashMap<Plane, Integer> region = new IdentityHashMap<>();
  private final IdentityHashMap<Plane, Integer> lastUse = new IdentityHashMap<>();
  private final IdentityHashMap<Plane, Set<Integer>> usingRegions = new IdentityHashMap<>();

  /**
   * Schedules the planes that the roots depend on.
   *
   * @param roots the planes to compute
   * @param given the planes that exist already
   */
  Schedule(Collection<Plane> roots, Set<Plane> given) {
    this(roots, given, UnaryOperator.identity());
  }

  /**
   * Schedules the planes that the roots depend on.
   *
   * @param roots the planes to compute
   * @param given the planes that exist already
   * @param order changes the order of planes inside the regions
   */
  Schedule(Collection<Plane> roots, Set<Plane> given, UnaryOperator<List<List<Plane>>> order) {
    List<Plane> pending = new ArrayList<>();
    Set<Plane> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Plane root : roots) {
      collect(root, given, seen, pending);
    }
    List<List<Plane>> found = new ArrayList<>();
    boolean products = true;
    while (!pending.isEmpty()) {
      List<Plane> ready = takeReady(pending, given, products);
      if (!ready.isEmpty()) {
        found.add(ready);
      }
      products = !products;
    }
    this.regions = order.apply(found);
    number();
  }

  private static void collect(Plane plane, Set<Plane> given, Set<Plane> seen, List<Plane> into) {
    if (plane instanceof Plane.Leaf || given.contains(plane) || !seen.add(plane)) {
      return;
    }
    for (Plane operand : plane.operands()) {
      collect(operand, given, seen, into);
    }
    into.add(plane);
  }

  private List<Plane> takeReady(List<Plane> pending, Set<Plane> given, boolean products) {
    List<Plane> taken = new ArrayList<>();
    // A product of a product starts a region of its own: its operand must be whole.
    int before = products ? position.size() : Integer.MAX_VALUE;
    boolean progress = true;
    while (progress) {
      progress = false;
      for (int i = 0; i < pending.size(); i++) {
        Plane plane = pending.get(i);
        if (plane instanceof Plane.Sum == products && isReady(plane, given, before)) {
          pending.remove(i);
          i--;
          position.put(plane, position.size());
          taken.add(plane);
          progress = true;
        }
      }
      progress &= !products;
    }
    return taken;
  }

  /** Whether all operands are given or were scheduled before a position. */
  private boolean isReady(Plane plane, Set<Plane> given, int before) {
    for (Plane operand : plane.operands()) {
      if (!(operand instanceof Plane.Leaf)
          && !given.contains(operand)
          && position.getOrDefault(operand, Integer.MAX_VALUE) >= before) {
        return false;
      }
    }
    return true;
  }

  private void number() {
    position.clear();
    for (int i = 0; i < regions.size(); i++) {
      for (Plane plane : regions.get(i)) {
        region.put(plane, i);
        position.put(plane, position.size());
        for (Plane operand : plane.operands()) {
          lastUse.merge(operand, positionOf(plane), Math::max);
          usingRegions.computeIfAbsent(operand, absent -> new HashSet<>()).add(i);
        }
      }
    }
  }

  List<List<Plane>> regions() {
    return regions;
  }

  int positionOf(Plane plane) {
    Integer found = position.get(plane);
    return found == null ? -1 : found;
  }

  /** The position of the last plane computed from this one, or -1. */
  int lastUse(Plane plane) {
    Integer found = lastUse.get(plane);
    return found == null ? -1 : found;
  }

  /** Whether a plane is computed and used inside one element-wise region only. */
  boolean isLocal(Plane plane) {
    Integer home = region.get(plane);
    Set<Integer> using = usingRegions.get(plane);
    return !(plane instanceof Plane.Sum)
        && home != null
        && using != null
        && using.equals(Set.of(home));
  }
}
