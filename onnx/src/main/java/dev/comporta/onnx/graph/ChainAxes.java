package dev.comporta.onnx.graph;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.onnx.value.OnnxTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The axes of the value that a chain passes from layer to layer. */
final class ChainAxes {
  /** What an axis is. */
  enum Axis {
    /** Batch or time, not known yet. */
    FIRST,
    /** The other one. */
    SECOND,
    BATCH,
    TIME,
    FEATURES,
    DIRECTIONS,
    ONE
  }

  private List<Axis> axes;
  private int directions = 1;
  private int width;

  /**
   * The axes of an input.
   *
   * @param width the number of features; 0 for ids, -1 if the file does not declare it
   */
  ChainAxes(int width) {
    this.width = width;
    this.axes = new ArrayList<>(List.of(Axis.FIRST, Axis.SECOND));
    if (width != 0) {
      axes.add(Axis.FEATURES);
    }
  }

  int rank() {
    return axes.size();
  }

  Axis get(int axis) {
    return axes.get(axis);
  }

  /** The axes of what a layer returns. */
  void become(int featureCount, int directionCount, Axis... all) {
    axes = new ArrayList<>(Arrays.asList(all));
    width = featureCount;
    directions = directionCount;
  }

  /** The number of features of each direction; -1 if it is not known. */
  int width() {
    return width;
  }

  void width(int features) {
    width = features;
  }

  boolean ids() {
    return !axes.contains(Axis.FEATURES);
  }

  /** Whether the features are the last axis. */
  boolean endsWithFeatures() {
    return !axes.isEmpty() && axes.getLast() == Axis.FEATURES;
  }

  /** Whether the value is what our layers return: at most batch, time and features. */
  boolean isPlain() {
    return endsWithFeatures() && !(directions == 2 && axes.contains(Axis.DIRECTIONS));
  }

  private boolean isSingle(Axis axis) {
    return axis == Axis.ONE || (axis == Axis.DIRECTIONS && directions == 1);
  }

  /** An axis counted from 0; -1 if there is none. */
  int at(long axis) {
    return axis < -axes.size() || axis >= axes.size()
        ? -1
        : (int) (axis < 0 ? axis + axes.size() : axis);
  }

  void addFeatures(int features) {
    axes.add(Axis.FEATURES);
    width = features;
  }

  void single(int axis) {
    axes.set(axis, Axis.ONE);
  }

  void remove(int axis) {
    axes.remove(axis);
  }

  boolean isSingle(int axis) {
    return isSingle(axes.get(axis));
  }

  /** Turns the axes; the problem, or null. */
  @Nullable String transpose(int[] order) {
    int rank = axes.size();
    int[] turned =
        order.length == 0 ? IntStream.range(0, rank).map(i -> rank - 1 - i).toArray() : order;
    int[] sorted = Arrays.stream(turned).sorted().toArray();
    if (!Arrays.equals(sorted, IntStream.range(0, rank).toArray())) {
      return formatted("has the order %s for %d axes", Arrays.toString(order), rank);
    }
    List<Axis> before = axes;
    axes = new ArrayList<>(Arrays.stream(turned).mapToObj(before::get).toList());
    return null;
  }

  /** Removes axes, or all of size 1; the problem, or null. */
  @Nullable String squeeze(long[] gone) {
    boolean[] removed = new boolean[axes.size()];
    for (long axis : gone) {
      int at = at(axis);
      if (at < 0 || removed[at] || !isSingle(at)) {
        return formatted(
            "removes the axes %s; expected different axes of size 1", Arrays.toString(gone));
      }
      removed[at] = true;
    }
    List<Axis> kept = new ArrayList<>();
    for (int i = 0; i < axes.size(); i++) {
      if (!(gone.length == 0 ? isSingle(i) : removed[i])) {
        kept.add(axes.get(i));
      }
    }
    axes = kept;
    return null;
  }

  /** Adds axes of size 1; the problem, or null. */
  @Nullable String unsqueeze(long[] added) {
    int rank = axes.size() + added.length;
    boolean[] isNew = new boolean[rank];
    for (long axis : added) {
      long at = axis < 0 ? axis + rank : axis;
      if (at < 0 || at >= rank || isNew[(int) at]) {
        return formatted("adds the axes %s to %d", Arrays.toString(added), axes.size());
      }
      isNew[(int) at] = true;
    }
    List<Axis> all = new ArrayList<>();
    int from = 0;
    for (boolean single : isNew) {
      all.add(single ? Axis.ONE : axes.get(from++));
    }
    axes = all;
    return null;
  }

  /** Axes without those of size 1. Directions followed by features become one axis of features. */
  private List<Axis> reduced(List<Axis> some) {
    List<Axis> kept = new ArrayList<>();
    for (Axis axis : some) {
      if (axis == Axis.FEATURES && !kept.isEmpty() && kept.getLast() == Axis.DIRECTIONS) {
        kept.removeLast();
      }
      if (!isSingle(axis)) {
        kept.add(axis);
      }
    }
    return kept;
  }

  private void keep(List<Axis> kept) {
    if (directions == 2 && axes.contains(Axis.DIRECTIONS) && !kept.contains(Axis.DIRECTIONS)) {
      width = 2 * width;
      directions = 1;
    }
    axes = kept;
  }

  /**
   * Flattens the axes before the given one, and the others, into a matrix; the problem, or null.
   */
  @Nullable String flatten(long axis) {
    int at = axis == axes.size() ? axes.size() : at(axis);
    if (at < 0) {
      return formatted("has the axis %d of %d", axis, axes.size());
    }
    List<Axis> result = new ArrayList<>();
    for (List<Axis> side : List.of(axes.subList(0, at), axes.subList(at, axes.size()))) {
      List<Axis> kept = reduced(side);
      if (kept.size() > 1) {
        return "mixes axes that are not of size 1";
      }
      result.add(kept.isEmpty() ? Axis.ONE : kept.getFirst());
    }
    keep(result);
    return null;
  }

  /**
   * A reshape that adds or removes axes of size 1, or concatenates the two directions; the problem,
   * or null.
   *
   * @param shape the new shape if it is constant
   */
  @Nullable String reshape(@Nullable OnnxTensor shape) {
    List<Axis> kept = reduced(axes);
    if (shape == null) {
      keep(kept);
      return null;
    }
    long[] sizes = shape.longs();
    List<Axis> result = new ArrayList<>();
    int surplus = sizes.length - kept.size();
    int from = 0;
    int features = kept.contains(Axis.DIRECTIONS) ? width : width * directionsOf(kept);
    for (int i = 0; i < sizes.length; i++) {
      if (surplus > 0 && sizes[i] == 1) {
        result.add(Axis.ONE);
        surplus--;
        continue;
      }
      if (from == kept.size()) {
        return "changes the shape in a way that is not understood";
      }
      Axis axis = kept.get(from++);
      boolean copies = sizes[i] == 0 && i < axes.size() && axes.get(i) == axis;
      if (axis == Axis.FEATURES
          && width >= 0
          && sizes[i] != -1
          && !copies
          && sizes[i] != features) {
        return formatted("makes %d features of %d", sizes[i], features);
      }
      result.add(axis);
    }
    if (surplus != 0 || from != kept.size()) {
      return "changes the shape in a way that is not understood";
    }
    keep(result);
    return null;
  }

  /** The factor by which features grow if the directions are concatenated. */
  private int directionsOf(List<Axis> kept) {
    return axes.contains(Axis.DIRECTIONS) && !kept.contains(Axis.DIRECTIONS) ? directions : 1;
  }
}
