package dev.comporta.api.tensor;

import static dev.comporta.api.Formatting.formatted;

import java.util.List;
import java.util.Locale;

/** The shape rules of {@link Op}, with messages that name the wrong axis. */
final class Shapes {
  private Shapes() {}

  static String lower(Enum<?> function) {
    return function.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Shape product(Shape a, boolean transposeA, Shape b, boolean transposeB) {
    int inner = transposeA ? a.rows() : a.columns();
    int other = transposeB ? b.columns() : b.rows();
    int n = transposeB ? b.rows() : b.columns();
    if (inner != other) {
      throw new ShapeException(
          formatted(
              "[matmul] expected a right operand of %d %s but got %s%s x %s%s (%d against %d); is the input size right?",
              inner,
              transposeB ? "columns" : "rows",
              a,
              transposeA ? " transposed" : "",
              b,
              transposeB ? " transposed" : "",
              inner,
              other));
    }
    if (transposeA || a.rank() < 2) {
      return transposeA ? Shape.of(a.columns(), n) : Shape.of(n);
    }
    int[] sizes = a.sizes();
    sizes[sizes.length - 1] = n;
    return Shape.of(sizes);
  }

  static void requireStretches(Shape small, Shape large, String operation) {
    boolean fits = small.rank() <= large.rank();
    for (int i = 1; fits && i <= small.rank(); i++) {
      fits = small.size(-i) == large.size(-i) || small.size(-i) == 1;
    }
    if (!fits) {
      throw new ShapeException(
          formatted(
              "[%s] expected sizes that are equal or 1, aligned at the last axis, but %s does not broadcast to %s",
              operation, small, large));
    }
  }

  static void requireSameCount(Shape a, Shape b, String operation) {
    if (a.count() != b.count()) {
      throw new ShapeException(
          formatted(
              "[%s] expected a shape of %d elements like %s but got %s with %d",
              operation, a.count(), a, b, b.count()));
    }
  }

  static Shape labelled(Shape logits, Ids labels) {
    if (logits.rows() != labels.count()) {
      throw new ShapeException(
          formatted(
              "[cross-entropy] expected %d labels, one for each row of %s, but got %d",
              logits.rows(), logits, labels.count()));
    }
    return Shape.of(logits.rows());
  }

  static Shape sliced(Shape x, int axis, int from, int to) {
    int size = x.size(axis);
    if (from < 0 || to < from || to > size) {
      throw new ShapeException(
          formatted(
              "[slice] expected a range inside 0 .. %d of axis %d of %s but got %d .. %d",
              size, axis, x, from, to));
    }
    return x.with(axis, to - from);
  }

  static Shape padded(Shape x, int axis, int from, int size) {
    if (from < 0 || from + x.size(axis) > size) {
      throw new ShapeException(
          formatted(
              "[pad] expected %s to fit into size %d along axis %d but it starts at index %d",
              x, size, axis, from));
    }
    return x.with(axis, size);
  }

  static Shape joined(List<Shape> shapes, int axis) {
    Shape first = shapes.getFirst();
    int total = 0;
    for (Shape shape : shapes) {
      if (shape.rank() != first.rank() || !shape.with(axis, 0).equals(first.with(axis, 0))) {
        throw new ShapeException(
            formatted(
                "[concat] expected operands that differ only in axis %d but got %s and %s",
                axis, first, shape));
      }
      total += shape.size(axis);
    }
    return first.with(axis, total);
  }

  static Shape swapped(Shape x) {
    if (x.rank() < 2) {
      throw new ShapeException("[swap-leading] expected two axes or more but got " + x);
    }
    int[] sizes = x.sizes();
    int first = sizes[0];
    sizes[0] = sizes[1];
    sizes[1] = first;
    return Shape.of(sizes);
  }

  static Shape gathered(Shape table, Ids ids) {
    if (table.rank() != 2) {
      throw new ShapeException("[gather] expected a table [vocabulary, features] but got " + table);
    }
    return Shape.of(ids.timesteps(), ids.batch(), table.columns());
  }

  static void requireColumns(Ids columns, int size, String operation) {
    for (int i = 0; i < columns.count(); i++) {
      if (columns.values()[i] >= size) {
        throw new ShapeException(
            formatted(
                "[%s] expected numbers below %d, the size of the last axis, but got %d",
                operation, size, columns.values()[i]));
      }
    }
  }
}
