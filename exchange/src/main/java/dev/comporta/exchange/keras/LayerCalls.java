package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.model.Spec;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.layers.GraphDraft;
import dev.comporta.exchange.layers.Piece;
import dev.comporta.exchange.mapping.LayerMapping;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a call of a layer becomes: layers that read several values or have to do with masks are
 * here; {@link RecurrentLayers} has the recurrent ones and {@link KerasLayers} all others.
 */
final class LayerCalls {
  /** The subtraction of a mask in a softmax has no counterpart. */
  private static final String MASKED = "reads a mask, which is not supported for this layer";

  private final ModelInputs inputs;
  private final Placing placing;
  private final RecurrentLayers recurrent;
  private final KerasLayers layers;
  private final CustomLayers custom;

  /**
   * What all layers of a model share.
   *
   * @param major the major version of Keras
   * @param zeroOutputs see {@link RecurrentLayers}
   * @param mappings what plug-ins map
   */
  record Setting(int major, boolean zeroOutputs, List<LayerMapping> mappings) {}

  private final Setting setting;

  LayerCalls(Draft draft, GraphDraft graph, ModelInputs inputs, Setting setting) {
    this.inputs = inputs;
    this.setting = setting;
    this.placing = new Placing(graph);
    this.recurrent = new RecurrentLayers(draft, placing, setting.zeroOutputs());
    this.layers = new KerasLayers(draft);
    this.custom = new CustomLayers(placing, setting.mappings());
  }

  /**
   * Maps a call.
   *
   * @param config the layer
   * @param in what it reads
   * @param weights its weights by the path from the layer to the object that owns them
   * @return its outputs
   */
  List<Value> call(Config config, List<Value> in, Function<String, List<ForeignTensor>> weights) {
    placing.begin(config);
    String type = config.type();
    if (RecurrentLayers.knows(type)) {
      return recurrent.call(config, in, weights);
    }
    if (in.size() > 1 || custom.knows(config)) {
      in.forEach(value -> value.flow().requireNoPicture(config));
    }
    return switch (type) {
      case "Attention", "AdditiveAttention" -> List.of(attention(config, in, weights.apply("")));
      case "Dot" -> List.of(dot(config, in));
      case "AttentionWeightedAverage" -> List.of(average(config, in, weights.apply("")));
      case "Concatenate", "concatenate", "Merge" -> List.of(concatenation(config, in));
      case "Add", "add" -> List.of(merge(config, in, "sum"));
      case "Multiply", "multiply" -> List.of(merge(config, in, "product"));
      case "Average", "average" -> List.of(merge(config, in, "mean"));
      case "Maximum", "maximum" -> List.of(merge(config, in, "maximum"));
      case "Minimum", "minimum" -> List.of(merge(config, in, "minimum"));
      case "Subtract", "subtract" -> List.of(merge(config, in, "difference"));
      default -> {
        if (in.size() != 1) {
          throw config.refuse(formatted("has %d inputs, which is not supported", in.size()));
        }
        yield List.of(single(config, in.getFirst(), weights));
      }
    };
  }

  private Value single(Config config, Value in, Function<String, List<ForeignTensor>> weights) {
    if (in.mask() >= 0) {
      if (config.type().equals("GlobalAveragePooling1D")) {
        return maskedMean(config, in);
      }
      if (config.type().equals("Softmax")) {
        throw config.refuse(MASKED);
      }
    }
    return switch (config.type()) {
      case "Embedding" -> embedding(config, in, weights.apply(""));
      case "Masking" -> masking(config, in);
      default ->
          custom.knows(config)
              ? custom.call(config, in, weights)
              : mapped(config, in, layers.map(config, in.flow(), weights));
    };
  }

