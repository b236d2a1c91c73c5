package dev.comporta.cells.plan.stream;

import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.UnaryFunction;
import dev.comporta.cells.plan.program.Bias;
import dev.comporta.cells.plan.program.Block;
import dev.comporta.cells.plan.program.Cursor;
import dev.comporta.cells.plan.program.Instruction;
import dev.comporta.cells.plan.program.Place;
import dev.comporta.cells.plan.program.Products;
import dev.comporta.cells.plan.program.Program;
import dev.comporta.cells.plan.program.Value;
import dev.comporta.tensor.TapeTensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Optimises a program for a single row. The planes of one row can be adjacent, so that products
 * with the same left operands are merged into one product that computes all their planes, and equal
 * functions of adjacent planes into one call. In small layers, calls dominate the cost of a step.
 */
final class RowFusion {
  /** Adjacent planes start at multiples of this many floats. */
  static final int ALIGNMENT = 16;

  private final TensorBackend backend;
  private final Function<Value, TapeTensor> values;

  /** Sequences of buffers that must be adjacent, in order. */
  private final List<List<Place>> runs = new ArrayList<>();

  private final Map<Integer, List<Place>> runOf = new HashMap<>();

  RowFusion(TensorBackend backend, Function<Value, TapeTensor> values) {
    this.backend = backend;
    this.values = values;
  }

  /** Sequences of buffers that the program expects to be adjacent. */
  List<List<Place>> runs() {
    return runs;
  }

