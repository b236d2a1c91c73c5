package dev.comporta.cells.plan.compile;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.cells.plan.memory.MemoryInstruction;
import dev.comporta.cells.plan.planes.Plane;
import dev.comporta.cells.plan.planes.PlaneSet;
import dev.comporta.cells.plan.program.Buffer;
import dev.comporta.cells.plan.program.Compiled;
import dev.comporta.cells.plan.program.Instruction;
import dev.comporta.cells.plan.program.Place;
import dev.comporta.cells.plan.program.Products;
import dev.comporta.cells.plan.program.Program;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Assigns a place and an instruction to every plane of a schedule. Where possible, a plane reuses
 * the place of an operand that is no longer needed: gates overwrite their pre-activations, and
 * cotangents of pre-activations overwrite the gates.
 */
final class ProgramBuilder {
  private final Storage storage;
  private final IdentityHashMap<Plane, Place> places = new IdentityHashMap<>();
  private final IdentityHashMap<Plane, Place> targets = new IdentityHashMap<>();
  private final Set<Plane> kept = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Plane> needed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Compiled.Hoisted> hoisted = new ArrayList<>();
  private final List<Place> free = new ArrayList<>();
  private final List<Place> spare = new ArrayList<>();
  private boolean overwritesOutputCotangent;

  /**
   * Creates a builder.
   *
   * @param storage receives new buffers
   * @param given the places of planes that exist already
   */
  ProgramBuilder(Storage storage, IdentityHashMap<Plane, Place> given) {
    this.storage = storage;
    this.places.putAll(given);
  }

  /** Requests that a plane is computed directly into a place. */
  void target(Plane plane, Place place) {
    targets.put(plane, place);
  }

  /** Declares that a plane's values of all timesteps are read later. */
  void keep(Plane plane) {
    kept.add(plane);
    needed.add(plane);
  }

  /** The planes whose values of all timesteps are read later. */
  Set<Plane> kept() {
    return kept;
  }

  /** The places of all timesteps that contain nothing. */
  List<Place> spare() {
    return spare;
  }

  /** Declares that a plane is read later, at any place. */
  void need(Plane plane) {
    needed.add(plane);
  }

  /** Adds places of all timesteps whose values are never read again. */
  void reuse(List<Place> unread) {
    spare.addAll(unread);
  }

  /** A place for values of all timesteps: one that is read no more, or a new one. */
  Place timesteps(int width) {
    Place place = spare(width);
    return place == null ? storage.timesteps(width) : place;
  }

  private @Nullable Place spare(int width) {
    for (Place place : spare) {
      if (place.width() == width) {
        spare.remove(place);
        return place;
      }
    }
    return null;
  }

  /** Whether a plane is stored in the place of the cotangent of the output. */
  boolean overwritesOutputCotangent() {
    return overwritesOutputCotangent;
  }

  /** Makes later instructions read a plane from a different place. */
  void setAside(Plane plane, Place place) {
    places.put(plane, place);
  }

  /** The place of a plane. */
  Place place(Plane plane) {
    Place place = places.get(plane);
    if (place != null) {
      return place;
    }
    if (!(plane instanceof Plane.Leaf leaf)) {
      throw new IllegalStateException("not computed yet: " + plane);
    }
    Place made = storage.leaf(leaf);
    places.put(plane, made);
    return made;
  }

  /** The sums that start from hoisted products, and their places. */
  List<Compiled.Hoisted> hoisted() {
    return hoisted;
  }

  /** Builds a program that starts and ends with the given instructions. */
  Program build(Schedule schedule, List<Instruction> before, List<Instruction> after) {
    List<Program.Region> regions = new ArrayList<>();
    addRegion(regions, before, true);
    for (List<Plane> planes : schedule.regions()) {
      List<Instruction> instructions = new ArrayList<>();
      for (Plane plane : planes) {
        emit(plane, schedule, instructions);
      }
      addRegion(regions, instructions, planes.getFirst() instanceof Plane.Sum);
    }
    addRegion(regions, after, true);
    return new Program(List.copyOf(regions));
  }

  private void addRegion(
      List<Program.Region> regions, List<Instruction> instructions, boolean products) {
    if (instructions.isEmpty()) {
      return;
    }
    int width = 1;
    for (Place place : places.values()) {
      width = Math.max(width, place.rows() == Place.Rows.SHARED ? 1 : place.width());
    }
    regions.add(new Program.Region(List.copyOf(instructions), products, width));
  }