  private Value mapped(Config config, Value in, Mapped mapped) {
    int number = in.number();
    for (Piece piece : mapped.pieces()) {
      number = placing.layer(config, number, piece);
    }
    Flow flow = mapped.flow();
    boolean sameTime = !flow.vector() && !in.flow().vector() && keepsTime(config);
    return new Value(
        number,
        flow,
        sameTime && passesMask(config) ? in.mask() : Value.NONE,
        flow.vector() ? Value.NONE : sameTime ? in.axis() : inputs.newAxis());
  }

  private static boolean keepsTime(Config config) {
    return switch (config.type()) {
      case "Conv1D", "Convolution1D", "MaxPooling1D", "AveragePooling1D", "Reshape", "Permute" ->
          false;
      default -> true;
    };
  }

  /** Whether a layer hands on the mask of its input; the others drop it. */
  private static boolean passesMask(Config config) {
    return switch (config.type()) {
      case "Flatten", "RepeatVector", "GlobalMaxPooling1D" -> false;
      default -> true;
    };
  }

  private Value embedding(Config config, Value in, List<ForeignTensor> weights) {
    int vocabulary = config.size("input_dim");
    int size = config.size("output_dim");
    KerasLayers.requireCount(config, weights, 1);
    ForeignTensor table = config.matrix(weights.getFirst(), vocabulary, size);
    boolean mask = config.flag("mask_zero", false);
    int columns = mask ? Math.addExact(size, 1) : size;
    if (in.flow().features() != 0) {
      throw config.refuse("must read ids, but other layers read its input as features");
    }
    String layer = in.number() == 0 ? "embedding" : "lookup"; // next to other inputs, a feature
    int number =
        placing.layer(
            config,
            in.number(),
            new Piece(
                Spec.of(layer).with("vocabulary", vocabulary).with("size", columns),
                Map.of("table", mask ? withMask(table) : table)));
    Flow flow = in.flow().with(size);
    return mask
        ? new Value(
            placing.part(number, 0, size, columns),
            flow,
            placing.part(number, size, columns, columns),
            in.axis())
        : new Value(number, flow, Value.NONE, in.axis());
  }

