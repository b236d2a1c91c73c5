package dev.comporta.exchange.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.comporta.api.Printable;
import dev.comporta.api.model.Spec;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.layers.GraphDraft;
import dev.comporta.exchange.layers.Piece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model reads. Our models read one sequence; several inputs are side by side in its
 * features: a vector is repeated at every timestep, and ids are a feature.
 */
final class ModelInputs {
  /** Largest number of features of all inputs. */
  private static final int MOST = 1 << 24;

  private final Draft draft;
  private final GraphDraft graph;
  private final List<One> all = new ArrayList<>();
  private final List<Integer> axes = new ArrayList<>();
  private final Map<Integer, Value> known = new HashMap<>();

  /**
   * One input.
   *
   * @param name its name
   * @param flow its shape; features 0 for ids that the model reads alone
   * @param ids whether it is ids
   * @param from its first feature among those of all inputs
   * @param width the number of its features among those of all inputs
   * @param value its value in the graph
   */
  record One(String name, Flow flow, boolean ids, int from, int width, Value value) {}

  ModelInputs(Draft draft, GraphDraft graph) {
    this.draft = draft;
    this.graph = graph;
  }

  List<One> all() {
    return all;
  }

  /** Keeps the shape of a value that leaves a layer, and of its mask. */
  void remember(Value value) {
    known.put(value.number(), value);
    if (value.mask() >= 0) {
      known.put(
          value.mask(), new Value(value.mask(), value.flow().with(1), Value.NONE, value.axis()));
    }
  }

  /** A value that leaves a layer. */
  Value value(int number) {
    Value value = known.get(number);
    if (value == null) {
      throw draft
          .input()
          .refuse("its encoder and its decoder share a layer in a way that is not supported");
    }
    return value;
  }

  /** A new time axis. */
  int newAxis() {
    axes.add(axes.size());
    return axes.size() - 1;
  }

  /** The representative of a time axis; vectors have none. */
  int axis(int axis) {
    int at = axis;
    while (at >= 0 && axes.get(at) != at) {
      at = axes.get(at);
    }
    return at;
  }

  /** Two values have the same timesteps. */
  void unify(int a, int b) {
    if (a >= 0 && b >= 0) {
      axes.set(axis(a), axis(b));
    }
  }

  /** Adds the inputs of a model. */
  void add(KerasModel model) {
    if (model.isSequential()) {
      first(model);
    } else {
      several(model);
    }
  }

  /** The only input of a sequential model. */
  private void first(KerasModel model) {
    Config first = model.layers().getFirst();
    boolean ids = Readers.ofIds().read(model, 0);
    JsonNode shape = shape(model);
    Flow flow;
    if (shape.isArray()) {
      flow = flow(first, shape, ids, Readers.ofLines().read(model, 0));
    } else if (ids) {
      JsonNode length = first.node().path("input_length");
      flow = new Flow(0, length.isInt() ? length.intValue() : -1, false);
    } else {
      int features = first.size("input_dim");
      JsonNode length = first.node().path("input_length");
      flow =
          first.type().startsWith("Dense")
              ? Flow.vector(features)
              : new Flow(features, length.isInt() ? length.intValue() : -1, false);
    }
    alone(first.name(), flow, ids);
  }

  /** The shape of what a sequential model reads, as one of its first two layers has it. */
  private static JsonNode shape(KerasModel model) {
    for (Config config : model.layers().subList(0, Math.min(2, model.layers().size()))) {
      JsonNode shape = shape(config);
      if (!shape.isArray() && KerasModel.is(config)) {
        shape = shape(model.inner(config));
      } else if (!shape.isArray() && !KerasModel.is(config.wrapped())) {
        shape = shape(config.wrapped());
      }
      if (shape.isArray()) {
        return shape;
      }
    }
    return shape(model.config());
  }

  private static JsonNode shape(Config config) {
    for (String key :
        List.of("batch_input_shape", "batch_shape", "input_shape", "build_input_shape")) {
      JsonNode shape = config.node().path(key);
      if (shape.isArray() && shape.size() > 1) {
        return shape;
      }
    }
    return MissingNode.getInstance();
  }

