package dev.comporta.cells.layers;

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
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The scores of a linear-chain conditional random field (Lafferty et al. 2001; Lample et al. 2016,
 * <i>Neural Architectures for Named Entity Recognition</i>, section 2.2): {@code [T, B, F] -> [T,
 * B, (C + 2) C]}. The output has all that the loss {@code crf} and Viterbi decoding need.
 *
 * <pre>
 * P_t = x_t W + b                              score of each class at timestep t
 * y_t[0, j]     = A[0, j]     + P_t[j]         class j begins the sequence
 * y_t[1 + i, j] = A[1 + i, j] + P_t[j]         class j follows class i
 * y_t[C + 1, j] = A[C + 1, j]                  class j ends the sequence
 *
 * s(x, l) = y_0[0, l_0] + sum of y_t[1 + l_(t-1), l_t] over t &gt; 0 + y_(T-1)[C + 1, l_(T-1)]
 * </pre>
 *
 * <p>s is the score of a sequence of classes l, the equation of Lample et al. Row 0 counts at the
 * first timestep of a sequence only and the last row at its last; the layer itself is the same at
 * every timestep, so it runs in streams as well. Parameters: W {@code [F, C]}, b {@code [C]}, and
 * the transitions A {@code [C + 2, C]}, which start as zeros.
 *
 * @param inputSize F
 * @param classes C
 */
@API(status = API.Status.EXPERIMENTAL)
public record CrfLayer(int inputSize, int classes) implements Layer {
  @Override
  public int outputSize() {
    return classes * (classes + 2);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.matrix("W", inputSize, classes),
        ParameterSpec.bias("b", classes),
        new ParameterSpec(
            "A",
            Shape.of(classes + 2, classes).named("from", "to"),
            Spec.of("zeros"),
            classes,
            classes));
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor x = Features.of("crf", input, inputSize); // [T, B, F]
    Tensor scores = x.matmul(context.parameter("W")).plus(context.parameter("b")); // [T, B, C]
    Tensor[] others = new Tensor[classes + 1];
    Arrays.fill(others, scores);
    others[classes] = scores.constant(scores.shape(), 0); // the end has no score of a class
    Tensor transitions = context.parameter("A").reshape(outputSize());
    return new Output(input.withValues(scores.concat(-1, others).plus(transitions)), carry);
  }

  /** Options: {@code units} (C, required, 2 or more). */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "crf";
    }

    @Override
    public String description() {
      return "Scores of a linear-chain conditional random field, for the loss crf (Lample et al. 2016)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      int checked = Features.checked(name(), inputSize);
      int classes = options.size("units", 2);
      if (classes * (classes + 2L) > OptionReader.LARGEST_SIZE) {
        throw new InvalidOptionException(
            formatted(
                "[crf] option 'units' expected at most %d classes, each of which has a transition from each, but got %d",
                (int) Math.sqrt(OptionReader.LARGEST_SIZE + 1.0) - 1, classes));
      }
      return new CrfLayer(checked, classes);
    }
  }
}
