package dev.comporta.cells.plan;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A step compiled.
 *
 * @param buffers the storage that the programs need
 * @param forward what a task does at every timestep
 * @param backward the same, from the last timestep to the first
 * @param hoisted sums whose products of inputs are done before the loop
 * @param states where the parts of the state after a timestep go
 * @param output where the output goes
 * @param observed where the observed values go, by name
 * @param sinks what is done with the cotangents after the backward loop
 * @param splitter made the planes
 * @param saved values of the forward program that are stored for the backward program, besides the
 *     state
 * @param recomputed values of the forward program that the backward program computes again
 */
record Compiled(
    Buffers buffers,
    Program forward,
    Program backward,
    List<Hoisted> hoisted,
    Map<String, Place> states,
    Place output,
    Map<String, Place> observed,
    Sinks sinks,
    PlaneSplitter splitter,
    List<Plane> saved,
    List<Plane> recomputed) {

  /** A sum that starts from products done before the loop, and where it lies. */
  record Hoisted(Plane.Sum sum, Place place) {}

  /** {@code dRight += left^T x cotangent} over all timesteps. */
  record WeightSink(Plane left, Plane.Block right, Plane cotangent) {}

  /** The same for a product done before the loop, whose left operand wants a gradient too. */
  record HoistedSink(Node left, Plane.Block right, Plane cotangent) {}

  /** {@code dVector += column sums of cotangent} over all timesteps. */
  record VectorSink(Node vector, int from, Plane cotangent) {}

  /** The cotangent of columns of a value computed before the loop. */
  record BeforeSink(Node node, int from, Plane cotangent) {}

  /** Everything that is done with cotangents after the backward loop. */
  static final class Sinks {
    private final List<WeightSink> weights = new ArrayList<>();
    private final List<HoistedSink> hoisted = new ArrayList<>();
    private final List<VectorSink> vectors = new ArrayList<>();
    private final List<BeforeSink> before = new ArrayList<>();
    private final List<BeforeSink> remembered = new ArrayList<>();
    private final IdentityHashMap<Plane, Place> places = new IdentityHashMap<>();

    List<WeightSink> weights() {
      return weights;
    }

    List<HoistedSink> hoisted() {
      return hoisted;
    }

    List<VectorSink> vectors() {
      return vectors;
    }

    List<BeforeSink> before() {
      return before;
    }

    /** Cotangents of vectors of memories, the same at all timesteps. */
    List<BeforeSink> remembered() {
      return remembered;
    }

    /** Where the planes that sinks read lie. */
    IdentityHashMap<Plane, Place> places() {
      return places;
    }

    Set<Plane> cotangents() {
      Set<Plane> all = new PlaneSet();
      weights.forEach(sink -> all.add(sink.cotangent()));
      hoisted.forEach(sink -> all.add(sink.cotangent()));
      vectors.forEach(sink -> all.add(sink.cotangent()));
      before.forEach(sink -> all.add(sink.cotangent()));
      remembered.forEach(sink -> all.add(sink.cotangent()));
      return all;
    }
  }
}