  private void emit(Plane plane, Schedule schedule, List<Instruction> into) {
    if (plane instanceof Plane.Sum sum) {
      emitSum(sum, schedule, into);
      release(plane, schedule);
      return;
    }
    if (plane instanceof Plane.Read read) {
      emitRead(read, schedule, into);
      return;
    }
    List<Place> operands = new ArrayList<>();
    for (Plane operand : plane.operands()) {
      operands.add(operand instanceof Plane.Constant ? null : place(operand));
    }
    boolean elementwise = !(plane instanceof Plane.Rearranged);
    if (elementwise) {
      release(plane, schedule);
    }
    Place y = placeFor(plane, schedule, elementwise);
    Instructions.emit(plane, operands, y, storage, into);
    if (!elementwise) {
      release(plane, schedule);
    }
  }

  private void emitRead(Plane.Read read, Schedule schedule, List<Instruction> into) {
    List<Place> operands = read.inputs().stream().map(this::place).toList();
    Place y = placeFor(read, schedule, false);
    into.add(new MemoryInstruction(read.program(), operands, y, storage.buffers()));
    release(read, schedule);
  }

  /** Releases the scratch memory of operands after their last use. */
  private void release(Plane plane, Schedule schedule) {
    for (Plane operand : distinct(plane.operands())) {
      Place place = places.get(operand);
      if (place != null
          && (place.rows() == Place.Rows.TILE || place.rows() == Place.Rows.PIECE)
          && schedule.lastUse(operand) == schedule.positionOf(plane)
          && !needed.contains(operand)
          && !free.contains(place)) {
        free.add(place);
      }
    }
  }

  private static Set<Plane> distinct(List<Plane> planes) {
    Set<Plane> set = new PlaneSet();
    set.addAll(planes);
    return set;
  }

  private Place placeFor(Plane plane, Schedule schedule, boolean mayOverwrite) {
    Place target = targets.get(plane);
    if (target == null && kept.contains(plane)) {
      Place dying = mayOverwrite ? dyingOperand(plane, schedule) : null;
      Place idle = dying != null ? dying : idlePlace(plane, schedule);
      Place old = idle != null ? idle : spare(plane.width());
      Place cotangent = old != null ? old : outputCotangent(plane, schedule, mayOverwrite);
      target = cotangent != null ? cotangent : storage.timesteps(plane.width());
    }
    if (target == null && mayOverwrite) {
      target = freedOperand(plane, schedule.isLocal(plane));
    }
    if (target == null) {
      target = scratch(plane, schedule.isLocal(plane));
    }
    places.put(plane, target);
    return target;
  }

  /**
   * The scratch memory of an operand at its last use, which the result may overwrite. Values that
   * other regions read must not be in the scratch memory of a block, which the next block
   * overwrites.
   */
  private @Nullable Place freedOperand(Plane plane, boolean local) {
    for (Plane operand : plane.operands()) {
      Place place = places.get(operand);
      if (place != null
          && place.width() == plane.width()
          && (local || place.rows() != Place.Rows.PIECE)
          && free.remove(place)) {
        return place;
      }
    }
    return null;
  }

  /** The place of an operand of all timesteps at its last use. */
  private @Nullable Place dyingOperand(Plane plane, Schedule schedule) {
    for (Plane operand : plane.operands()) {
      Place place = places.get(operand);
      if (place != null
          && schedule.lastUse(operand) == schedule.positionOf(plane)
          && mayTake(place, operand, schedule, plane)) {
        return place;
      }
    }
    return null;
  }

  /** The first place of all timesteps whose planes have all had their last use. */
  private @Nullable Place idlePlace(Plane plane, Schedule schedule) {
    Place first = null;
    for (Map.Entry<Plane, Place> entry : places.entrySet()) {
      Plane owner = entry.getKey();
      Place place = entry.getValue();
      if (schedule.lastUse(owner) < schedule.positionOf(plane)
          && (first == null || place.buffer() < first.buffer())
          && mayTake(place, owner, schedule, plane)) {
        first = place;
      }
    }
    return first;
  }

