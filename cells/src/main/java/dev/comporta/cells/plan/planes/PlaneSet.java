package dev.comporta.cells.plan.planes;

import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * A set of planes compared by identity, in insertion order, because a plan must not depend on the
 * addresses of objects.
 */
public final class PlaneSet extends AbstractSet<Plane> {
  private final Set<Plane> members = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Plane> order = new ArrayList<>();

  @Override
  public boolean add(Plane plane) {
    return members.add(plane) && order.add(plane);
  }

  @Override
  public boolean contains(Object plane) {
    return members.contains(plane);
  }

  @Override
  public Iterator<Plane> iterator() {
    return Collections.unmodifiableList(order).iterator();
  }

  @Override
  public int size() {
    return order.size();
  }
}
