package dev.comporta.cells.plan.compile;

import dev.comporta.cells.plan.planes.Plane;
import dev.comporta.cells.plan.planes.PlaneSet;
import dev.comporta.cells.plan.planes.PlaneSplitter;
import dev.comporta.cells.plan.trace.Node;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A compiled step.
 *
 * @param buffers the buffers of the programs
 * @param forward the program of every timestep
 * @param backward the backward program, from the last timestep to the first
 * @param hoisted the sums whose products of inputs are computed before the loop
 * @param states the places of the parts of the next state
 * @param output the place of the output
 * @param observed the places of the observed values, by name
 * @param sinks the uses of cotangents after the backward loop
 * @param splitter created the planes
 * @param saved the values of the forward program that are stored for the backward program, besides
 *     the state
 * @param recomputed the values of the forward program that the backward program recomputes
 */
public record Compiled(
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

  /** A sum that starts from hoisted products, and its place. */
  public record Hoisted(Plane.Sum sum, Place place) {}

  /** {@code dRight += left^T x cotangent} over all timesteps. */
  public record WeightSink(Plane left, Plane.Block right, Plane cotangent) {}

  /** The same for a hoisted product, whose left operand may need a gradient too. */
  public record HoistedSink(Node left, Plane.Block right, Plane cotangent) {}

  /** {@code dVector += column sums of cotangent} over all timesteps. */
  public record VectorSink(Node vector, int from, Plane cotangent) {}

  /** The cotangent of columns of a value computed before the loop. */
  public record BeforeSink(Node node, int from, Plane cotangent) {}

  /** All uses of cotangents after the backward loop. */
  public static final class Sinks {
    private final List<WeightSink> weights = new ArrayList<>();
    private final List<HoistedSink> hoisted = new ArrayList<>();
    private final List<VectorSink> vectors = new ArrayList<>();
    private final List<BeforeSink> before = new ArrayList<>();
    private final List<BeforeSink> remembered = new ArrayList<>();
    private final IdentityHashMap<Plane, Place> places = new IdentityHashMap<>();

    public List<WeightSink> weights() {
      return weights;
    }

    public List<HoistedSink> hoisted() {
      return hoisted;
    }

    public List<VectorSink> vectors() {
      return vectors;
    }

    public List<BeforeSink> before() {
      return before;
    }

    /** Cotangents of vectors of memories, the same at all timesteps. */
    public List<BeforeSink> remembered() {
      return remembered;
    }

    /** The places of the planes that sinks read. */
    public IdentityHashMap<Plane, Place> places() {
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
