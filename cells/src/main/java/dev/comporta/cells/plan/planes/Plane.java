package dev.comporta.cells.plan.planes;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.UnaryFunction;
import dev.comporta.cells.plan.memory.MemoryProgram;
import dev.comporta.cells.plan.program.RowFunction;
import dev.comporta.cells.plan.trace.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * A value of the planned step: a block of columns that is stored separately, so that the rows of a
 * tile are contiguous. Each gate of a packed pre-activation becomes one plane. Planes are compared
 * by identity; {@link PlaneSplitter} creates equal planes only once.
 */
public sealed interface Plane {
  /** The number of columns. */
  int width();

  /** The planes that this one is computed from inside the loop. */
  List<Plane> operands();

  /** A value that is not computed in the loop. */
  sealed interface Leaf extends Plane {
    @Override
    default List<Plane> operands() {
      return List.of();
    }
  }

  /** A value that is computed from one other. */
  sealed interface OfOne extends Plane {
    /** The other. */
    Plane x();

    @Override
    default List<Plane> operands() {
      return List.of(x());
    }
  }

  /** A value whose elements come from other columns: it cannot be stored in place of an operand. */
  sealed interface Rearranged extends Plane {}

  /** A number for all rows and columns. */
  record Constant(float value, int width) implements Leaf {}

  /** Columns of a parameter vector, the same for all rows. */
  record Vector(Node node, int from, int width) implements Leaf {}

  /** A mask with one row per sequence. */
  record SequenceMask(Node node, int width) implements Leaf {}

  /** A value of every timestep that was computed before the loop. */
  record Before(Node node, int width) implements Leaf {}

  /** A part of the state before the timestep. */
  record State(String name, int width) implements Leaf {}

  /** The cotangent of the output. */
  record OutputCotangent(int width) implements Leaf {}

  /** The cotangent of a part of the state after the timestep, from the next timestep. */
  record StateCotangent(String name, int width) implements Leaf {}

  /**
   * A block of the right operand of a product.
   *
   * @param node a matrix that depends on parameters only
   * @param transposed whether the product uses its transpose
   * @param row the first row of the block, in the product's orientation
   * @param rows rows of the block
   * @param column the first column of the block, in the product's orientation
   * @param columns columns of the block
   */
  record Block(Node node, boolean transposed, int row, int rows, int column, int columns) {}

  /** A product inside the loop: the rows of a plane times a block of a matrix. */
  record Product(Plane left, Block right) {}

  /**
   * A hoisted product for all timesteps at once: a value that depends on inputs only, times a
   * block.
   */
  record HoistedProduct(Node left, Block right) {}

  /**
   * A sum with products in it.
   *
   * @param hoisted the products that are computed before the loop
   * @param vectors the parameter vectors, added before the loop if there are hoisted products
   * @param products the products inside the loop
   * @param others the other summands
   * @param width the number of columns
   */
  record Sum(
      List<HoistedProduct> hoisted,
      List<Vector> vectors,
      List<Product> products,
      List<Plane> others,
      int width)
      implements Plane {
    @Override
    public List<Plane> operands() {
      List<Plane> all = new ArrayList<>(others);
      products.forEach(product -> all.add(product.left()));
      return all;
    }
  }

  /** A function of each element. */
  record Unary(UnaryFunction function, Plane x) implements OfOne {
    @Override
    public int width() {
      return x.width();
    }
  }

  /** {@code scale * x + shift}. */
  record Affine(float scale, float shift, Plane x) implements OfOne {
    @Override
    public int width() {
      return x.width();
    }
  }

  /** A function of two aligned elements; an operand of width 1 is repeated along the row. */
  record Binary(BinaryFunction function, Plane a, Plane b, int width) implements Plane {
    @Override
    public List<Plane> operands() {
      return List.of(a, b);
    }
  }

  /** {@code a * b + c}, all of full width. */
  record MultiplyAdd(Plane a, Plane b, Plane c) implements Plane {
    @Override
    public int width() {
      return c.width();
    }

    @Override
    public List<Plane> operands() {
      return List.of(a, b, c);
    }
  }

  /** The second operand where the first is nonzero, otherwise the third. */
  record Select(Plane condition, Plane a, Plane b, int width) implements Plane {
    @Override
    public List<Plane> operands() {
      return List.of(condition, a, b);
    }
  }

  /**
   * The concatenated rows that a memory program computes.
   *
   * @param program the program
   * @param inputs the planes that it reads
   * @param before the programs that must run first
   */
  record Read(MemoryProgram program, List<Plane> inputs, List<Plane> before) implements Plane {
    @Override
    public int width() {
      return program.width();
    }

    @Override
    public List<Plane> operands() {
      List<Plane> all = new ArrayList<>(inputs);
      all.addAll(before);
      return all;
    }
  }

  /** A vector per row of the batch that depends on memories only. */
  record Remembered(Node node, int width) implements Leaf {}

  /** A row function of each of the vectors that a row consists of. */
  record Row(RowFunction function, Plane x, int vectors) implements OfOne {
    @Override
    public int width() {
      return function.reduces() ? vectors : x.width();
    }
  }

  /** One number per row, repeated along the row. */
  record Repeat(Plane x, int width) implements OfOne {}

  /** {@code y[o, r, i] = x[o, i]}: repeats along an axis of the rows. */
  record Expand(Plane x, int outer, int repeat, int inner) implements OfOne, Rearranged {
    @Override
    public int width() {
      return outer * repeat * inner;
    }
  }

  /** {@code y[o, i] = sum over r of x[o, r, i]}: sums along an axis of the rows. */
  record Fold(Plane x, int outer, int size, int inner) implements OfOne, Rearranged {
    @Override
    public int width() {
      return outer * inner;
    }
  }

  /** {@code y[i] = x[columns[i]]} for each of the vectors of a row, or 0 for a negative number. */
  record Gather(Plane x, Ids columns, int vectors) implements OfOne, Rearranged {
    @Override
    public int width() {
      return vectors * columns.count();
    }
  }

  /** {@code y[columns[i]] += x[i]} for each of the vectors of a row: what reverses a gather. */
  record Scatter(Plane x, Ids columns, int vectors, int size) implements OfOne, Rearranged {
    @Override
    public int width() {
      return vectors * size;
    }
  }

  /** The product of each of the vectors of a row with a matrix. */
  record VectorProducts(Plane x, Block right, int vectors) implements OfOne, Rearranged {
    @Override
    public int width() {
      return vectors * right.columns();
    }
  }

  /** A copy of the same columns of each of the equal parts of a row. */
  record Columns(Plane x, int parts, int from, int columns) implements OfOne, Rearranged {
    @Override
    public int width() {
      return parts * columns;
    }
  }

  /** Concatenates planes part by part: the first part of each, then the second, and so on. */
  record Join(List<Plane> of, int parts) implements Rearranged {
    @Override
    public int width() {
      return of.stream().mapToInt(Plane::width).sum();
    }

    @Override
    public List<Plane> operands() {
      return of;
    }
  }
}
