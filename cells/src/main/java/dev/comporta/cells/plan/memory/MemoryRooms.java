package dev.comporta.cells.plan.memory;

import dev.comporta.cells.plan.memory.MemoryProgram.Room;
import dev.comporta.cells.plan.memory.MemoryProgram.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Allocates scratch memory to the slots of a memory program; slots that are no longer needed are
 * overwritten.
 */
final class MemoryRooms {
  private final List<Room> rooms = new ArrayList<>();
  private final Map<Integer, Integer> places = new HashMap<>();
  private final Map<List<Integer>, List<Integer>> free = new HashMap<>();
  private int count;

  private MemoryRooms() {}

  /**
   * Allocates scratch memory.
   *
   * @param operations the operations, in order
   * @param last the slots that are read after all operations
   */
  static List<Room> of(List<MemoryOperation> operations, List<Slot> last) {
    Map<Integer, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < operations.size(); i++) {
      for (Slot operand : operations.get(i).operands()) {
        lastUse.put(operand.id(), i);
      }
    }
    last.forEach(slot -> lastUse.put(slot.id(), operations.size()));
    MemoryRooms rooms = new MemoryRooms();
    for (int i = 0; i < operations.size(); i++) {
      rooms.place(operations.get(i), i, lastUse);
    }
    return List.copyOf(rooms.rooms);
  }

  private void place(MemoryOperation operation, int at, Map<Integer, Integer> lastUse) {
    Set<Slot> dying = new HashSet<>();
    for (Slot operand : operation.operands()) {
      if (places.containsKey(operand.id()) && lastUse.getOrDefault(operand.id(), -1) == at) {
        dying.add(operand);
      }
    }
    Slot y = operation.y();
    if (places.containsKey(y.id())) {
      dying.forEach(this::release); // another part of a concatenated value
      return;
    }
    if (operation.inPlace()) {
      for (Slot operand : operation.operands()) {
        if (dying.contains(operand) && kind(operand).equals(kind(y))) {
          dying.remove(operand);
          take(y, place(operand), false);
          dying.forEach(this::release);
          return;
        }
      }
    }
    List<Integer> spare = free.getOrDefault(kind(y), List.of());
    if (spare.isEmpty()) {
      take(y, count++, true);
    } else {
      take(y, spare.removeLast(), false);
    }
    dying.forEach(this::release);
  }

  private static List<Integer> kind(Slot slot) {
    return List.of(slot.axis(), slot.columns());
  }

  private int place(Slot slot) {
    Integer place = places.get(slot.id());
    if (place == null) {
      throw new IllegalStateException("no room for " + slot);
    }
    return place;
  }

  private void take(Slot slot, int place, boolean first) {
    places.put(slot.id(), place);
    rooms.add(new Room(slot, place, first));
  }

  private void release(Slot slot) {
    free.computeIfAbsent(kind(slot), absent -> new ArrayList<>()).add(place(slot));
  }

  /** The slots that a sink reads. */
  static List<Slot> slots(MemoryProgram.Sink sink) {
    return switch (sink) {
      case MemoryProgram.MemorySink it -> List.of(it.x());
      case MemoryProgram.OuterSink it -> List.of(it.weights(), it.row());
      case MemoryProgram.ColumnSink it -> List.of(it.x());
      case MemoryProgram.WeightedSink it -> List.of(it.weights(), it.x());
    };
  }
}