  /**
   * The place of the cotangent of the output after its last use. It is the last choice, because a
   * run copies that cotangent first if others read it too.
   */
  private @Nullable Place outputCotangent(Plane plane, Schedule schedule, boolean inPlace) {
    for (Map.Entry<Plane, Place> entry : places.entrySet()) {
      Plane owner = entry.getKey();
      int latest = schedule.positionOf(plane) - (inPlace ? 0 : 1);
      if (owner instanceof Plane.OutputCotangent
          && owner.width() == plane.width()
          && schedule.lastUse(owner) <= latest
          && !needed.contains(owner)
          && !takenByAnother(entry.getValue(), owner, schedule, plane)) {
        overwritesOutputCotangent = true;
        return entry.getValue();
      }
    }
    return null;
  }

  /** Whether a plane may be stored at all timesteps where another one was that is read no more. */
  private boolean mayTake(Place place, Plane owner, Schedule schedule, Plane plane) {
    return place.rows() == Place.Rows.TIMESTEP
        && storage.buffers().all().get(place.buffer()) instanceof Buffer.Timesteps
        && place.width() == plane.width()
        && !needed.contains(owner)
        && !takenByAnother(place, owner, schedule, plane);
  }

  /** Whether the place contains another plane that is still needed. */
  private boolean takenByAnother(Place place, Plane owner, Schedule schedule, Plane at) {
    for (Map.Entry<Plane, Place> entry : places.entrySet()) {
      Plane other = entry.getKey();
      if (other != owner
          && entry.getValue().equals(place)
          && (needed.contains(other) || schedule.lastUse(other) >= schedule.positionOf(at))) {
        return true;
      }
    }
    return false;
  }

  private Place scratch(Plane plane, boolean local) {
    Place.Rows rows = local ? Place.Rows.PIECE : Place.Rows.TILE;
    for (Place place : free) {
      if (place.rows() == rows && place.width() == plane.width()) {
        free.remove(place);
        return place;
      }
    }
    return local ? storage.piece(plane.width()) : storage.tile(plane.width());
  }

  /** Takes the first of some planes that lies in a place away, if there is one. */
  private boolean removeFirst(List<Plane> planes, Place place) {
    for (int i = 0; i < planes.size(); i++) {
      if (place.equals(places.get(planes.get(i)))) {
        planes.remove(i);
        return true;
      }
    }
    return false;
  }

  private void emitSum(Plane.Sum sum, Schedule schedule, List<Instruction> into) {
    boolean started = !sum.hoisted().isEmpty();
    Place y;
    if (started) {
      Place target = targets.get(sum);
      y = target == null ? storage.timesteps(sum.width()) : target;
      hoisted.add(
          new Compiled.Hoisted(
              sum.hoisted().stream()
                  .map(it ->
                      new Compiled.HoistedProduct(
                          storage.values().of(it.left()), storage.block(it.right())))
                  .toList(),
              sum.vectors().stream().map(storage::bias).toList(),
              y));
      places.put(sum, y);
    } else {
      y = placeFor(sum, schedule, false);
    }
    List<Plane> others = new ArrayList<>(sum.others());
    List<Plane.Vector> vectors = started ? List.of() : sum.vectors();
    // A summand that lies where the sum goes is what the products are added to.
    boolean inPlace = !started && removeFirst(others, y);
    boolean bias = !started && !inPlace && !vectors.isEmpty();
    if (!sum.products().isEmpty()) {
      List<Place> left = sum.products().stream().map(product -> place(product.left())).toList();
      into.add(
          new Products(
              left,
              sum.products().stream().map(it -> storage.block(it.right())).toList(),
              bias ? place(vectors.getFirst()) : null,
              bias ? storage.bias(vectors.getFirst()) : null,
              started || inPlace,
              Products.endWith(into, left.getFirst()),
              y));
    }
    for (Plane other : others) {
      into.add(
          other instanceof Plane.Constant number
              ? new Instruction.BinaryNumber(BinaryFunction.ADD, y, number.value(), false, y)
              : new Instruction.Binary(BinaryFunction.ADD, y, place(other), y));
    }
    for (Plane.Vector vector : vectors.subList(bias ? 1 : 0, vectors.size())) {
      into.add(new Instruction.BinaryVector(BinaryFunction.ADD, y, place(vector), false, y));
    }
  }
}
