package dev.comporta.attention;

import dev.comporta.api.attention.Attention;
import dev.comporta.api.attention.AttentionProvider;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * Additive (Bahdanau) attention: a feed-forward network with one hidden layer scores each pair of
 * query and key.
 *
 * <pre>
 * e_bs = v . tanh(query_b W_query + key_bs W_key + b)
 * </pre>
 *
 * <p>Parameters: W_query {@code [Q, A]}, W_key {@code [K, A]}, b {@code [A]}, v {@code [A]}. The
 * projection of the keys by W_key is computed once per memory. Source: Bahdanau, Cho and Bengio
 * 2015, appendix A.1.2.
 *
 * @param querySize Q, the size of a query
 * @param keySize K, the size of a key
 * @param units A, the size of the hidden layer
 */
@API(status = API.Status.EXPERIMENTAL)
public record AdditiveAttention(int querySize, int keySize, int units) implements Attention {
  @Override
  public List<ParameterSpec> parameters() {
    ParameterSpec v = ParameterSpec.matrix("v", units, 1);
    return List.of(
        ParameterSpec.matrix("W_query", querySize, units),
        ParameterSpec.matrix("W_key", keySize, units),
        ParameterSpec.bias("b", units),
        new ParameterSpec("v", Shape.of(units), v.initializer(), v.fanIn(), v.fanOut()));
  }

  @Override
  public Tensor project(Tensor keys, Function<String, Tensor> parameters) {
    return keys.matmul(parameters.apply("W_key")).plus(parameters.apply("b")); // [B, S, A]
  }

  @Override
  public Tensor scores(Tensor query, Tensor projected, Function<String, Tensor> parameters) {
    int batch = projected.shape().size(0);
    int positions = projected.shape().size(1);
    Tensor q =
        Queries.checked(query, querySize)
            .matmul(parameters.apply("W_query"))
            .reshape(batch, 1, units);
    Tensor hidden = projected.plus(q).tanh(); // [B, S, A]
    return hidden.matmul(parameters.apply("v").reshape(units, 1)).reshape(batch, positions);
  }

  /** Option: {@code units}, the size A of the hidden layer (Q by default). */
  public static final class Provider implements AttentionProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "additive";
    }

    @Override
    public String description() {
      return "additive score: a feed-forward network over query and key (Bahdanau et al. 2015)";
    }

    @Override
    public Attention create(int querySize, int keySize, OptionReader options) {
      return new AdditiveAttention(querySize, keySize, options.size("units", 1, querySize));
    }
  }
}
