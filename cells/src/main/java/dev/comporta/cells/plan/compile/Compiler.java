package dev.comporta.cells.plan.compile;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.UnaryFunction;
import dev.comporta.api.tensor.UntraceableException;
import dev.comporta.cells.plan.planes.Plane;
import dev.comporta.cells.plan.planes.PlaneSet;
import dev.comporta.cells.plan.planes.PlaneSplitter;
import dev.comporta.cells.plan.trace.Node;
import dev.comporta.cells.plan.trace.PastState;
import dev.comporta.cells.plan.trace.StepTrace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compiles a traced step into a forward program and, for training, a backward program. */
public final class Compiler {
  private final StepTrace trace;
  private final PlaneSplitter splitter;
  private final Buffers buffers = new Buffers();
  private final boolean backward;

  /** Forward planes that the backward program reads. */
  private final Set<Plane> saved = new PlaneSet();

  /** Saved planes that are read after the backward loop and therefore must not be overwritten. */
  private final Set<Plane> pinned = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Planes from which {@link #save} has started: a plane may have many readers. */
  private final Set<Plane> visited = Collections.newSetFromMap(new IdentityHashMap<>());

  private final Set<Plane> forwardPlanes = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Compiled.Sinks sinks = new Compiled.Sinks();
  private final Map<String, Plane> cotangentLeaves = new LinkedHashMap<>();

  private Compiler(StepTrace trace, boolean backward, Set<String> observed) {
    this.trace = trace;
    this.backward = backward;
    List<Node> wanted = new ArrayList<>();
    trace
        .observed()
        .forEach((name, node) -> {
          if (observed.contains(name)) {
            wanted.add(node);
          }
        });
    this.splitter = new PlaneSplitter(trace, wanted, backward);
  }

  public static Compiled compile(StepTrace trace, boolean backward) {
    return compile(trace, backward, Set.of());
  }

  /** Compiles a step with observed values; names that the step does not have are ignored. */
  public static Compiled compile(StepTrace trace, boolean backward, Set<String> observed) {
    return new Compiler(trace, backward, observed).compile(observed);
  }

  private Compiled compile(Set<String> wanted) {
    List<Plane> roots = new ArrayList<>();
    Map<String, Plane> after = new LinkedHashMap<>();
    trace.after().forEach((name, node) -> after.put(name, splitter.whole(node)));
    roots.addAll(after.values());
    Plane output = splitter.whole(trace.output());
    roots.add(output);
    Map<String, Plane> observed = new LinkedHashMap<>();
    trace
        .observed()
        .forEach((name, node) -> {
          if (wanted.contains(name) && !trace.positions().in(node)) {
            observed.put(name, splitter.whole(node));
          }
        });
    roots.addAll(observed.values());
    splitter.groups().of(false).forEach(group -> roots.add(splitter.read(group)));
    roots.forEach(this::addForward);
    List<Plane> backwardRoots = backward ? backwardRoots() : List.of();
    backwardRoots.forEach(this::save);

    ProgramBuilder builder = new ProgramBuilder(buffers, new IdentityHashMap<>());
    Map<String, Place> states = new LinkedHashMap<>();
    List<Instruction> epilogue = new ArrayList<>();
    IdentityHashMap<Plane, Place> direct = new IdentityHashMap<>();
    after.forEach((name, plane) -> {
      Place place = statePlace(name, plane.width());
      states.put(name, place);
      if (!Schedule.isLeaf(plane) && direct.putIfAbsent(plane, place) == null) {
        builder.target(plane, place);
        builder.need(plane);
      }
    });
    Place outputPlace = direct.get(output);
    if (outputPlace == null && !Schedule.isLeaf(output)) {
      builder.keep(output);
    }
    saved.forEach(plane -> {
      if (!direct.containsKey(plane)) {
        builder.keep(plane);
      }
    });
    observed
        .values()
        .forEach(plane -> {
          if (!Schedule.isLeaf(plane) && !direct.containsKey(plane)) {
            builder.keep(plane);
          }
        });
    Schedule schedule = new Schedule(roots, Set.of());
    after.forEach((name, plane) -> {
      Place target = statePlace(name, plane.width());
      Place computed = direct.get(plane);
      if (computed == null) {
        epilogue.add(copyOfLeaf(builder, plane, target));
      } else if (!computed.equals(target)) {
        epilogue.add(new Instruction.Copy(computed, 0, target, 0, target.width()));
      }
    });
    if (Schedule.isLeaf(output)) {
      outputPlace = timestepPlace(output.width());
      epilogue.add(copyOfLeaf(builder, output, outputPlace));
    }
    Map<String, Place> observedPlaces = new LinkedHashMap<>();
    observed.forEach((name, plane) -> {
      if (Schedule.isLeaf(plane)) {
        Place place = timestepPlace(plane.width());
        epilogue.add(copyOfLeaf(builder, plane, place));
        observedPlaces.put(name, place);
      }
    });
    Program forward = builder.build(schedule, List.of(), epilogue);
    observed.forEach(
        (name, plane) -> observedPlaces.computeIfAbsent(name, _ -> builder.place(plane)));
    trace
        .observed()
        .forEach((name, node) -> {
          if (wanted.contains(name) && trace.positions().in(node)) {
            observedPlaces.put(name, MemoryInstruction.storedPlace(node, buffers));
          }
        });
    if (outputPlace == null) {
      outputPlace = builder.place(output);
    }
    Program back = backward ? backwardProgram(builder, output) : new Program(List.of());
    return new Compiled(
        buffers,
        forward,
        back,
        List.copyOf(builder.hoisted()),
        states,
        outputPlace,
        observedPlaces,
        sinks,
        splitter,
        besides(saved, after.values()),
        recomputed(backwardRoots, after.values()));
  }

  private static List<Plane> besides(Collection<Plane> planes, Collection<Plane> others) {
    return planes.stream().filter(plane -> others.stream().noneMatch(it -> it == plane)).toList();
  }

  /** Values of the forward program that the backward program recomputes. */
  private List<Plane> recomputed(List<Plane> backwardRoots, Collection<Plane> after) {
    Set<Plane> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    seen.addAll(after);
    List<Plane> again = new ArrayList<>();
    backwardRoots.forEach(plane -> collectRecomputed(plane, seen, again));
    return List.copyOf(again);
  }

  private void collectRecomputed(Plane plane, Set<Plane> seen, List<Plane> again) {
    if (Schedule.isLeaf(plane) || saved.contains(plane) || !seen.add(plane)) {
      return;
    }
    plane.operands().forEach(operand -> collectRecomputed(operand, seen, again));
    if (forwardPlanes.contains(plane)) {
      again.add(plane);
    }
  }

  private static Instruction copyOfLeaf(ProgramBuilder builder, Plane leaf, Place target) {
    return switch (leaf) {
      case Plane.Constant number -> new Instruction.Fill(number.value(), target);
      case Plane.Vector vector -> new Instruction.Spread(builder.place(vector), target);
      default -> new Instruction.Copy(builder.place(leaf), 0, target, 0, target.width());
    };
  }

  private Place statePlace(String name, int width) {
    return new Place(buffers.of(Buffers.Kind.STATE, width, name), Place.Rows.AFTER, width, 0);
  }

  private Place cotangentPlace(String name, int width) {
    return new Place(
        buffers.of(Buffers.Kind.STATE_COTANGENT, width, name), Place.Rows.BATCH, width, 0);
  }

  private Place timestepPlace(int width) {
    return new Place(buffers.add(Buffers.Kind.TIMESTEPS, width), Place.Rows.TIMESTEP, width, 0);
  }

  private void addForward(Plane plane) {
    if (forwardPlanes.add(plane)) {
      plane.operands().forEach(this::addForward);
    }
  }

  // ---- values that the backward program reads
  // --------------------------------------------------------

  private List<Plane> backwardRoots() {
    List<Plane> roots = new ArrayList<>();
    for (StepTrace.ProductGradient product : trace.products()) {
      addWeightGradients(product, roots);
    }
    trace.frontier().forEach((node, cotangent) -> addFrontier(node, cotangent, roots));
    trace.stateGradients().values().forEach(node -> roots.add(splitter.whole(node)));
    splitter.groups().of(true).forEach(group -> roots.add(splitter.read(group)));
    return roots;
  }

  private void addWeightGradients(StepTrace.ProductGradient product, List<Plane> roots) {
    if (trace.positions().in(product.left())) {
      return; // accumulated by a memory program
    }
    List<Integer> borders = splitter.borders(product.cotangent());
    List<Plane> cotangents = splitter.planes(product.cotangent());
    for (int i = 0; i < cotangents.size(); i++) {
      Plane cotangent = cotangents.get(i);
      if (cotangent instanceof Plane.Constant) {
        continue;
      }
      roots.add(cotangent);
      for (Plane.Product part :
          splitter.products(
              product.left(),
              product.right(),
              product.transposed(),
              borders.get(i),
              cotangent.width())) {
        sinks.weights().add(new Compiled.WeightSink(part.left(), part.right(), cotangent));
        if (!Schedule.isLeaf(part.left())) {
          saved.add(part.left());
          pinned.add(part.left());
        }
      }
    }
  }

  private void addFrontier(Node node, Node cotangent, List<Plane> roots) {
    if (node.isConstant()
        || node.leaf() == Node.Leaf.STEP_MASK
        || node.leaf() == Node.Leaf.PARAMETER_MASK
        || node.leaf() == Node.Leaf.SEQUENCE_MASK
        || trace.positions().in(node)) {
      return;
    }
    if (node.dependence() == Node.Dependence.SHARED) {
      addVectorGradient(node, cotangent, roots);
      return;
    }
    List<Integer> borders = splitter.borders(cotangent);
    List<Plane> planes = splitter.planes(cotangent);
    for (int i = 0; i < planes.size(); i++) {
      Plane plane = planes.get(i);
      if (plane instanceof Plane.Constant) {
        continue;
      }
      roots.add(plane);
      if (node.dependence() == Node.Dependence.MEMORY) {
        sinks.remembered().add(new Compiled.BeforeSink(node, borders.get(i), plane));
      } else if (node.op() instanceof Op.MatMul product) {
        Plane.Block block =
            new Plane.Block(
                node.operands().get(1),
                product.transposeRight(),
                0,
                node.operands().getFirst().width(),
                borders.get(i),
                plane.width());
        sinks.hoisted().add(new Compiled.HoistedSink(node.operands().getFirst(), block, plane));
      } else {
        sinks.before().add(new Compiled.BeforeSink(node, borders.get(i), plane));
      }
    }
  }

  /** The cotangent of a parameter vector is a sum over rows, which is computed after the loop. */
  private void addVectorGradient(Node vector, Node cotangent, List<Plane> roots) {
    if (StepTrace.isSum(cotangent) && !cotangent.batched()) {
      cotangent.operands().forEach(part -> addVectorGradient(vector, part, roots));
      return;
    }
    if (splitter.groups().isPositionSum(cotangent)) {
      return; // accumulated by a memory program
    }
    if (!(cotangent.op() instanceof Op.SumTo)) {
      throw new UntraceableException(
          formatted(
              "the gradient of %s is a '%s', which plans do not cover", vector, cotangent.name()));
    }
    Node rows = cotangent.operands().getFirst();
    if (vector.width() != 1 && vector.width() != rows.width()) {
      throw new UntraceableException(
          formatted(
              "the gradient of %s sums %s in a way that plans do not cover", vector, rows.shape()));
    }
    List<Integer> borders = splitter.borders(rows);
    List<Plane> planes = splitter.planes(rows);
    for (int i = 0; i < planes.size(); i++) {
      Plane plane = planes.get(i);
      if (!(plane instanceof Plane.Constant)) {
        roots.add(plane);
        sinks
            .vectors()
            .add(new Compiled.VectorSink(vector, vector.width() == 1 ? 0 : borders.get(i), plane));
      }
    }
  }

  /** Marks the forward planes that must be stored for the backward program. */
  private void save(Plane plane) {
    if (Schedule.isLeaf(plane) || saved.contains(plane) || !visited.add(plane)) {
      return;
    }
    if (forwardPlanes.contains(plane) && !isCheap(plane)) {
      saved.add(plane);
      return;
    }
    plane.operands().forEach(this::save);
  }

  /** Whether a value is cheaper to recompute than to store and load. */
  private static boolean isCheap(Plane plane) {
    return switch (plane) {
      case Plane.Affine it -> true;
      case Plane.Binary it -> true;
      case Plane.MultiplyAdd it -> true;
      case Plane.Select it -> true;
      case Plane.Repeat it -> true;
      case Plane.Columns it -> true;
      case Plane.Join it -> true;
      case Plane.Unary it -> isCheap(it.function());
      default -> false;
    };
  }

  private static boolean isCheap(UnaryFunction function) {
    return switch (function) {
      case NEGATE, ABS, SQUARE, FLOOR, RELU, STEP, SIGN -> true;
      case SQRT, RECIPROCAL, EXP, LOG, TANH, SIGMOID, SOFTPLUS, SIN, COS -> false;
    };
  }

  // ---- the backward program -------------------------------------------------------------------

  private Program backwardProgram(ProgramBuilder forward, Plane output) {
    IdentityHashMap<Plane, Place> given = new IdentityHashMap<>();
    for (Plane plane : saved) {
      given.put(plane, forward.place(plane));
    }
    trace
        .after()
        .forEach((name, node) -> {
          Plane plane = splitter.whole(node);
          if (!Schedule.isLeaf(plane)) {
            given.putIfAbsent(plane, forward.place(plane));
          }
        });
    ProgramBuilder builder = new ProgramBuilder(buffers, given);
    given.keySet().stream().filter(pinned::contains).forEach(builder::need);
    if (given.containsKey(output)) {
      builder.need(output);
    }
    List<Plane> roots = new ArrayList<>();
    List<Instruction> prologue = new ArrayList<>();
    List<Instruction> epilogue = new ArrayList<>();
    for (Plane plane : sinks.cotangents()) {
      if (plane instanceof Plane.StateCotangent) {
        Place copy = timestepPlace(plane.width());
        prologue.add(new Instruction.Copy(builder.place(plane), 0, copy, 0, plane.width()));
        sinks.places().put(plane, copy);
      } else if (given.containsKey(plane)) {
        builder.need(plane);
        roots.add(plane);
      } else {
        if (!Schedule.isLeaf(plane)) {
          builder.keep(plane);
        }
        roots.add(plane);
      }
    }
    Map<String, Plane> stateGradients = new LinkedHashMap<>();
    trace.stateGradients().forEach((name, node) -> stateGradients.put(name, splitter.whole(node)));
    roots.addAll(stateGradients.values());
    splitter.groups().of(true).forEach(group -> roots.add(splitter.read(group)));
    Schedule schedule = new Schedule(roots, given.keySet());
    Map<String, Boolean> written = new LinkedHashMap<>();
    stateGradients.forEach((name, plane) ->
        written.put(name, placeStateGradient(builder, schedule, name, plane, prologue)));
    List<Runnable> late = new ArrayList<>();
    trace
        .before()
        .forEach((name, node) -> {
          Plane leaf = cotangentLeaf(name, node.width());
          Plane plane = stateGradients.get(name);
          if (plane == null) {
            epilogue.add(new Instruction.Fill(0, cotangentPlace(name, leaf.width())));
          } else if (!written.getOrDefault(name, false)) {
            Place target = cotangentPlace(name, leaf.width());
            late.add(() -> epilogue.add(copyOfLeaf(builder, plane, target)));
          }
        });
    trace.pasts().forEach(past -> addPast(past, epilogue));
    Program body = builder.build(schedule, prologue, List.of());
    late.forEach(Runnable::run);
    for (Plane plane : sinks.cotangents()) {
      sinks.places().putIfAbsent(plane, builder.place(plane));
    }
    for (Compiled.WeightSink sink : sinks.weights()) {
      Place left = given.get(sink.left());
      sinks.places().putIfAbsent(sink.left(), left == null ? builder.place(sink.left()) : left);
    }
    List<Program.Region> regions = new ArrayList<>(body.regions());
    if (!epilogue.isEmpty()) {
      regions.add(new Program.Region(List.copyOf(epilogue), true, 1));
    }
    return new Program(List.copyOf(regions));
  }

  /** Replaces the cotangent of a state of positions after its last use. */
  private void addPast(PastState past, List<Instruction> epilogue) {
    if (!past.passesCotangent()) {
      Node leaf = past.cotangent();
      epilogue.add(
          new PastCopy(
              past.gradient() == null ? null : MemoryInstruction.keptPlace(leaf, buffers),
              MemoryInstruction.pastPlace(leaf, buffers),
              trace.positions().axis(leaf)));
    }
  }

  private Plane cotangentLeaf(String name, int width) {
    return cotangentLeaves.computeIfAbsent(name, absent -> splitter.stateCotangent(name, width));
  }

  /**
   * Computes the cotangent of a part of the state directly into its place if the previous one is
   * not read later.
   */
  private boolean placeStateGradient(
      ProgramBuilder builder,
      Schedule schedule,
      String name,
      Plane plane,
      List<Instruction> prologue) {
    Plane old = cotangentLeaf(name, plane.width());
    if (plane == old) {
      return true;
    }
    if (plane instanceof Plane.StateCotangent) {
      // Two parts that are exchanged: save the previous values first.
      Place aside =
          new Place(
              buffers.add(Buffers.Kind.TILE, plane.width()), Place.Rows.TILE, plane.width(), 0);
      prologue.add(new Instruction.Copy(builder.place(plane), 0, aside, 0, plane.width()));
      builder.setAside(plane, aside);
      return false;
    }
    boolean kept = sinks.cotangents().contains(plane);
    boolean shared =
        trace.stateGradients().entrySet().stream()
            .anyMatch(
                other -> !other.getKey().equals(name) && splitter.whole(other.getValue()) == plane);
    int position = schedule.positionOf(plane);
    int lastRead = schedule.lastUse(old);
    boolean safe =
        plane instanceof Plane.Sum sum
            ? lastRead < position
                || (lastRead == position && Collections.frequency(sum.others(), old) == 1)
            : lastRead <= position;
    boolean readAsLeft =
        plane instanceof Plane.Sum sum
            && sum.products().stream().anyMatch(product -> product.left() == old);
    if (Schedule.isLeaf(plane) || kept || shared || !safe || readAsLeft || position < 0) {
      if (!Schedule.isLeaf(plane)) {
        builder.need(plane);
      }
      return false;
    }
    builder.target(plane, cotangentPlace(name, old.width()));
    builder.need(plane);
    return true;
  }
}
