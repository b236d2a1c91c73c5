package dev.comporta.attention;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.attention.Attention;
import dev.comporta.api.attention.AttentionProvider;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * Dot-product attention: the dot product of query and key, times a constant factor.
 *
 * <pre>
 * dot:          e_bs = query_b . key_bs
 * scaled-dot:   e_bs = query_b . key_bs / sqrt(Q)
 * </pre>
 *
 * <p>No parameters; query and key must have the same size. Sources: Luong, Pham and Manning 2015,
 * section 3.1 (dot); Vaswani et al. 2017, equation 1 (scaled).
 *
 * @param size Q = K, the size of query and key
 * @param scale the factor
 */
@API(status = API.Status.EXPERIMENTAL)
public record DotAttention(int size, float scale) implements Attention {
  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public Tensor scores(Tensor query, Tensor projected, Function<String, Tensor> parameters) {
    Tensor q = Queries.checked(query, size).times(scale); // [B, Q]
    return Queries.products(q, projected);
  }

  private static DotAttention of(String name, int querySize, int keySize, float scale) {
    if (querySize != keySize) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected queries and keys of the same size but got %d and %d; use 'general' or 'additive'",
              name, querySize, keySize));
    }
    return new DotAttention(querySize, scale);
  }

  /** {@code dot}: no options. */
  public static final class Provider implements AttentionProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "dot";
    }

    @Override
    public String description() {
      return "dot product of query and key (Luong et al. 2015)";
    }

    @Override
    public Attention create(int querySize, int keySize, OptionReader options) {
      return of(name(), querySize, keySize, 1);
    }
  }

  /** {@code scaled-dot}: no options. */
  public static final class ScaledProvider implements AttentionProvider {
    /** Called by the service loader. */
    public ScaledProvider() {}

    @Override
    public String name() {
      return "scaled-dot";
    }

    @Override
    public String description() {
      return "dot product divided by the square root of the key size (Vaswani et al. 2017)";
    }

    @Override
    public Attention create(int querySize, int keySize, OptionReader options) {
      return of(name(), querySize, keySize, (float) (1 / Math.sqrt(Math.max(1, querySize))));
    }
  }
}
