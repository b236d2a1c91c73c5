package dev.comporta.cells.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The decoder of an encoder-decoder for a fixed number of steps (Cho et al. 2014, without feedback
 * of outputs): layers read the last timestep of each row, which the encoder leaves, once for every
 * step, and their outputs are joined: {@code [T, B, F] -> [1, B, S O]}.
 *
 * <pre>
 * r[s, b] = x[length_b - 1, b]                          for s &lt; S
 * y[b] = f(r)[0, b], f(r)[1, b] ... f(r)[S - 1, b]
 * </pre>
 *
 * <p>The output of a row without timesteps has length 0. Parameters and carry: those of the layers
 * f, named {@code layers.N.NAME}.
 *
 * @param inputSize F
 * @param steps S, 1 or more
 * @param inner f, with O output features
 */
@API(status = API.Status.EXPERIMENTAL)
public record StepDecoderLayer(int inputSize, int steps, SequentialLayer inner) implements Layer {
  private static final String NAME = "step-decoder";

  @Override
  public int outputSize() {
    return steps * inner.outputSize();
  }

  @Override
  public List<ParameterSpec> parameters() {
    return inner.parameters();
  }

  @Override
  public List<StateSpec> carry() {
    return inner.carry();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor x = Features.of(NAME, input, inputSize); // [T, B, F]
    int[] lengths = Features.lengths(input);
    int batch = x.shape().size(1);
    int[] places = new int[Shape.of(steps, batch).count()];
    Arrays.setAll(places, i -> i % batch);
    Tensor repeated =
        PoolTimeLayer.last(x, lengths)
            .reshape(batch, inputSize)
            .gather(new Ids(steps, batch, places)); // [S, B, F]
    int[] some = PoolTimeLayer.oneOrNone(lengths);
    int[] full = Arrays.stream(some).map(length -> length * steps).toArray();
    Output run = inner.forward(Sequence.of(repeated, full), carry, context);
    Tensor f = run.sequence().values(); // [S, B, O]
    if (!f.shape().equals(Shape.of(steps, batch, inner.outputSize()))) {
      throw new ShapeException(
          formatted(
              "[%s] expected inner layers that return one output for each of %d steps, %s, but they return %s; leave out layers that reduce time",
              NAME, steps, Shape.of(steps, batch, inner.outputSize()), f.shape()));
    }
    Tensor y = f.swapLeading().reshape(1, batch, outputSize());
    return new Output(Sequence.of(y, some), run.carry());
  }

  /** Options: {@code steps} and {@code layers}, a list of specifications (both required). */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String description() {
      return "The decoder of an encoder-decoder: layers that read the last timestep in every step";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      int size = Features.checked(NAME, inputSize);
      int steps = options.size("steps", 1);
      SequentialLayer inner = SequentialLayer.read(size, options, catalog);
      Features.requireBounded(NAME, steps, "steps", inner.outputSize());
      return new StepDecoderLayer(size, steps, inner);
    }
  }
}