  static int aligned(int width) {
    return (width + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  Program fuse(Program program) {
    Map<Place, UnaryFunction> readers = readers(program);
    List<Program.Region> regions = new ArrayList<>();
    for (Program.Region region : program.regions()) {
      List<Instruction> instructions =
          region.products()
              ? fuseProducts(region.instructions(), readers)
              : fuseFunctions(region.instructions());
      regions.add(new Program.Region(instructions, region.products(), region.width()));
    }
    return new Program(regions);
  }

  /** The function that first reads each place: a guess at which planes are best neighbours. */
  private static Map<Place, UnaryFunction> readers(Program program) {
    Map<Place, UnaryFunction> readers = new HashMap<>();
    for (Program.Region region : program.regions()) {
      for (Instruction instruction : region.instructions()) {
        if (instruction instanceof Instruction.Unary unary) {
          readers.putIfAbsent(unary.x(), unary.function());
        }
      }
    }
    return readers;
  }

  // ---- products -------------------------------------------------------------------------------

  /**
   * Products that read the same values become one, where the first of them stands. Whether two read
   * the same is a matter of values, not of places: a buffer that was written between holds another
   * value, and a product only moves ahead of instructions that have nothing to do with it.
   */
  private List<Instruction> fuseProducts(
      List<Instruction> instructions, Map<Place, UnaryFunction> readers) {
    List<Group> groups = new ArrayList<>();
    Set<Integer> results = new HashSet<>();
    for (Instruction instruction : instructions) {
      if (instruction instanceof Products products
          && isFusable(products)
          && results.add(products.y().buffer())) {
        groupFor(products, groups).products.add(products);
      } else {
        groups.add(new Group(instruction));
      }
    }
    return groups.stream().map(group -> fused(group, readers)).toList();
  }

  /** Products that become one, or another instruction. */
  private static final class Group {
    private final List<Products> products = new ArrayList<>();
    private final @Nullable Instruction other;

    private Group(@Nullable Instruction other) {
      this.other = other;
    }

    private List<? extends Instruction> all() {
      return other == null ? products : List.of(other);
    }

    /** Whether products must stay behind: their operands are made here, or their place is used. */
    private boolean holdsBack(Products later) {
      return all().stream()
          .anyMatch(instruction ->
              instruction.touches(later.y())
                  || later.reads().stream().anyMatch(instruction::writes));
    }
  }

  /**
   * The earlier products of the same values, or a group of their own. A place that was written
   * between holds another value, and products move ahead of what has nothing to do with them only.
   */
  private static Group groupFor(Products products, List<Group> groups) {
    for (Group group : groups.reversed()) {
      if (group.holdsBack(products)) {
        break;
      }
      if (group.other == null && group.products.getFirst().left().equals(products.left())) {
        return group;
      }
    }
    Group alone = new Group(null);
    groups.add(alone);
    return alone;
  }

  private boolean isFusable(Products products) {
    return !products.accumulate()
        && (products.y().rows() == Place.Rows.TILE || products.y().rows() == Place.Rows.TIMESTEP)
        && !runOf.containsKey(products.y().buffer());
  }

  private Instruction fused(Group group, Map<Place, UnaryFunction> readers) {
    if (group.other instanceof Products products) {
      return products.afterOthers();
    }
    if (group.other != null) {
      return group.other;
    }
    group.products.sort(
        Comparator.comparing(products -> {
          UnaryFunction function = readers.get(products.y());
          return function == null ? "" : function.name();
        }));
    return merged(group.products);
  }

  private Instruction merged(List<Products> group) {
    List<Place> results = group.stream().map(Products::y).toList();
    runs.add(results);
    results.forEach(place -> runOf.put(place.buffer(), results));
    int width = results.stream().mapToInt(place -> aligned(place.width())).sum();
    List<Place> left = group.getFirst().left();
    List<PackedMatrix> right = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      right.add(packed(group, i, left.get(i).width(), width));
    }
    return new Merged(
        left, right, backend.packed(0, width), bias(group, width), results.getFirst(), width);
  }

  /** The concatenated matrices of a group. */
  private PackedMatrix packed(List<Products> group, int operand, int k, int n) {
    float[] joined = new float[k * n];
    int column = 0;
    for (Products products : group) {
      Block block = products.right().get(operand);
      TapeTensor source = values.apply(block.value());
      int stride = source.shape().columns();
      int from = source.offset() + block.offset(stride);
      for (int row = 0; row < block.rows(); row++) {
        if (block.transposed()) {
          for (int j = 0; j < block.columns(); j++) {
            joined[row * n + column + j] = source.data()[from + j * stride + row];
          }
        } else {
          int at = from + row * stride;
          System.arraycopy(source.data(), at, joined, row * n + column, block.columns());
        }
      }
      column += aligned(block.columns());
    }
    return backend.packFrozen(k, n, false, joined, 0, n);
  }

  private float[] bias(List<Products> group, int width) {
    float[] joined = new float[width];
    int column = 0;
    for (Products products : group) {
      Bias vector = products.biasVector();
      if (vector != null) {
        TapeTensor source = values.apply(vector.vector());
        System.arraycopy(
            source.data(), source.offset() + vector.from(), joined, column, vector.width());
      }
      column += aligned(products.y().width());
    }
    return joined;
  }

  /** {@code y = bias + sum of left x right} for one row and several adjacent planes. */
  @SuppressWarnings("ArrayRecordComponent") // created once and never compared
  record Merged(
      List<Place> left,
      List<PackedMatrix> right,
      PackedMatrix empty,
      float[] bias,
      Place y,
      int width)
      implements Instruction {
    /** Calls the kernel once for each operand, with sums of no terms. */
    void touch(Cursor cursor) {
      for (int i = 0; i < left.size(); i++) {
        cursor
            .backend()
            .multiplyPacked(
                false,
                false,
                1,
                bias,
                0,
                0,
                empty,
                bias,
                0,
                false,
                cursor.array(y),
                cursor.at(y, 0),
                width);
      }
    }

    @Override
    public Resolved resolve(Cursor cursor) {
      RowSum sum = RowSum.of(cursor, left, right, y, width);
      return () -> sum.compute(bias, 0);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      resolve(cursor).run();
    }
  }

  /**
   * The same, starting from partial sums that were computed for all timesteps; see {@link
   * Cursor#prepared}.
   */
  record Continued(List<Place> left, List<PackedMatrix> right, int column, Place y, int width)
      implements Instruction {
    @Override
    public Resolved resolve(Cursor cursor) {
      if (left.isEmpty()) {
        float[] sums = cursor.array(y);
        int at = cursor.at(y, 0);
        return () ->
            System.arraycopy(cursor.prepared(), cursor.preparedAt() + column, sums, at, width);
      }
      RowSum sum = RowSum.of(cursor, left, right, y, width);
      return () -> sum.compute(cursor.prepared(), cursor.preparedAt() + column);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      resolve(cursor).run();
    }
  }

  /** A sum of products for one row, with its places. */
  @SuppressWarnings("ArrayRecordComponent") // created once and never compared
  private record RowSum(
      TensorBackend backend,
      float[][] left,
      int[] leftAt,
      PackedMatrix[] right,
      float[] y,
      int yAt,
      int width) {
    static RowSum of(
        Cursor cursor, List<Place> left, List<PackedMatrix> right, Place y, int width) {
      Cursor whole = cursor.whole();
      int count = left.size();
      float[][] arrays = new float[count][];
      int[] starts = new int[count];
      for (int i = 0; i < count; i++) {
        arrays[i] = whole.array(left.get(i));
        starts[i] = whole.at(left.get(i), 0);
      }
      return new RowSum(
          cursor.backend(),
          arrays,
          starts,
          right.toArray(PackedMatrix[]::new),
          cursor.array(y),
          cursor.at(y, 0),
          width);
    }

    /** Computes the sum from {@code width} numbers of an array on. */
    void compute(float[] start, int startAt) {
      for (int i = 0; i < left.length; i++) {
        backend.multiplyPacked(
            false,
            false,
            1,
            left[i],
            leftAt[i],
            0, // the stride between rows, of which there is one
            right[i],
            i == 0 ? start : null,
            startAt,
            i > 0,
            y,
            yAt,
            width);
      }
    }
  }

  // ---- functions ------------------------------------------------------------------------------

  private List<Instruction> fuseFunctions(List<Instruction> instructions) {
    List<Instruction> fused = new ArrayList<>(instructions);
    for (int i = 0; i < fused.size(); i++) {
      if (fused.get(i) instanceof Instruction.Unary first && isInPlace(first)) {
        List<Place> covered = new ArrayList<>(List.of(first.x()));
        for (int j = i + 1; j < fused.size(); j++) {
          if (fused.get(j) instanceof Instruction.Unary next
              && isInPlace(next)
              && next.function() == first.function()
              && covered.stream().noneMatch(next.x()::overlaps) // else f(f(x)) would become f(x)
              && isUntouched(fused.subList(i, j), next.x())
              && areNeighbours(covered, next.x())) {
            covered.add(next.x());
            fused.remove(j);
            j--;
          }
        }
        if (covered.size() > 1) {
          fused.set(i, over(first.function(), covered));
        }
      }
    }
    return fused;
  }

  private static boolean isInPlace(Instruction.Unary unary) {
    return unary.x().equals(unary.y()) && unary.x().rows() == Place.Rows.TILE;
  }

  /**
   * Whether no instruction reads or writes the place, so that a later one that works in it may move
   * before them.
   */
  private static boolean isUntouched(List<Instruction> instructions, Place place) {
    for (Instruction instruction : instructions) {
      if (instruction.touches(place)) {
        return false;
      }
    }
    return true;
  }

  private boolean areNeighbours(List<Place> covered, Place next) {
    List<Place> run = runOf.get(next.buffer());
    if (run == null) {
      return false;
    }
    int at = run.indexOf(next);
    for (Place place : covered) {
      int other = run.indexOf(place);
      if (other >= 0 && Math.abs(other - at) == 1) {
        return true;
      }
    }
    return false;
  }

  /** One call over all planes from the first to the last, including everything between them. */
  private Instruction over(UnaryFunction function, List<Place> covered) {
    List<Place> run = runOf.get(covered.getFirst().buffer());
    List<Place> sorted = new ArrayList<>(covered);
    if (run != null) {
      sorted.sort(Comparator.comparingInt(run::indexOf));
    }
    int width = 0;
    for (Place place : sorted.subList(0, sorted.size() - 1)) {
      width += aligned(place.width());
    }
    width += sorted.getLast().width();
    Place first = sorted.getFirst();
    Place wide = new Place(first.buffer(), first.rows(), width, 0);
    return new Instruction.Unary(function, wide, wide);
  }
}
