package dev.comporta.attention;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.attention.Attention;
import dev.comporta.api.attention.AttentionProvider;
import dev.comporta.api.attention.PastAttention;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * Location-aware additive attention: the score of a position also depends on the weights that it
 * and its neighbours received at earlier timesteps.
 *
 * <pre>
 * e_bs = v . tanh(query_b W_query + key_bs W_key + sum_d past_b,s+d U_d + b)     |d| &lt;= width / 2
 * location:   past = the weights of the previous timestep (Chorowski et al. 2015, equation 9)
 * coverage:   past = the sum of all earlier weights, width 1 (Tu et al. 2016, equation 8; See et
 *             al. 2017, equation 11)
 * </pre>
 *
 * <p>Parameters: those of {@link AdditiveAttention}, and U {@code [width, A]}, the product of the
 * filters of a convolution along the positions and the projection of their features; one matrix
 * suffices because there is no non-linearity between the two. The past is zero outside the memory.
 * Shen et al. 2018 use cumulative weights with a wider window.
 *
 * @param additive the score without the past
 * @param width the number of positions in the convolution window over the past, odd
 * @param cumulative whether the past is the sum of the weights of all earlier timesteps
 */
@API(status = API.Status.EXPERIMENTAL)
public record LocationAttention(AdditiveAttention additive, int width, boolean cumulative)
    implements PastAttention {
  /** The most positions of the past that a position sees; each is an operation. */
  private static final int WIDEST = 1023;

  private static final String PAST = "U";

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>(additive.parameters());
    parameters.add(ParameterSpec.matrix(PAST, width, additive.units()));
    return List.copyOf(parameters);
  }

  @Override
  public Tensor project(Tensor keys, Function<String, Tensor> parameters) {
    return additive.project(keys, parameters);
  }

  @Override
  public Tensor scores(Tensor query, Tensor projected, Function<String, Tensor> parameters) {
    return additive.scores(query, projected, parameters);
  }

  @Override
  public Tensor scores(
      Tensor query, Tensor projected, Tensor past, Function<String, Tensor> parameters) {
    Shape shape = projected.shape(); // [B, S, A]
    Tensor u = parameters.apply(PAST);
    Tensor sum = projected;
    for (int i = 0; i < width; i++) {
      int offset = i - width / 2;
      Tensor moved = offset == 0 ? past : past.shift(offset);
      Tensor row = u.slice(0, i, i + 1).reshape(additive.units());
      sum = sum.plus(moved.reshape(shape.size(0), shape.size(1), 1).times(row));
    }
    return additive.scores(query, sum, parameters);
  }

  private static LocationAttention of(
      int querySize, int keySize, OptionReader options, String name, int width, boolean sum) {
    int units = options.size("units", 1, querySize);
    int seen = options.whole("width", 1, WIDEST, width);
    if (seen % 2 == 0) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected an odd width, so that the window is symmetric, but got %d",
              name, seen));
    }
    boolean cumulative = options.flag("cumulative", sum);
    return new LocationAttention(
        new AdditiveAttention(querySize, keySize, units), seen, cumulative);
  }

  /**
   * {@code location}. Options: {@code units} (A, default Q), {@code width} (default 5), {@code
   * cumulative} (default false).
   */
  public static final class Provider implements AttentionProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "location";
    }

    @Override
    public String description() {
      return "location-aware: additive, with the previous weights as an input (Chorowski et al. 2015)";
    }

    @Override
    public Attention create(int querySize, int keySize, OptionReader options) {
      return of(querySize, keySize, options, name(), 5, false);
    }
  }

  /**
   * {@code coverage}. Options: {@code units} (A, default Q), {@code width} (default 1), {@code
   * cumulative} (default true).
   */
  public static final class CoverageProvider implements AttentionProvider {
    /** Called by the service loader. */
    public CoverageProvider() {}

    @Override
    public String name() {
      return "coverage";
    }

    @Override
    public String description() {
      return "coverage: additive, with the accumulated weights as an input (Tu et al. 2016)";
    }

    @Override
    public Attention create(int querySize, int keySize, OptionReader options) {
      return of(querySize, keySize, options, name(), 1, true);
    }
  }
}
