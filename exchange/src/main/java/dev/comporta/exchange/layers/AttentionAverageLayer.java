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
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code attention-average}: the mean of all timesteps, weighted by a score that is linear in each
 * (Felbo et al. 2017, <i>Using millions of emoji occurrences to learn any-domain
 * representations</i>, section 3): {@code [T, B, F] -> [1, B, F]}. In a graph, a second input may
 * be a mask {@code [T, B, 1]}.
 *
 * <pre>
 * e_t = exp(x_t W - max_s x_s W) mask_t
 * y = sum_t e_t x_t / (sum_t e_t + 1e-7)
 * </pre>
 *
 * <p>Parameter: W {@code [F, 1]}.
 *
 * @param outputSize F
 */
public record AttentionAverageLayer(int outputSize) implements SeveralInputs {
  private static final float EPSILON = 1e-7f;

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(ParameterSpec.matrix("W", outputSize, 1));
  }

  @Override
  public void require(List<Integer> sizes) {
    if (sizes.getFirst() != outputSize
        || sizes.size() > 2
        || (sizes.size() == 2 && sizes.get(1) != 1)) {
      throw new InvalidOptionException(
          formatted(
              "[attention-average] expected %d features and at most a mask but got inputs of %s",
              outputSize, sizes));
    }
  }

  @Override
  public Output forward(List<Sequence> inputs, CellState carry, LayerContext context) {
    Sequence input = inputs.getFirst();
    int timesteps = input.timesteps();
    int batch = input.batch();
    Tensor x = input.values();
    Tensor mask =
        TimeMask.both(TimeMask.of(input), inputs.size() > 1 ? inputs.get(1).values() : null);
    Tensor e = weights(x, mask, timesteps, batch, context.parameter("W")); // [B, T]
    Tensor weights = e.dividedBy(e.sum(-1).plus(EPSILON)).transpose().reshape(timesteps, batch, 1);
    return new Output(Sequence.of(weights.times(x).sum(0), TimeMask.one(input)), carry);
  }

  private static Tensor weights(
      Tensor x, @Nullable Tensor mask, int timesteps, int batch, Tensor w) {
    Tensor scores = x.matmul(w).reshape(timesteps, batch).transpose(); // [B, T]
    Tensor e = scores.minus(scores.maxLast()).exp();
    return mask == null ? e : e.times(mask.reshape(timesteps, batch).transpose());
  }

  /** No options. */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "attention-average";
    }

    @Override
    public String description() {
      return "The mean of all timesteps, weighted by a linear score (Felbo et al. 2017)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return new AttentionAverageLayer(Sizes.features(name(), inputSize));
    }
  }
}
