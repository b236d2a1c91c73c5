package dev.comporta.cells.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Layers applied in sequence. Parameters and parts of the carry are those of the layers, named
 * {@code layers.N.NAME}.
 *
 * @param layers first to last, at least one
 */
@API(status = API.Status.EXPERIMENTAL)
public record SequentialLayer(List<Layer> layers) implements Layer {
  /** Copies the list. */
  public SequentialLayer {
    layers = List.copyOf(layers);
  }

  /**
   * Reads the option {@code layers}.
   *
   * @param inputSize the features of the first layer's input, 0 for ids
   * @param options the options with the list
   * @param catalog used to look up the layers
   * @return the layers in sequence
   * @throws InvalidOptionException if the list is empty
   */
  static SequentialLayer read(int inputSize, OptionReader options, Catalog catalog) {
    return of(options.specs("layers"), inputSize, options, catalog);
  }

  /**
   * Builds the layers of an option.
   *
   * @throws InvalidOptionException if there are none
   */
  static SequentialLayer of(
      List<Spec> specs, int inputSize, OptionReader options, Catalog catalog) {
    List<Layer> layers = new ArrayList<>();
    int size = inputSize;
    for (Spec spec : specs) {
      Layer layer = build(options.name(), spec, size, catalog);
      layers.add(layer);
      size = layer.outputSize();
    }
    if (layers.isEmpty()) {
      throw new InvalidOptionException(
          formatted(
              "[%s] option 'layers' expected at least one layer but got none", options.name()));
    }
    return new SequentialLayer(layers);
  }

  /** Builds a nested layer, which must not share parameters of another layer. */
  static Layer build(String outer, Spec spec, int inputSize, Catalog catalog) {
    Layer layer =
        catalog.build(
            Kind.LAYER, spec, (provider, inner) -> provider.create(inputSize, inner, catalog));
    if (!layer.borrowed().isEmpty()) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected layers with their own parameters but '%s' shares those of another layer; move it to the outermost list",
              outer, spec.name()));
    }
    return layer;
  }

  private static String prefix(int layer) {
    return "layers." + layer + ".";
  }

  /**
   * The layers by the prefix of their parameters and parts of the carry.
   *
   * @return first to last, such as {@code layers.0.}
   */
  public Map<String, Layer> named() {
    Map<String, Layer> named = new LinkedHashMap<>();
    for (int n = 0; n < layers.size(); n++) {
      named.put(prefix(n), layers.get(n));
    }
    return named;
  }

  @Override
  public int outputSize() {
    return layers.getLast().outputSize();
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    for (int n = 0; n < layers.size(); n++) {
      String prefix = prefix(n);
      layers.get(n).parameters().forEach(spec -> parameters.add(spec.prefixed(prefix)));
    }
    return List.copyOf(parameters);
  }

  @Override
  public List<StateSpec> carry() {
    List<StateSpec> carry = new ArrayList<>();
    boolean reversed = false;
    for (int n = 0; n < layers.size(); n++) {
      List<StateSpec> parts = Nested.carry(layers.get(n).carry(), prefix(n), prefix(n));
      carry.addAll(reversed ? Nested.turned(parts) : parts);
      reversed ^= layers.get(n).reversesTime();
    }
    return List.copyOf(carry);
  }

  @Override
  public boolean reversesTime() {
    return layers.stream().filter(Layer::reversesTime).count() % 2 == 1;
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Map<String, Tensor> after = new LinkedHashMap<>();
    Sequence sequence = input;
    for (int n = 0; n < layers.size(); n++) {
      Layer layer = layers.get(n);
      CellState before = Nested.inner(carry, layer.carry(), prefix(n));
      Output output = layer.forward(sequence, before, new Nested(context, prefix(n)));
      Nested.put(after, prefix(n), output.carry());
      sequence = output.sequence();
    }
    return new Output(sequence, CellState.of(after));
  }

  /** Options: {@code layers}, a list of specifications, required. */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "sequential";
    }

    @Override
    public String description() {
      return "Several layers in sequence, as one layer";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return SequentialLayer.read(inputSize, options, catalog);
    }
  }
}
