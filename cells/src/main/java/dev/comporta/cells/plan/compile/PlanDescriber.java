package dev.comporta.cells.plan.compile;

import dev.comporta.cells.explain.PlanDescription;
import dev.comporta.cells.explain.PlanDescription.MergedProducts;
import dev.comporta.cells.explain.PlanDescription.Operations;
import dev.comporta.cells.explain.PlanDescription.Region;
import dev.comporta.cells.explain.PlanDescription.Values;
import dev.comporta.cells.plan.memory.MemoryProgram;
import dev.comporta.cells.plan.planes.Plane;
import dev.comporta.cells.plan.trace.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Creates the description of a compiled step. */
public final class PlanDescriber {
  private static final String FORWARD = "forward";
  private static final String BACKWARD = "backward";

  private final Compiled compiled;

  public PlanDescriber(Compiled compiled) {
    this.compiled = compiled;
  }

  public PlanDescription describe(boolean inputGradient) {
    List<MergedProducts> hoisted = hoisted();
    List<MergedProducts> forward = merged(compiled.forward(), FORWARD);
    List<MergedProducts> backward = merged(compiled.backward(), BACKWARD);
    List<MergedProducts> weights = weightGradients();
    List<MergedProducts> merged = new ArrayList<>(forward);
    merged.addAll(backward);
    return new PlanDescription(
        hoisted,
        List.copyOf(merged),
        memories(),
        regions(compiled.forward()),
        regions(compiled.backward()),
        values(compiled.saved()),
        values(compiled.recomputed()),
        weights,
        new Operations(
            operations(hoisted) + operations(forward),
            elementwise(compiled.forward()) + hoistedVectors()),
        new Operations(
            operations(backward) + operations(weights) + (inputGradient ? inputGradients() : 0),
            elementwise(compiled.backward()) + vectorGradients()),
        timestepFloats());
  }

  private static double operations(List<MergedProducts> products) {
    return products.stream().mapToDouble(MergedProducts::operations).sum();
  }

  // ---- products -------------------------------------------------------------------------------

  private List<MergedProducts> hoisted() {
    Groups groups = new Groups(FORWARD);
    for (Compiled.Hoisted hoisted : compiled.hoisted()) {
      for (Plane.HoistedProduct product : hoisted.sum().hoisted()) {
        groups.add(product.left(), name(product.left()), product.right());
      }
    }
    return groups.all();
  }

  private List<MergedProducts> weightGradients() {
    Groups groups = new Groups(BACKWARD);
    for (Compiled.HoistedSink sink : compiled.sinks().hoisted()) {
      groups.add(sink.left(), name(sink.left()), sink.right());
    }
    for (Compiled.WeightSink sink : compiled.sinks().weights()) {
      groups.add(sink.left(), name(sink.left()), sink.right());
    }
    return groups.all();
  }

  private double inputGradients() {
    double operations = 0;
    for (Compiled.HoistedSink sink : compiled.sinks().hoisted()) {
      operations += 2.0 * sink.right().rows() * sink.right().columns();
    }
    return operations;
  }

  private List<MergedProducts> merged(Program program, String pass) {
    List<MergedProducts> all = new ArrayList<>();
    for (Program.Region region : program.regions()) {
      Groups groups = new Groups(pass);
      for (Instruction instruction : region.instructions()) {
        if (instruction instanceof Instruction.Products products) {
          if (Set.copyOf(products.left()).size() > 1) {
            all.add(summed(products, pass));
          } else {
            Place left = products.left().getFirst();
            products.right().forEach(block -> groups.add(left, name(left, pass), block));
          }
        }
      }
      all.addAll(groups.all());
    }
    return all;
  }

  private MergedProducts summed(Instruction.Products products, String pass) {
    int inner = products.right().stream().mapToInt(Plane.Block::rows).max().orElse(0);
    List<Integer> columns = products.right().stream().map(Plane.Block::columns).toList();
    List<String> names = products.left().stream().map(left -> name(left, pass)).distinct().toList();
    List<String> right = products.right().stream().map(PlanDescriber::name).toList();
    return new MergedProducts(pass, String.join(", ", names), right, inner, columns, true);
  }

