package dev.comporta.cells.plan.run;

import dev.comporta.api.cell.Memory;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.plan.program.MemorySpec;
import dev.comporta.cells.plan.program.Reach;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The memories of a run, with rows in the order of the run. */
public final class Memories {
  private final Tape tape;
  private final RowLayout rows;
  private final Map<String, Memory> given;
  private final int[] sizes;
  private final int[] @Nullable [] lengths;

  public Memories(Tape tape, List<MemorySpec> specs, Map<String, Memory> given, RowLayout rows) {
    this.tape = tape;
    this.rows = rows;
    this.given = given;
    int axes = specs.stream().mapToInt(spec -> spec.axis() + 1).max().orElse(0);
    this.sizes = new int[Math.max(0, axes)];
    this.lengths = new int[sizes.length][];
    for (MemorySpec spec : specs) {
      if (spec.axis() >= 0) {
        Memory memory = known(spec.name());
        sizes[spec.axis()] = memory.values().shape().size(1);
        lengths[spec.axis()] = ordered(memory.lengths());
      }
    }
  }

  /** No memories. */
  public static Memories none(Tape tape, RowLayout rows) {
    return new Memories(tape, List.of(), Map.of(), rows);
  }

  private Memory known(String name) {
    Memory memory = given.get(name);
    if (memory == null) {
      throw new IllegalStateException("no memory " + name);
    }
    return memory;
  }

  private int @Nullable [] ordered(int @Nullable [] each) {
    if (each == null) {
      return null;
    }
    int[] ordered = new int[each.length];
    for (int place = 0; place < each.length; place++) {
      ordered[place] = each[rows.rowAt(place)];
    }
    return ordered;
  }

  /** The positions of the memories. */
  public Reach reach() {
    return sizes.length == 0 ? Reach.NONE : new Reach(sizes, lengths);
  }

  TapeTensor values(String name) {
    Tensor values = known(name).values();
    if (rows.keepsPlaces()) {
      return (TapeTensor) values;
    }
    Shape shape = values.shape();
    int[] order = new int[rows.batch()];
    for (int place = 0; place < order.length; place++) {
      order[place] = rows.rowAt(place);
    }
    Tensor table = values.apply(new Op.Reshape(Shape.of(shape.size(0), rowCount(shape))));
    Tensor sorted = table.apply(new Op.Gather(new Ids(order.length, 1, order)));
    return (TapeTensor) sorted.apply(new Op.Reshape(shape));
  }

  private static int rowCount(Shape shape) {
    return shape.size(0) == 0 ? 0 : shape.count() / shape.size(0);
  }

  TapeTensor mask(int axis) {
    int[] each = lengths[axis];
    if (each == null) {
      throw new IllegalStateException("no padding on axis " + axis);
    }
    return MemoryMasks.of(tape, each, sizes[axis]);
  }

  /** The number of positions of each axis. */
  int[] sizes() {
    return sizes;
  }
}