  private void alone(String name, Flow flow, boolean ids) {
    draft.inputSize(flow.features());
    draft.timesteps(flow.vector() ? 1 : flow.timesteps());
    Value value = new Value(0, flow, Value.NONE, flow.vector() ? Value.NONE : newAxis());
    all.add(new One(name, flow, ids, 0, flow.features(), value));
  }

  private static Flow flow(Config config, JsonNode shape, boolean ids, boolean lines) {
    int rank = shape.size();
    if (ids && rank == 2) {
      return new Flow(0, shape.get(1).asInt(-1), false);
    }
    if (rank == 2 && shape.get(1).isInt() && shape.get(1).intValue() > 0) {
      return Flow.vector(shape.get(1).intValue());
    }
    if (rank == 3 && shape.get(2).isInt() && shape.get(2).intValue() > 0) {
      return new Flow(shape.get(2).intValue(), shape.get(1).asInt(-1), false);
    }
    if (lines && rank == 4 && shape.get(2).asInt(0) > 0 && shape.get(3).asInt(0) > 0) {
      return new Flow(0, shape.get(1).asInt(-1), false)
          .with(new Flow.Picture(1, shape.get(2).intValue(), shape.get(3).intValue(), true, 1));
    }
    if (rank == 4 || rank == 5) {
      int[] sizes = new int[3];
      for (int n = 0; n < 3; n++) {
        sizes[n] = shape.get(rank - 3 + n).asInt(0);
      }
      if (sizes[0] > 0 && sizes[1] > 0 && sizes[2] > 0) {
        Flow.Picture picture = new Flow.Picture(sizes[0], sizes[1], sizes[2], true);
        return rank == 4
            ? Flow.vector(0).with(picture)
            : new Flow(0, shape.get(1).asInt(-1), false).with(picture);
      }
    }
    throw config.refuse(
        "has an input of the shape "
            + Printable.quoted(shape)
            + ", which is neither a sequence, a vector nor a picture");
  }

  /** The inputs of a functional model. */
  private void several(KerasModel model) {
    List<Config> layers = new ArrayList<>();
    for (Inbound.Tensor head : model.heads()) {
      layers.add(
          model.layers().stream()
              .filter(one -> one.name().equals(head.layer()) && one.type().equals("InputLayer"))
              .findFirst()
              .orElseThrow(() ->
                  draft
                      .input()
                      .refuse(
                          "its input " + Printable.quoted(head.layer()) + " is no InputLayer")));
    }
    Readers ids = Readers.ofIds();
    Readers lines = Readers.ofLines();
    if (layers.size() == 1) {
      Config only = layers.getFirst();
      boolean alone = ids.read(model, 0);
      alone(only.name(), flow(only, shape(only), alone, lines.read(model, 0)), alone);
      return;
    }
    int longest = 0;
    long width = 0;
    List<Flow> flows = new ArrayList<>();
    for (int n = 0; n < layers.size(); n++) {
      Config layer = layers.get(n);
      Flow flow = flow(layer, shape(layer), ids.read(model, n), lines.read(model, n));
      flows.add(flow);
      longest = Math.max(longest, flow.vector() ? 0 : flow.timesteps());
      width += Math.max(1, flow.features());
    }
    if (width > MOST) {
      throw layers.getFirst().refuse("and the other inputs have too many features");
    }
    boolean vectors = flows.stream().allMatch(Flow::vector);
    draft.inputSize((int) width);
    draft.timesteps(vectors ? 1 : longest > 0 ? longest : -1);
    int at = 0;
    for (int n = 0; n < layers.size(); n++) {
      Flow flow = flows.get(n);
      int size = Math.max(1, flow.features());
      Spec part = Spec.of("part").with("from", at).with("to", at + size);
      if (!flow.vector() && flow.timesteps() > 0 && flow.timesteps() < longest) {
        part = part.with("timesteps", flow.timesteps());
      }
      int number = graph.layer(0, Piece.of(part));
      if (flow.vector() && !vectors) {
        number = graph.layer(number, Piece.of(Spec.of("pool-time").with("mode", "last")));
      }
      Value value = new Value(number, flow, Value.NONE, flow.vector() ? Value.NONE : newAxis());
      all.add(new One(layers.get(n).name(), flow, flow.features() == 0, at, size, value));
      at += size;
    }
  }
}