  /** Groups products by their left operand. */
  private static final class Groups {
    private record Group(Object left, int inner) {}

    private final String pass;
    private final Map<Group, List<Plane.Block>> blocks = new LinkedHashMap<>();
    private final Map<Group, String> names = new LinkedHashMap<>();

    Groups(String pass) {
      this.pass = pass;
    }

    void add(Object left, String name, Plane.Block block) {
      Group group = new Group(left, block.rows());
      names.put(group, name);
      blocks.computeIfAbsent(group, absent -> new ArrayList<>()).add(block);
    }

    List<MergedProducts> all() {
      List<MergedProducts> all = new ArrayList<>();
      blocks.forEach((group, each) ->
          all.add(
              new MergedProducts(
                  pass,
                  names.getOrDefault(group, ""),
                  each.stream().map(PlanDescriber::name).toList(),
                  group.inner(),
                  each.stream().map(Plane.Block::columns).toList(),
                  false)));
      return List.copyOf(all);
    }
  }

  /** The name of a block's matrix. */
  private static String name(Plane.Block block) {
    Node node = block.node();
    return node.leaf() == Node.Leaf.PARAMETER
        ? node.name()
        : "a value of parameters (" + node.name() + ")";
  }

  private static String name(Node node) {
    return node.leaf() == Node.Leaf.INPUT ? "x" : "a value of x (" + node.name() + ")";
  }

  private static String name(Plane plane) {
    return plane instanceof Plane.State state
        ? state.name() + " before the timestep"
        : what(plane) + " of the timestep";
  }

  private String name(Place place, String pass) {
    Buffers.Buffer buffer = compiled.buffers().all().get(place.buffer());
    return switch (buffer.kind()) {
      case STATE ->
          buffer.key() + (place.rows() == Place.Rows.BEFORE ? " before the timestep" : "");
      case STATE_COTANGENT -> "the cotangent of " + buffer.key();
      case OUTPUT_COTANGENT -> "the cotangent of the output";
      default -> pass.equals(BACKWARD) ? "cotangents" : "a value of the step";
    };
  }

  // ---- element-wise regions -------------------------------------------------------------------

  private static List<Region> regions(Program program) {
    List<Region> regions = new ArrayList<>();
    for (Program.Region region : program.regions()) {
      if (region.products()) {
        continue;
      }
      Set<Place> places = new HashSet<>();
      int count = 0;
      int width = 1;
      for (Instruction instruction : region.instructions()) {
        count += instruction instanceof MemoryInstruction ? 0 : 1;
        for (Place place : places(instruction)) {
          places.add(place);
          width = Math.max(width, place.width());
        }
      }
      if (count > 0) {
        regions.add(new Region(count, places.size(), width));
      }
    }
    return List.copyOf(regions);
  }

  /** What the loop computes over the positions of memories. */
  private List<PlanDescription.Memory> memories() {
    List<PlanDescription.Memory> all = new ArrayList<>();
    addMemories(all, FORWARD, compiled.forward());
    addMemories(all, BACKWARD, compiled.backward());
    return List.copyOf(all);
  }

  private static void addMemories(List<PlanDescription.Memory> all, String pass, Program program) {
    for (Program.Region region : program.regions()) {
      for (Instruction instruction : region.instructions()) {
        if (instruction instanceof MemoryInstruction memory) {
          MemoryProgram steps = memory.program();
          all.add(new PlanDescription.Memory(pass, steps.operations().size(), steps.width()));
        }
      }
    }
  }

