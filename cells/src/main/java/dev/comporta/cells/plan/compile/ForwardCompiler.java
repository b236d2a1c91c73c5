package dev.comporta.cells.plan.compile;

import dev.comporta.cells.plan.memory.MemoryInstruction;
import dev.comporta.cells.plan.planes.Plane;
import dev.comporta.cells.plan.program.Instruction;
import dev.comporta.cells.plan.program.Place;
import dev.comporta.cells.plan.program.Program;
import dev.comporta.cells.plan.program.Rearrangement;
import dev.comporta.cells.plan.trace.Positions;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Creates the forward program. Results are computed where they are needed if possible: the state in
 * its own place, and the output with values that are stored anyway.
 */
final class ForwardCompiler {
  private final StepPlanes step;
  private final Storage storage;
  private final ProgramBuilder builder;

  /** The parts of the state that are computed in their places. */
  private final IdentityHashMap<Plane, Place> direct = new IdentityHashMap<>();

  private final Map<String, Place> states = new LinkedHashMap<>();
  private final Map<String, Place> observed = new LinkedHashMap<>();
  private final List<Instruction> epilogue = new ArrayList<>();

  private ForwardCompiler(StepPlanes step, Storage storage) {
    this.step = step;
    this.storage = storage;
    this.builder = new ProgramBuilder(storage, new IdentityHashMap<>());
  }

  /**
   * The forward program.
   *
   * @param program the program
   * @param builder knows the places of its planes
   * @param states the places of the parts of the next state
   * @param output the place of the output
   * @param observed the places of the observed values, by name
   */
  record Forward(
      Program program,
      ProgramBuilder builder,
      Map<String, Place> states,
      Place output,
      Map<String, Place> observed) {}

  static Forward compile(StepPlanes step, Storage storage, Set<Plane> saved, Positions positions) {
    return new ForwardCompiler(step, storage).compile(saved, positions);
  }

  private Forward compile(Set<Plane> saved, Positions positions) {
    step.after().forEach(this::aimAtState);
    keep(step.output());
    saved.forEach(this::keep);
    step.observed().values().forEach(this::keep);
    Schedule schedule = new Schedule(step.roots(), Set.of());
    step.after().forEach(this::copyToState);
    Place output = step.output() instanceof Plane.Leaf ? copied(step.output()) : null;
    step.observed()
        .forEach((name, plane) -> {
          if (plane instanceof Plane.Leaf) {
            observed.put(name, copied(plane));
          }
        });
    Program program = builder.build(schedule, List.of(), epilogue);
    step.observed()
        .forEach((name, plane) -> observed.computeIfAbsent(name, _ -> builder.place(plane)));
    step.observedPositions()
        .forEach((name, node) ->
            observed.put(
                name,
                MemoryInstruction.storedPlace(node.id(), positions.axis(node), storage.buffers())));
    return new Forward(
        program, builder, states, output == null ? builder.place(step.output()) : output, observed);
  }

  /** Has a part of the state computed in its place, unless another part has taken the plane. */
  private void aimAtState(String name, Plane plane) {
    Place place = storage.state(name, plane.width());
    states.put(name, place);
    if (!(plane instanceof Plane.Leaf) && direct.putIfAbsent(plane, place) == null) {
      builder.target(plane, place);
      builder.need(plane);
    }
  }

  /** Has a plane stored at every timestep. */
  private void keep(Plane plane) {
    if (!(plane instanceof Plane.Leaf) && !direct.containsKey(plane)) {
      builder.keep(plane);
    }
  }

  private void copyToState(String name, Plane plane) {
    Place target = storage.state(name, plane.width());
    Place computed = direct.get(plane);
    if (computed == null) {
      epilogue.add(Storage.copyOfLeaf(builder, plane, target));
    } else if (!computed.equals(target)) {
      epilogue.add(new Rearrangement.Copy(computed, target, 0));
    }
  }

  /** A place to which a plane is copied that is not computed in the loop. */
  private Place copied(Plane leaf) {
    Place place = storage.timesteps(leaf.width());
    epilogue.add(Storage.copyOfLeaf(builder, leaf, place));
    return place;
  }
}
