package dev.comporta.onnx;

import dev.comporta.onnx.value.OnnxTensor;
import java.util.Arrays;
import java.util.function.DoublePredicate;
import java.util.function.ToDoubleFunction;

/** A value of a random graph as its definition: a number in double precision for each index. */
record Defined(String name, int[] sizes, double[] values) {
  static Defined of(String name, int[] sizes, ToDoubleFunction<int[]> element) {
    double[] values = new double[(int) OnnxTensor.count(sizes)];
    int[] index = new int[sizes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = element.applyAsDouble(index);
      for (int axis = sizes.length - 1; axis >= 0 && ++index[axis] == sizes[axis]; axis--) {
        index[axis] = 0;
      }
    }
    return new Defined(name, sizes, values);
  }

  int rank() {
    return sizes.length;
  }

  int size(int axis) {
    return sizes[axis];
  }

  double at(int... index) {
    int place = 0;
    for (int axis = 0; axis < sizes.length; axis++) {
      place = place * sizes[axis] + index[axis];
    }
    return values[place];
  }

  /** With an index of a larger shape, as broadcasting reads it. */
  double broadcast(int[] index) {
    int[] own = new int[sizes.length];
    for (int axis = 0; axis < sizes.length; axis++) {
      own[axis] = sizes[axis] == 1 ? 0 : index[index.length - sizes.length + axis];
    }
    return at(own);
  }

  boolean all(DoublePredicate property) {
    return Arrays.stream(values).allMatch(property);
  }

  /** Sizes, or an index, with another number at one axis. */
  static int[] with(int[] sizes, int axis, int size) {
    int[] changed = sizes.clone();
    changed[axis] = size;
    return changed;
  }

  /** Sizes, or an index, without one axis. */
  static int[] without(int[] index, int axis) {
    int[] rest = new int[index.length - 1];
    for (int i = 0; i < rest.length; i++) {
      rest[i] = index[i < axis ? i : i + 1];
    }
    return rest;
  }

  /** Sizes, or an index, with one more axis. */
  static int[] inserted(int[] index, int axis, int size) {
    int[] more = new int[index.length + 1];
    System.arraycopy(index, 0, more, 0, axis);
    more[axis] = size;
    System.arraycopy(index, axis, more, axis + 1, index.length - axis);
    return more;
  }
}
