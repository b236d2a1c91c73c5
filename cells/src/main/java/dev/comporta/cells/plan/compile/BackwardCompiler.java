package dev.comporta.cells.plan.compile;

import dev.comporta.cells.plan.memory.MemoryInstruction;
import dev.comporta.cells.plan.memory.PastCopy;
import dev.comporta.cells.plan.planes.Plane;
import dev.comporta.cells.plan.planes.PlaneSplitter;
import dev.comporta.cells.plan.program.Compiled;
import dev.comporta.cells.plan.program.Instruction;
import dev.comporta.cells.plan.program.Place;
import dev.comporta.cells.plan.program.Program;
import dev.comporta.cells.plan.program.Rearrangement;
import dev.comporta.cells.plan.trace.Node;
import dev.comporta.cells.plan.trace.PastState;
import dev.comporta.cells.plan.trace.StepTrace;
import dev.comporta.cells.plan.trace.Values;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Creates the backward program. It reads the planes that the forward program stored, replaces the
 * cotangents of the state, and stores the cotangents that are read after the loop.
 */
final class BackwardCompiler {
  private final StepTrace trace;
  private final PlaneSplitter splitter;
  private final Storage storage;
  private final GradientPlanes gradients;
  private final SavedPlanes saved;

  /** The places of the planes of the forward program. */
  private final IdentityHashMap<Plane, Place> given = new IdentityHashMap<>();

  private final ProgramBuilder builder;

  /** The places of the planes that are read after the loop. */
  private final IdentityHashMap<Plane, Place> stored = new IdentityHashMap<>();

  private final Set<Plane> readLater;
  private final Map<String, Plane> cotangentLeaves = new LinkedHashMap<>();
  private final List<Instruction> prologue = new ArrayList<>();
  private final List<Instruction> epilogue = new ArrayList<>();

  private BackwardCompiler(
      StepTrace trace,
      PlaneSplitter splitter,
      Storage storage,
      GradientPlanes gradients,
      SavedPlanes saved,
      StepPlanes step,
      ForwardCompiler.Forward forward) {
    this.trace = trace;
    this.splitter = splitter;
    this.storage = storage;
    this.gradients = gradients;
    this.saved = saved;
    for (Plane plane : saved.all()) {
      given.put(plane, forward.builder().place(plane));
    }
    for (Plane plane : step.after().values()) {
      if (!(plane instanceof Plane.Leaf)) {
        given.putIfAbsent(plane, forward.builder().place(plane));
      }
    }
    this.builder = new ProgramBuilder(storage, given);
    builder.reuse(UnreadPlaces.of(storage, gradients, given, forward.output()));
    this.readLater = gradients.readLater();
  }

  /**
   * The backward program.
   *
   * @param program the program
   * @param sinks the uses of cotangents after it
   * @param overwritesOutputCotangent whether it overwrites the cotangent of the output
   */
  record Backward(Program program, Compiled.Sinks sinks, boolean overwritesOutputCotangent) {
    static final Backward NONE = new Backward(new Program(List.of()), Compiled.Sinks.NONE, false);
  }

  static Backward compile(
      StepTrace trace,
      PlaneSplitter splitter,
      Storage storage,
      GradientPlanes gradients,
      SavedPlanes saved,
      StepPlanes step,
      ForwardCompiler.Forward forward) {
    return new BackwardCompiler(trace, splitter, storage, gradients, saved, step, forward)
        .compile(step.output());
  }

  private Backward compile(Plane output) {
    given.keySet().stream().filter(saved::isPinned).forEach(builder::need);
    if (given.containsKey(output)) {
      builder.need(output);
    }
    List<Plane> roots = keepCotangents();
    roots.addAll(gradients.state().values());
    roots.addAll(gradients.reads());
    Schedule schedule = new Schedule(roots, given.keySet(), order(output)::of);
    List<Runnable> copies = replaceCotangents(schedule);
    trace.pasts().forEach(this::replacePast);
    Program body = builder.build(schedule, prologue, List.of());
    copies.forEach(Runnable::run);
    List<Program.Region> regions = new ArrayList<>(body.regions());
    if (!epilogue.isEmpty()) {
      regions.add(new Program.Region(List.copyOf(epilogue), true, 1));
    }
    return new Backward(
        new Program(List.copyOf(regions)), sinks(), builder.overwritesOutputCotangent());
  }

  /** An order in which cotangents take the places of saved values that are read no more. */
  private InPlaceOrder order(Plane output) {
    List<Plane> free = new ArrayList<>();
    given.forEach((plane, place) -> {
      if (place.rows() == Place.Rows.TIMESTEP && !saved.isPinned(plane) && plane != output) {
        free.add(plane);
      }
    });
    IdentityHashMap<Plane, Plane> replaced = new IdentityHashMap<>();
    gradients
        .state()
        .forEach((name, plane) -> {
          if (!(plane instanceof Plane.Leaf)) {
            replaced.put(plane, cotangentLeaf(name, plane.width()));
          }
        });
    return new InPlaceOrder(builder.kept(), free, builder.spare(), replaced);
  }

  // ---- cotangents that are read after the loop ------------------------------------------------

  /** Has the cotangents stored, and returns those that must be computed. */
  private List<Plane> keepCotangents() {
    List<Plane> roots = new ArrayList<>();
    for (Plane plane : readLater) {
      if (plane instanceof Plane.StateCotangent) {
        Place copy = builder.timesteps(plane.width());
        prologue.add(new Rearrangement.Copy(builder.place(plane), copy, 0));
        stored.put(plane, copy);
        continue;
      }
      if (given.containsKey(plane) || plane instanceof Plane.Leaf) {
        builder.need(plane);
      } else {
        builder.keep(plane);
      }
      roots.add(plane);
    }
    return roots;
  }

