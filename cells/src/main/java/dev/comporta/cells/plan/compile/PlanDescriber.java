package dev.comporta.cells.plan.compile;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.cells.explain.PlanDescription;
import dev.comporta.cells.explain.PlanDescription.MergedProducts;
import dev.comporta.cells.explain.PlanDescription.Operations;
import dev.comporta.cells.explain.PlanDescription.Region;
import dev.comporta.cells.explain.PlanDescription.Values;
import dev.comporta.cells.plan.memory.MemoryInstruction;
import dev.comporta.cells.plan.memory.MemoryProgram;
import dev.comporta.cells.plan.planes.Plane;
import dev.comporta.cells.plan.program.Block;
import dev.comporta.cells.plan.program.Buffer;
import dev.comporta.cells.plan.program.Compiled;
import dev.comporta.cells.plan.program.Instruction;
import dev.comporta.cells.plan.program.Place;
import dev.comporta.cells.plan.program.Products;
import dev.comporta.cells.plan.program.Program;
import dev.comporta.cells.plan.program.Rearrangement;
import dev.comporta.cells.plan.program.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Creates the description of a compiled step. */
final class PlanDescriber {
  private static final String FORWARD = "forward";
  private static final String BACKWARD = "backward";

  private final Storage storage;
  private final Program forward;
  private final Program backward;
  private final List<Compiled.Hoisted> hoisted;
  private final GradientPlanes gradients;
  private final List<Plane> saved;
  private final List<Plane> recomputed;

  PlanDescriber(
      Storage storage,
      Program forward,
      Program backward,
      List<Compiled.Hoisted> hoisted,
      GradientPlanes gradients,
      List<Plane> saved,
      List<Plane> recomputed) {
    this.storage = storage;
    this.forward = forward;
    this.backward = backward;
    this.hoisted = hoisted;
    this.gradients = gradients;
    this.saved = saved;
    this.recomputed = recomputed;
  }

  PlanDescription describe(boolean inputGradient) {
    List<MergedProducts> before = hoisted();
    List<MergedProducts> there = merged(forward, FORWARD);
    List<MergedProducts> back = merged(backward, BACKWARD);
    List<MergedProducts> weights = weightGradients();
    List<MergedProducts> merged = new ArrayList<>(there);
    merged.addAll(back);
    return new PlanDescription(
        before,
        List.copyOf(merged),
        memories(),
        regions(forward),
        regions(backward),
        values(saved),
        values(recomputed),
        weights,
        new Operations(
            operations(before) + operations(there), elementwise(forward) + hoistedVectors()),
        new Operations(
            operations(back) + operations(weights) + (inputGradient ? inputGradients() : 0),
            elementwise(backward) + vectorGradients()),
        timestepFloats());
  }

  private static double operations(List<MergedProducts> products) {
    return products.stream().mapToDouble(MergedProducts::operations).sum();
  }

  // ---- products -------------------------------------------------------------------------------

  private List<MergedProducts> hoisted() {
    Groups groups = new Groups(FORWARD);
    for (Compiled.Hoisted sum : hoisted) {
      for (Compiled.HoistedProduct product : sum.products()) {
        groups.add(product.left(), name(product.left()), product.right(), 1);
      }
    }
    return groups.all();
  }

  private List<MergedProducts> weightGradients() {
    Groups groups = new Groups(BACKWARD);
    for (GradientPlanes.Hoisted sink : gradients.hoisted()) {
      Value left = storage.values().of(sink.left());
      groups.add(left, name(left), storage.block(sink.right()), 1);
    }
    for (GradientPlanes.Weight sink : gradients.weights()) {
      groups.add(sink.left(), name(sink.left()), storage.block(sink.right()), sink.vectors());
    }
    return groups.all();
  }

  private double inputGradients() {
    double operations = 0;
    for (GradientPlanes.Hoisted sink : gradients.hoisted()) {
      operations += 2.0 * sink.right().rows() * sink.right().columns();
    }
    return operations;
  }

  private List<MergedProducts> merged(Program program, String pass) {
    List<MergedProducts> all = new ArrayList<>();
    for (Program.Region region : program.regions()) {
      Groups groups = new Groups(pass);
      for (Instruction instruction : region.instructions()) {
        if (instruction instanceof Products products) {
          if (Set.copyOf(products.left()).size() > 1) {
            all.add(summed(products, pass));
          } else {
            Place left = products.left().getFirst();
            products.right().forEach(block -> groups.add(left, name(left, pass), block, 1));
          }
        } else if (instruction instanceof Rearrangement.VectorProducts products) {
          Place left = products.x();
          groups.add(left, name(left, pass), products.right(), products.vectors());
        }
      }
      all.addAll(groups.all());
    }
    return all;
  }

