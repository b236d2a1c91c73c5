package dev.comporta.cells.layers;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.cells.Activation;
import java.util.List;
import org.apiguardian.api.API;

/**
 * An activation function applied at every timestep, without parameters: {@code [T, B, F] -> [T, B,
 * F]}. Softmax and log-softmax turn logits into probabilities and log-probabilities; omit them
 * before a loss that expects logits.
 *
 * @param size F
 * @param function the activation function
 */
@API(status = API.Status.EXPERIMENTAL)
public record ActivationLayer(int size, Activation function) implements Layer {
  @Override
  public int outputSize() {
    return size;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    return new Output(
        input.withValues(function.apply(Features.of("activation", input, size))), carry);
  }

  /**
   * Options: {@code function} (tanh by default; identity, relu, sigmoid, hard-threshold, softplus,
   * softmax, log-softmax).
   */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "activation";
    }

    @Override
    public String description() {
      return "An activation function at every timestep: tanh, ReLU, sigmoid, softplus, softmax and others";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return new ActivationLayer(
          Features.checked(name(), inputSize),
          Activation.read(options, "function", Activation.TANH));
    }
  }

  /** The layer {@code softmax}: no options. */
  public static final class SoftmaxProvider implements LayerProvider {
    /** Called by the service loader. */
    public SoftmaxProvider() {}

    @Override
    public String name() {
      return "softmax";
    }

    @Override
    public String description() {
      return "Softmax at every timestep: probabilities from logits";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return new ActivationLayer(Features.checked(name(), inputSize), Activation.SOFTMAX);
    }
  }
}
