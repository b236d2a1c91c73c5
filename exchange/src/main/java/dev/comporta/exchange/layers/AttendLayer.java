package dev.comporta.exchange.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code attend}: queries read values by attention, as Keras' layers {@code Attention} (Luong et
 * al. 2015) and {@code AdditiveAttention} (Bahdanau et al. 2015): queries {@code [T, B, F]}, values
 * {@code [S, B, V]} and keys {@code [S, B, F]} give {@code [T, B, V]}. It is a node of a graph; the
 * inputs are queries, values, with {@code keys} the keys (else the values are the keys), with
 * {@code query-mask} and {@code value-mask} the masks.
 *
 * <pre>
 * dot:       e_ts = scale (q_t . k_s)
 * additive:  e_ts = sum(scale * tanh(q_t + k_s))
 * concat:    e_ts = weight sum(tanh(scale (q_t + k_s)))
 * y_t = sum_s softmax_s(e_ts - 1e9 (1 - mask_s)) v_s, times the mask of the query
 * </pre>
 *
 * <p>Parameters: {@code scale} {@code [1]}, or {@code [F]} if additive, with the option {@code
 * scale}; {@code weight} {@code [1]} if the score is concat.
 */
public record AttendLayer(
    int features, int outputSize, Score score, boolean scale, boolean causal, Given given)
    implements SeveralInputs {
  private static final float LARGE = 1e9f;

  /** How queries and keys are compared. */
  public enum Score {
    /** The scalar product. */
    DOT,
    /** A weighted sum of the tanh of their sum. */
    ADDITIVE,
    /** The sum of the tanh of their sum. */
    CONCAT
  }

  /**
   * Which inputs there are next to queries and values.
   *
   * @param keys whether keys are given
   * @param queryMask whether a mask of the queries is given
   * @param valueMask whether a mask of the values is given
   */
  public record Given(boolean keys, boolean queryMask, boolean valueMask) {}

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    if (scale) {
      parameters.add(ParameterSpec.bias("scale", score == Score.ADDITIVE ? features : 1));
    }
    if (score == Score.CONCAT) {
      parameters.add(ParameterSpec.bias("weight", 1));
    }
    return List.copyOf(parameters);
  }

  @Override
  public void require(List<Integer> sizes) {
    List<Integer> needed = new ArrayList<>(List.of(features, outputSize));
    if (given.keys()) {
      needed.add(features);
    }
    if (given.queryMask()) {
      needed.add(1);
    }
    if (given.valueMask()) {
      needed.add(1);
    }
    if (!sizes.equals(needed) || (!given.keys() && features != outputSize)) {
      throw new InvalidOptionException(
          formatted("[attend] expected inputs of %s features but got %s", needed, sizes));
    }
  }

  @Override
  public Output forward(List<Sequence> inputs, CellState carry, LayerContext context) {
    Sequence queries = inputs.get(0);
    Sequence values = inputs.get(1);
    int at = 2;
    Tensor keys = given.keys() ? inputs.get(at++).values() : values.values();
    Tensor queryMask = given.queryMask() ? inputs.get(at++).values() : null;
    Tensor valueMask =
        TimeMask.both(TimeMask.of(values), given.valueMask() ? inputs.get(at).values() : null);
    int positions = values.timesteps();
    int batch = values.batch();
    Tensor hidden =
        valueMask == null ? null : turned(valueMask.complement().times(LARGE), positions, batch);
    Tensor[] y = new Tensor[queries.timesteps()];
    for (int t = 0; t < y.length; t++) {
      Tensor scores =
          turned(scores(queries.values().slice(0, t, t + 1), keys, context), positions, batch);
      scores = hidden == null ? scores : scores.minus(hidden);
      if (causal && t + 1 < positions) {
        scores = scores.minus(future(scores, t, positions, batch));
      }
      Tensor weights = scores.softmax().transpose().reshape(positions, batch, 1);
      y[t] = weights.times(values.values()).sum(0); // [1, B, V]
    }
    return new Output(queries.withValues(masked(joined(queries, y), queryMask)), carry);
  }

  private Tensor joined(Sequence queries, Tensor[] y) {
    if (y.length == 0) {
      return queries.values().constant(Shape.of(0, queries.batch(), outputSize), 0);
    }
    return y.length == 1 ? y[0] : y[0].concat(0, Arrays.copyOfRange(y, 1, y.length));
  }

  private static Tensor masked(Tensor y, @Nullable Tensor mask) {
    return mask == null ? y : y.times(mask);
  }

  /** {@code [S, B, 1] -> [B, S]}. */
  private static Tensor turned(Tensor x, int positions, int batch) {
    return x.reshape(positions, batch).transpose();
  }

  private static Tensor future(Tensor engine, int t, int positions, int batch) {
    Tensor seen = engine.constant(Shape.of(batch, t + 1), 0);
    return seen.concat(1, engine.constant(Shape.of(batch, positions - t - 1), LARGE));
  }

  /** {@code [1, B, F]} with {@code [S, B, F]} to {@code [S, B, 1]}. */
  private Tensor scores(Tensor query, Tensor keys, LayerContext context) {
    return switch (score) {
      case DOT -> {
        Tensor e = query.times(keys).sum(-1);
        yield scale ? e.times(context.parameter("scale")) : e;
      }
      case ADDITIVE -> {
        Tensor e = query.plus(keys).tanh();
        yield (scale ? e.times(context.parameter("scale")) : e).sum(-1);
      }
      case CONCAT -> {
        Tensor e = query.plus(keys);
        yield (scale ? e.times(context.parameter("scale")) : e)
            .tanh()
            .sum(-1)
            .times(context.parameter("weight"));
      }
    };
  }

  /**
   * Options: {@code values} (the features of the values, those of the queries by default), {@code
   * score} (dot; additive, concat), {@code scale}, {@code causal}, {@code keys}, {@code
   * query-mask}, {@code value-mask}, all false.
   */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "attend";
    }

    @Override
    public String description() {
      return "Queries read values by attention, in a graph (Luong et al., Bahdanau et al. 2015)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      int features = Sizes.features(name(), inputSize);
      return new AttendLayer(
          features,
          options.given("values") ? options.size("values", 1) : features,
          switch (options.choice("score", "dot", List.of("dot", "additive", "concat"))) {
            case "additive" -> Score.ADDITIVE;
            case "concat" -> Score.CONCAT;
            default -> Score.DOT;
          },
          options.flag("scale", false),
          options.flag("causal", false),
          new Given(
              options.flag("keys", false),
              options.flag("query-mask", false),
              options.flag("value-mask", false)));
    }
  }
}