  private MergedProducts summed(Products products, String pass) {
    int inner = products.right().stream().mapToInt(Block::rows).max().orElse(0);
    List<Integer> columns = products.right().stream().map(Block::columns).toList();
    List<String> names = products.left().stream().map(left -> name(left, pass)).distinct().toList();
    List<String> right = products.right().stream().map(PlanDescriber::name).toList();
    return new MergedProducts(pass, String.join(", ", names), right, inner, columns, true);
  }

  /** Groups products by their left operand. */
  private static final class Groups {
    private record Group(Object left, int inner) {}

    private record Use(Block block, int vectors) {
      String name() {
        String matrix = PlanDescriber.name(block);
        return vectors == 1 ? matrix : formatted("%s for each of %d vectors", matrix, vectors);
      }

      int columns() {
        return vectors * block.columns();
      }
    }

    private final String pass;
    private final Map<Group, List<Use>> uses = new LinkedHashMap<>();
    private final Map<Group, String> names = new LinkedHashMap<>();

    Groups(String pass) {
      this.pass = pass;
    }

    void add(Object left, String name, Block block, int vectors) {
      Group group = new Group(left, block.rows());
      names.put(group, name);
      uses.computeIfAbsent(group, absent -> new ArrayList<>()).add(new Use(block, vectors));
    }

    List<MergedProducts> all() {
      List<MergedProducts> all = new ArrayList<>();
      uses.forEach((group, each) ->
          all.add(
              new MergedProducts(
                  pass,
                  names.getOrDefault(group, ""),
                  each.stream().map(Use::name).toList(),
                  group.inner(),
                  each.stream().map(Use::columns).toList(),
                  false)));
      return List.copyOf(all);
    }
  }

  /** The name of a block's matrix. */
  private static String name(Block block) {
    String label = block.value().source().label();
    return block.value().source() instanceof Value.Parameter
        ? label
        : "a value of parameters (" + label + ")";
  }

  private static String name(Value value) {
    return value.isInput() ? "x" : "a value of x (" + value.source().label() + ")";
  }

  private static String name(Plane plane) {
    return plane instanceof Plane.State state
        ? state.name() + " before the timestep"
        : what(plane) + " of the timestep";
  }

  private String name(Place place, String pass) {
    return switch (storage.buffers().all().get(place.buffer())) {
      case Buffer.State it ->
          it.name() + (place.rows() == Place.Rows.BEFORE ? " before the timestep" : "");
      case Buffer.StateCotangent it -> "the cotangent of " + it.name();
      case Buffer.OutputCotangent _ -> "the cotangent of the output";
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
      Set<Place> touched = new HashSet<>();
      int count = 0;
      int width = 1;
      for (Instruction instruction : region.instructions()) {
        count += instruction instanceof MemoryInstruction ? 0 : 1;
        if (instruction instanceof Instruction.ToOnePlace one) {
          for (Place place : places(one)) {
            touched.add(place);
            width = Math.max(width, place.width());
          }
        }
      }
      if (count > 0) {
        regions.add(new Region(count, touched.size(), width));
      }
    }
    return List.copyOf(regions);
  }

  /** What the loop computes over the positions of memories. */
  private List<PlanDescription.Memory> memories() {
    List<PlanDescription.Memory> all = new ArrayList<>();
    addMemories(all, FORWARD, forward);
    addMemories(all, BACKWARD, backward);
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

  private static List<Place> places(Instruction.ToOnePlace instruction) {
    List<Place> all = new ArrayList<>(instruction.reads());
    all.add(instruction.y());
    return all;
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
      case Rearrangement.Fold it -> it.x().width();
      case Rearrangement.Scatter it -> it.x().width();
      case Products it -> it.bias() == null ? 0 : it.y().width();
      case Rearrangement.Expand _,
          Instruction.Fill _,
          Instruction.Spread _,
          Rearrangement.Copy _,
          Rearrangement.Gather _,
          Rearrangement.VectorProducts _ ->
          0;
      case Instruction.ToOnePlace it -> it.y().width();
      default -> 0;
    };
  }

  private double hoistedVectors() {
    double operations = 0;
    for (Compiled.Hoisted sum : hoisted) {
      operations += (double) sum.vectors().size() * sum.width();
    }
    return operations;
  }

  private double vectorGradients() {
    return gradients.vectors().stream()
        .mapToDouble(sink -> (sink.factor() == null ? 1.0 : 2.0) * sink.cotangent().width())
        .sum();
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
      case Plane.Expand it -> "expand";
      case Plane.Fold it -> "sum along an axis";
      case Plane.Gather it -> "gather";
      case Plane.Scatter it -> "scatter";
      case Plane.VectorProducts it -> "products of several vectors";
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
    for (Buffer buffer : storage.buffers().all()) {
      if (buffer instanceof Buffer.Timesteps || buffer instanceof Buffer.State) {
        floats += buffer.width();
      }
    }
    return floats;
  }
}