  private Compiled.Sinks sinks() {
    readLater.forEach(plane -> stored.putIfAbsent(plane, builder.place(plane)));
    for (GradientPlanes.Weight weight : gradients.weights()) {
      Place left = given.get(weight.left());
      stored.putIfAbsent(weight.left(), left == null ? builder.place(weight.left()) : left);
    }
    for (GradientPlanes.Vector sink : gradients.vectors()) {
      if (sink.factor() != null) {
        stored.putIfAbsent(sink.factor(), builder.place(sink.factor()));
      }
    }
    Values values = storage.values();
    return new Compiled.Sinks(
        gradients.weights().stream()
            .map(it ->
                new Compiled.WeightSink(
                    stored(it.left()),
                    storage.block(it.right()),
                    it.vectors(),
                    stored(it.cotangent())))
            .toList(),
        gradients.hoisted().stream()
            .map(it ->
                new Compiled.HoistedSink(
                    values.of(it.left()), storage.block(it.right()), stored(it.cotangent())))
            .toList(),
        gradients.vectors().stream()
            .map(it ->
                new Compiled.VectorSink(
                    values.of(it.vector()),
                    it.from(),
                    stored(it.cotangent()),
                    it.factor() == null ? null : stored(it.factor())))
            .toList(),
        gradients.before().stream().map(this::beforeSink).toList(),
        gradients.remembered().stream().map(this::beforeSink).toList());
  }

  private Compiled.BeforeSink beforeSink(GradientPlanes.Before it) {
    return new Compiled.BeforeSink(
        storage.values().of(it.node()), it.from(), stored(it.cotangent()));
  }

  private Place stored(Plane plane) {
    Place place = stored.get(plane);
    if (place == null) {
      throw new IllegalStateException("not stored: " + plane);
    }
    return place;
  }

  // ---- cotangents of the state ------------------------------------------------------------------

  /**
   * Replaces the cotangents of the state.
   *
   * @return the copies to the places of those that could not be computed there, to be made once the
   *     program is built
   */
  private List<Runnable> replaceCotangents(Schedule schedule) {
    Map<String, Boolean> written = new LinkedHashMap<>();
    gradients
        .state()
        .forEach((name, plane) -> written.put(name, aimAtCotangent(schedule, name, plane)));
    List<Runnable> copies = new ArrayList<>();
    trace
        .before()
        .forEach((name, node) -> {
          Plane plane = gradients.state().get(name);
          Place target = storage.stateCotangent(name, cotangentLeaf(name, node.width()).width());
          if (plane == null) {
            epilogue.add(new Instruction.Fill(0, target));
          } else if (!written.getOrDefault(name, false)) {
            copies.add(() -> epilogue.add(Storage.copyOfLeaf(builder, plane, target)));
          }
        });
    return copies;
  }

  private Plane cotangentLeaf(String name, int width) {
    return cotangentLeaves.computeIfAbsent(name, absent -> splitter.stateCotangent(name, width));
  }

  /**
   * Has the cotangent of a part of the state computed in its place if the previous one is not read
   * later.
   *
   * @return whether it is
   */
  private boolean aimAtCotangent(Schedule schedule, String name, Plane plane) {
    Plane old = cotangentLeaf(name, plane.width());
    if (plane == old) {
      return true;
    }
    if (plane instanceof Plane.StateCotangent) {
      // Two parts that are exchanged: save the previous values first.
      Place aside = storage.tile(plane.width());
      prologue.add(new Rearrangement.Copy(builder.place(plane), aside, 0));
      builder.setAside(plane, aside);
      return false;
    }
    if (plane instanceof Plane.Leaf) {
      return false;
    }
    builder.need(plane);
    if (readLater.contains(plane)
        || isOtherPart(name, plane)
        || schedule.positionOf(plane) < 0
        || !mayOverwrite(schedule, plane, old)) {
      return false;
    }
    builder.target(plane, storage.stateCotangent(name, old.width()));
    return true;
  }

  /** Whether a plane is the cotangent of another part of the state as well. */
  private boolean isOtherPart(String name, Plane plane) {
    return gradients.state().entrySet().stream()
        .anyMatch(other -> !other.getKey().equals(name) && other.getValue() == plane);
  }

  /** Whether nothing reads the old cotangent once the new one is in its place. */
  private static boolean mayOverwrite(Schedule schedule, Plane plane, Plane old) {
    int position = schedule.positionOf(plane);
    int lastRead = schedule.lastUse(old);
    if (!(plane instanceof Plane.Sum sum)) {
      return lastRead <= position;
    }
    boolean readAsLeft = sum.products().stream().anyMatch(product -> product.left() == old);
    boolean summand = lastRead == position && Collections.frequency(sum.others(), old) == 1;
    return !readAsLeft && (lastRead < position || summand);
  }

  /** Replaces the cotangent of a state of positions after its last use. */
  private void replacePast(PastState past) {
    if (!past.passesCotangent()) {
      Node leaf = past.cotangent();
      int axis = trace.positions().axis(leaf);
      epilogue.add(
          new PastCopy(
              past.gradient() == null
                  ? null
                  : MemoryInstruction.nextCotangentPlace(leaf.name(), axis, storage.buffers()),
              MemoryInstruction.cotangentPlace(leaf.name(), axis, storage.buffers()),
              axis));
    }
  }
}