  private static List<Place> places(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Unary it -> List.of(it.x(), it.y());
      case Instruction.Affine it -> List.of(it.x(), it.y());
      case Instruction.Binary it -> List.of(it.a(), it.b(), it.y());
      case Instruction.BinaryNumber it -> List.of(it.a(), it.y());
      case Instruction.BinaryVector it -> List.of(it.a(), it.vector(), it.y());
      case Instruction.BinaryColumn it -> List.of(it.a(), it.column(), it.y());
      case Instruction.MultiplyAdd it -> List.of(it.a(), it.b(), it.c(), it.y());
      case Instruction.Select it -> List.of(it.condition(), it.a(), it.b(), it.y());
      case Instruction.Row it -> List.of(it.x(), it.y());
      case Instruction.Repeat it -> List.of(it.x(), it.y());
      case Instruction.Fill it -> List.of(it.y());
      case Instruction.Spread it -> List.of(it.vector(), it.y());
      case Instruction.Copy it -> List.of(it.x(), it.y());
      default -> List.of();
    };
  }

  private static double elementwise(Program program) {
    double operations = 0;
    for (Program.Region region : program.regions()) {
      for (Instruction instruction : region.instructions()) {
        operations += elementwise(instruction);
      }
    }
    return operations;
  }

  private static double elementwise(Instruction instruction) {
    return switch (instruction) {
      case Instruction.MultiplyAdd it -> 2.0 * it.y().width();
      case Instruction.Row it -> it.x().width();
      case Instruction.Repeat it -> 0;
      case Instruction.Fill it -> 0;
      case Instruction.Spread it -> 0;
      case Instruction.Copy it -> 0;
      case Instruction.Products it -> it.bias() == null ? 0 : it.y().width();
      default -> places(instruction).isEmpty() ? 0 : places(instruction).getLast().width();
    };
  }

  private double hoistedVectors() {
    double operations = 0;
    for (Compiled.Hoisted hoisted : compiled.hoisted()) {
      operations += (double) hoisted.sum().vectors().size() * hoisted.sum().width();
    }
    return operations;
  }

  private double vectorGradients() {
    return compiled.sinks().vectors().stream().mapToDouble(sink -> sink.cotangent().width()).sum();
  }

  // ---- storage --------------------------------------------------------------------------------

  private static List<Values> values(List<Plane> planes) {
    Map<List<Object>, Integer> counts = new LinkedHashMap<>();
    for (Plane plane : planes) {
      counts.merge(List.of(what(plane), plane.width()), 1, Integer::sum);
    }
    List<Values> values = new ArrayList<>();
    counts.forEach((key, count) ->
        values.add(new Values((String) key.getFirst(), (Integer) key.getLast(), count)));
    values.sort((a, b) -> {
      int byName = a.what().compareTo(b.what());
      return byName != 0 ? byName : Integer.compare(a.width(), b.width());
    });
    return List.copyOf(values);
  }

  private static String what(Plane plane) {
    return switch (plane) {
      case Plane.Unary it -> words(it.function());
      case Plane.Binary it -> words(it.function());
      case Plane.Row it -> words(it.function());
      case Plane.Sum it ->
          it.products().isEmpty() && it.hoisted().isEmpty() ? "sum" : "pre-activation";
      case Plane.Affine it -> "affine";
      case Plane.MultiplyAdd it -> "multiply-add";
      case Plane.Select it -> "select";
      case Plane.Repeat it -> "repeat";
      case Plane.Columns it -> "columns";
      case Plane.Join it -> "join";
      case Plane.Before it -> "a value of x";
      case Plane.Vector it -> "vector";
      case Plane.State it -> it.name();
      case Plane.Constant it -> "constant";
      case Plane.SequenceMask it -> "mask";
      case Plane.Read it -> "read from a memory";
      case Plane.Remembered it -> "a vector of a memory";
      case Plane.OutputCotangent it -> "cotangent of the output";
      case Plane.StateCotangent it -> "cotangent of " + it.name();
    };
  }

  private static String words(Enum<?> function) {
    return function.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private long timestepFloats() {
    long floats = 0;
    for (Buffers.Buffer buffer : compiled.buffers().all()) {
      if (buffer.kind() == Buffers.Kind.TIMESTEPS || buffer.kind() == Buffers.Kind.STATE) {
        floats += buffer.width();
      }
    }
    return floats;
  }
}