  /** A table with one more column: the mask of each id, which is 0 for id 0. */
  private static ForeignTensor withMask(ForeignTensor table) {
    int rows = table.size(0);
    int columns = table.size(1);
    float[] values = new float[Math.multiplyExact(rows, columns + 1)];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(table.values(), r * columns, values, r * (columns + 1), columns);
      values[r * (columns + 1) + columns] = r == 0 ? 0 : 1;
    }
    return new ForeignTensor(table.name(), new int[] {rows, columns + 1}, values);
  }

  private Value masking(Config config, Value in) {
    in.flow().requireSequence(config);
    int features = in.flow().features();
    if (features == 0) {
      throw config.refuse("reads ids; only an embedding can mask them");
    }
    int number =
        placing.layer(
            config,
            in.number(),
            Piece.of(Spec.of("masking").with("value", config.real("mask_value", 0))));
    return new Value(
        placing.part(number, 0, features, features + 1),
        in.flow(),
        placing.part(number, features, features + 1, features + 1),
        in.axis());
  }

  /** The mean over the timesteps that count. */
  private Value maskedMean(Config config, Value in) {
    config.requireOff("keepdims");
    int masked = placing.merge("product", List.of(in.number(), in.mask()));
    int both = placing.merge("concatenate", List.of(masked, in.mask()));
    int mean = placing.layer(config, both, Piece.of(Spec.of("pool-time").with("mode", "mean")));
    return new Value(
        placing.layer(config, mean, Piece.of(Spec.of("quotient"))),
        Flow.vector(in.flow().features()),
        Value.NONE,
        Value.NONE);
  }

  /** Refuses values that are not all sequences of the same timesteps, or all vectors. */
  private void requireSameTime(Config config, List<Value> in) {
    Value first = in.getFirst();
    if (in.size() < 2) {
      throw config.refuse(formatted("needs two inputs or more but has %d", in.size()));
    }
    for (Value other : in) {
      if (other.flow().vector() != first.flow().vector()) {
        throw config.refuse("merges a vector with a sequence");
      }
      int a = first.flow().timesteps();
      int b = other.flow().timesteps();
      if (a > 0 && b > 0 && a != b) {
        throw config.refuse(formatted("merges sequences of %d and %d timesteps", a, b));
      }
      inputs.unify(first.axis(), other.axis());
    }
  }

  /** The mask of a merge; masks that differ cannot be combined. */
  private int mask(Config config, List<Value> in) {
    List<Integer> masks =
        in.stream().map(Value::mask).filter(mask -> mask >= 0).distinct().toList();
    if (masks.size() > 1) {
      throw config.refuse("merges sequences with different masks, which is not supported");
    }
    boolean all = in.stream().allMatch(value -> value.mask() >= 0);
    return masks.isEmpty() || (!all && setting.major() >= 3) ? Value.NONE : masks.getFirst();
  }

  private Value merge(Config config, List<Value> in, String merge) {
    requireSameTime(config, in);
    int features = in.stream().mapToInt(value -> value.flow().features()).max().orElse(0);
    for (Value value : in) {
      if (value.flow().features() != features && value.flow().features() != 1) {
        throw config.refuse(
            formatted("merges %d with %d features", value.flow().features(), features));
      }
    }
    int mask = mask(config, in);
    if (mask >= 0 && setting.major() >= 3 && merge.equals("product")) {
      throw config.refuse(MASKED);
    }
    Value first = in.getFirst();
    return new Value(
        placing.merge(merge, in.stream().map(Value::number).toList()),
        first.flow().with(features),
        mask,
        first.axis());
  }

  private Value concatenation(Config config, List<Value> in) {
    if (config.type().equals("Merge") && !config.text("mode", "").equals("concat")) {
      throw config.refuse("has the mode '" + config.text("mode", "") + "', which is not supported");
    }
    Value first = in.getFirst();
    JsonNode axis = config.node().path(config.node().has("axis") ? "axis" : "concat_axis");
    if (axis.asInt(-1) != -1 && axis.asInt(-1) != (first.flow().vector() ? 1 : 2)) {
      throw config.refuse("concatenates an axis other than the features");
    }
    requireSameTime(config, in);
    int features = 0;
    for (Value value : in) {
      features = Math.addExact(features, value.flow().features());
    }
    return new Value(
        placing.merge("concatenate", in.stream().map(Value::number).toList()),
        first.flow().with(features),
        mask(config, in),
        first.axis());
  }

  private Value average(Config config, List<Value> in, List<ForeignTensor> weights) {
    Value x = in.getFirst();
    x.flow().requireSequence(config);
    config.requireOff("return_attention");
    KerasLayers.requireCount(config, weights, 1);
    List<Integer> read = new ArrayList<>(List.of(x.number()));
    if (x.mask() >= 0) {
      read.add(x.mask());
    }
    int features = x.flow().features();
    return new Value(
        placing.layer(
            config,
            read,
            new Piece(
                Spec.of("attention-average"),
                Map.of("W", config.matrix(weights.getFirst(), features, 1)))),
        Flow.vector(features),
        Value.NONE,
        Value.NONE);
  }

  private Value attention(Config config, List<Value> in, List<ForeignTensor> weights) {
    if (in.size() < 2 || in.size() > 3) {
      throw config.refuse(formatted("needs queries and values but has %d inputs", in.size()));
    }
    config.requireOff("return_attention_scores");
    Value query = in.get(0);
    Value value = in.get(1);
    Value key = in.size() > 2 ? in.get(2) : value;
    in.forEach(one -> one.flow().requireSequence(config));
    int features = query.flow().features();
    boolean additive = config.type().equals("AdditiveAttention");
    boolean concat = config.text("score_mode", "dot").equals("concat");
    boolean scale = config.flag("use_scale", additive);
    boolean same = key.number() == value.number();
    Spec spec =
        Spec.of("attend")
            .with("values", value.flow().features())
            .with("score", additive ? "additive" : concat ? "concat" : "dot");
    List<Integer> read = new ArrayList<>(List.of(query.number(), value.number()));
    if (!same) {
      spec = spec.with("keys", true);
      read.add(key.number());
    }
    if (query.mask() >= 0) {
      spec = spec.with("query-mask", true);
      read.add(query.mask());
    }
    if (value.mask() >= 0) {
      spec = spec.with("value-mask", true);
      read.add(value.mask());
    }
    if (config.flag("causal", config.flag("use_causal_mask", false))) {
      spec = spec.with("causal", true);
    }
    Map<String, ForeignTensor> parameters = new LinkedHashMap<>();
    KerasLayers.requireCount(config, weights, (scale ? 1 : 0) + (concat && !additive ? 1 : 0));
    if (scale) {
      spec = spec.with("scale", true);
      parameters.put("scale", config.vector(weights.getFirst(), additive ? features : 1));
    }
    if (concat && !additive) {
      parameters.put("weight", config.vector(weights.getLast(), 1));
    }
    if (key.flow().features() != features) {
      throw config.refuse(
          formatted(
              "compares queries of %d features with keys of %d", features, key.flow().features()));
    }
    return new Value(
        placing.layer(config, read, new Piece(spec, parameters)),
        query.flow().with(value.flow().features()),
        query.mask(),
        query.axis());
  }

  private Value dot(Config config, List<Value> in) {
    if (in.size() != 2) {
      throw config.refuse(formatted("needs two inputs but has %d", in.size()));
    }
    Value a = in.get(0);
    Value b = in.get(1);
    int left = axis(config, 0, a);
    int right = axis(config, 1, b);
    boolean vectors = a.flow().vector();
    if (vectors != b.flow().vector()) {
      throw config.refuse("multiplies a vector with a sequence, which is not supported");
    }
    int first = a.flow().features();
    boolean normalize = config.flag("normalize", false);
    Flow flow;
    String axes;
    int size;
    if (vectors) {
      size = 1;
      axes = "features";
      flow = Flow.vector(1);
    } else if (left == 2 && right == 2) {
      size = b.flow().timesteps();
      axes = "features";
      flow = a.flow().with(size);
    } else if (left == 2 && right == 1) {
      size = b.flow().features();
      axes = "weights";
      flow = a.flow().with(size);
    } else if (left == 1 && right == 1) {
      size = b.flow().features();
      axes = "timesteps";
      flow = new Flow(size, first, false);
      inputs.unify(a.axis(), b.axis());
    } else {
      throw config.refuse("sums over the axes 1 and 2, which is not supported");
    }
    if (size < 1) {
      throw config.refuse("needs a fixed number of timesteps but its input has a variable number");
    }
    int other = axes.equals("weights") ? b.flow().timesteps() : b.flow().features();
    if (!axes.equals("timesteps") && other > 0 && other != first) {
      throw config.refuse(formatted("multiplies %d numbers with %d", first, other));
    }
    Spec spec = Spec.of("dot").with("size", size).with("axes", axes);
    spec = normalize ? spec.with("normalize", true) : spec;
    int axis = flow.vector() ? Value.NONE : axes.equals("timesteps") ? inputs.newAxis() : a.axis();
    return new Value(
        placing.layer(config, List.of(a.number(), b.number()), Piece.of(spec)),
        flow,
        Value.NONE,
        axis);
  }

  /** The axis that a product sums over, 1 or 2; for vectors always 2. */
  private static int axis(Config config, int which, Value value) {
    JsonNode axes = config.node().path("axes");
    int axis = axes.isArray() ? axes.path(which).asInt(0) : axes.asInt(0);
    int rank = value.flow().vector() ? 2 : 3;
    int positive = axis < 0 ? rank + axis : axis;
    if (positive < 1 || positive >= rank) {
      throw config.refuse(formatted("has the axis %d", axis));
    }
    return value.flow().vector() ? 2 : positive;
  }
}
