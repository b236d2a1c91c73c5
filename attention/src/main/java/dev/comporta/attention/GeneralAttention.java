package dev.comporta.attention;

import dev.comporta.api.attention.Attention;
import dev.comporta.api.attention.AttentionProvider;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * Multiplicative ("general") attention: a bilinear form of query and key with a learned matrix.
 *
 * <pre>
 * e_bs = query_b W key_bs
 * </pre>
 *
 * <p>Parameter: W {@code [Q, K]}. Source: Luong, Pham and Manning 2015, section 3.1.
 *
 * @param querySize Q, the size of a query
 * @param keySize K, the size of a key
 */
@API(status = API.Status.EXPERIMENTAL)
public record GeneralAttention(int querySize, int keySize) implements Attention {
  @Override
  public List<ParameterSpec> parameters() {
    return List.of(ParameterSpec.matrix("W", querySize, keySize));
  }

  @Override
  public Tensor scores(Tensor query, Tensor projected, Function<String, Tensor> parameters) {
    Tensor q = Queries.checked(query, querySize).matmul(parameters.apply("W")); // [B, K]
    return Queries.products(q, projected);
  }

  /** {@code general}: no options. */
  public static final class Provider implements AttentionProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "general";
    }

    @Override
    public String description() {
      return "bilinear form of query and key with a learned matrix (Luong et al. 2015)";
    }

    @Override
    public Attention create(int querySize, int keySize, OptionReader options) {
      return new GeneralAttention(querySize, keySize);
    }
  }
}
