package dev.comporta.cells.plan.planes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The planes of a step, each only once, and those that move columns: parts of a row, joins, and
 * repetitions and sums along an axis of a row. A plane of numbers stays one.
 */
final class UniquePlanes {
  private final Map<List<Object>, Plane> known = new HashMap<>();
  private final IdentityHashMap<Plane, Integer> numbers = new IdentityHashMap<>();

  /** The unique plane for an operation: equal operations on identical operands share one plane. */
  Plane of(Plane plane) {
    List<Object> key = new ArrayList<>(attributes(plane));
    for (Plane operand : plane.operands()) {
      key.add(number(operand));
    }
    return known.computeIfAbsent(key, absent -> plane);
  }

  private Integer number(Plane plane) {
    return numbers.computeIfAbsent(plane, absent -> numbers.size());
  }

  private List<Object> attributes(Plane plane) {
    return switch (plane) {
      case Plane.Constant it -> List.of("number", it.value(), it.width());
      case Plane.Vector it -> List.of("vector", it.node().id(), it.from(), it.width());
      case Plane.SequenceMask it -> List.of("mask", it.node().id());
      case Plane.Before it -> List.of("before", it.node().id());
      case Plane.State it -> List.of("state", it.name());
      case Plane.OutputCotangent it -> List.of("output-cotangent");
      case Plane.StateCotangent it -> List.of("state-cotangent", it.name());
      case Plane.Sum it -> List.of("sum", number(it));
      case Plane.Unary it -> List.of("unary", it.function());
      case Plane.Affine it -> List.of("affine", it.scale(), it.shift());
      case Plane.Binary it -> List.of("binary", it.function(), it.width());
      case Plane.MultiplyAdd it -> List.of("multiply-add");
      case Plane.Select it -> List.of("select", it.width());
      case Plane.Row it -> List.of("row", it.function(), it.vectors());
      case Plane.Repeat it -> List.of("repeat", it.width());
      case Plane.Expand it -> List.of("expand", it.outer(), it.repeat(), it.inner());
      case Plane.Fold it -> List.of("fold", it.outer(), it.size(), it.inner());
      case Plane.Gather it -> List.of("gather", it.columns(), it.vectors());
      case Plane.Scatter it -> List.of("scatter", it.columns(), it.vectors(), it.size());
      case Plane.VectorProducts it -> List.of("vector-products", it.right(), it.vectors());
      case Plane.Columns it -> List.of("columns", it.parts(), it.from(), it.columns());
      case Plane.Join it -> List.of("join", it.parts());
      case Plane.Read it -> List.of("read", it.program().number());
      case Plane.Remembered it -> List.of("remembered", it.node().id());
    };
  }

  /** Whether a plane has an element of its own for each row and column. */
  static boolean isFull(Plane plane, int width) {
    return plane.width() == width
        && !(plane instanceof Plane.Constant)
        && !(plane instanceof Plane.Vector);
  }

  /** Whether all elements are one number. */
  static boolean isNumber(Plane plane, float value) {
    return plane instanceof Plane.Constant number && number.value() == value;
  }

  /** Expands a number, a vector or a column to a full plane. */
  Plane repeated(Plane plane, int width) {
    return isFull(plane, width) ? plane : of(new Plane.Repeat(plane, width));
  }

  /** Columns of a plane. */
  Plane part(Plane whole, int from, int width) {
    return width == whole.width() ? whole : parts(whole, 1, from, width);
  }

  /** The same columns of each of the equal parts of a row. */
  Plane parts(Plane x, int parts, int from, int columns) {
    return of(
        x instanceof Plane.Constant number
            ? new Plane.Constant(number.value(), parts * columns)
            : new Plane.Columns(x, parts, from, columns));
  }

  /** Concatenates planes part by part. */
  Plane join(List<Plane> planes, int parts) {
    List<Plane> full =
        planes.stream()
            .filter(plane -> plane.width() > 0)
            .map(plane -> repeated(of(plane), plane.width()))
            .toList();
    return full.size() == 1 ? full.getFirst() : of(new Plane.Join(full, parts));
  }

  /**
   * Repeats along the axes where the target is larger.
   *
   * @param sizes the sizes of the axes of a row of x
   * @param target those of the result, as many
   */
  Plane expanded(Plane x, int[] sizes, int[] target) {
    if (x instanceof Plane.Constant number) {
      return of(new Plane.Constant(number.value(), product(target, 0, target.length)));
    }
    Plane y = x;
    int end = target.length;
    while (end > 0) {
      int start = startOfStretched(sizes, target, end);
      if (start < end) {
        int outer = product(sizes, 0, start);
        int inner = product(target, end, target.length);
        y = of(new Plane.Expand(y, outer, product(target, start, end), inner));
      }
      end = Math.min(start, end - 1);
    }
    return y;
  }

  /**
   * Sums along the axes where the target has size 1.
   *
   * @param sizes the sizes of the axes of a row of x
   * @param target those of the result, as many
   */
  Plane folded(Plane x, int[] sizes, int[] target) {
    Plane y = repeated(x, x.width());
    int end = target.length;
    while (end > 0) {
      int start = startOfStretched(target, sizes, end);
      if (start < end) {
        int outer = product(sizes, 0, start);
        int inner = product(target, end, target.length);
        y = of(new Plane.Fold(y, outer, product(sizes, start, end), inner));
      }
      end = Math.min(start, end - 1);
    }
    return y;
  }

  /** Where the axes before one begin that have size 1 in one shape only. */
  private static int startOfStretched(int[] small, int[] large, int end) {
    int start = end;
    while (start > 0 && small[start - 1] == 1 && large[start - 1] != 1) {
      start--;
    }
    return start;
  }

  private static int product(int[] sizes, int from, int to) {
    int product = 1;
    for (int i = from; i < to; i++) {
      product *= sizes[i];
    }
    return product;
  }
}
