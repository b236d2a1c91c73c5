package dev.comporta.attention;

import dev.comporta.api.attention.Attention;
import dev.comporta.api.attention.AttentionProvider;
import dev.comporta.api.attention.WindowAttention;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * Local attention with predictive alignment (local-p): attends only to positions within a distance
 * of D from a centre predicted from the query, and multiplies the weights by a Gaussian around it.
 *
 * <pre>
 * p_b  = S_b sigmoid(v_p . tanh(query_b W_p))               S_b: the number of positions of row b
 * w_bs = softmax of the scores over |s - p_b| &lt;= D, times exp(-(s - p_b)^2 / (2 (D / 2)^2))
 * </pre>
 *
 * <p>Positions are numbered from 1. The weights of a row sum to less than 1, as in the paper: they
 * are not renormalised after the Gaussian factor. Parameters: those of the score, W_p {@code [Q,
 * A]} and v_p {@code [A]}. Source: Luong, Pham and Manning 2015, equations 9 and 10.
 *
 * @param score the score inside the window
 * @param querySize Q, the size of a query
 * @param units A, the size of the hidden layer that predicts the centre
 * @param reach D, the half-width of the window in positions
 */
@API(status = API.Status.EXPERIMENTAL)
public record LocalAttention(Attention score, int querySize, int units, int reach)
    implements WindowAttention {
  private static final String HIDDEN = "W_p";
  private static final String OUT = "v_p";

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>(score.parameters());
    ParameterSpec v = ParameterSpec.matrix(OUT, units, 1);
    parameters.add(ParameterSpec.matrix(HIDDEN, querySize, units));
    parameters.add(new ParameterSpec(OUT, Shape.of(units), v.initializer(), v.fanIn(), v.fanOut()));
    return List.copyOf(parameters);
  }

  @Override
  public Tensor project(Tensor keys, Function<String, Tensor> parameters) {
    return score.project(keys, parameters);
  }

  @Override
  public Tensor scores(Tensor query, Tensor projected, Function<String, Tensor> parameters) {
    return score.scores(query, projected, parameters);
  }

  @Override
  public Window window(Tensor query, Places places, Function<String, Tensor> parameters) {
    Tensor hidden = query.matmul(parameters.apply(HIDDEN)).tanh(); // [B, A]
    Tensor p =
        hidden.matmul(parameters.apply(OUT).reshape(units, 1)).sigmoid().times(places.lengths());
    Tensor distance = places.numbers().minus(p); // [B, S]
    double deviation = reach / 2.0;
    Tensor factor = distance.square().times((float) (-0.5 / (deviation * deviation))).exp();
    return new Window(distance.abs().plus(-reach).step(), factor);
  }

  /**
   * {@code local}. Options: {@code score} (general, dot, scaled-dot or additive; default general),
   * {@code reach} (D, default 10), {@code units} (A, default Q).
   */
  public static final class Provider implements AttentionProvider {
    private static final List<AttentionProvider> SCORES =
        List.of(
            new GeneralAttention.Provider(),
            new DotAttention.Provider(),
            new DotAttention.ScaledProvider(),
            new AdditiveAttention.Provider());

    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "local";
    }

    @Override
    public String description() {
      return "local attention: a window around a position predicted from the query (Luong et al. 2015)";
    }

    @Override
    public Attention create(int querySize, int keySize, OptionReader options) {
      List<String> names = SCORES.stream().map(AttentionProvider::name).toList();
      AttentionProvider score =
          SCORES.get(names.indexOf(options.choice("score", names.getFirst(), names)));
      return new LocalAttention(
          score.create(querySize, keySize, options),
          querySize,
          options.size("units", 1, querySize),
          options.size("reach", 1, 10));
    }
  }
}
