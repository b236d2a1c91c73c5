package dev.comporta.exchange.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.layer.Source;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code copy-decoder}: a cell over all timesteps of the target whose first state is a copy of the
 * encoder's last state (Sutskever, Vinyals and Le 2014); {@code decoder} computes its first state
 * from that state instead. Parameters: the cell's, as {@code cell.NAME}.
 *
 * @param cell the cell, whose state has the sizes of the encoder's
 */
public record CopyDecoderLayer(Cell cell) implements Layer {
  private static final String PREFIX = "cell.";
  private static final String START = "start";

  @Override
  public int outputSize() {
    return cell.outputSize();
  }

  @Override
  public List<ParameterSpec> parameters() {
    return cell.parameters().stream().map(spec -> spec.prefixed(PREFIX)).toList();
  }

  @Override
  public List<StateSpec> carry() {
    return cell.state();
  }

  @Override
  public Map<String, Memory> memories(Source source, LayerContext context) {
    return Map.of(START, Memory.of(source.summary()));
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Memory start = context.memories().get(START);
    if (start == null) {
      throw new InvalidOptionException(
          "[copy-decoder] expected the state of an encoder but got none");
    }
    Tensor beginning = context.beginning();
    Map<String, Tensor> parts = new LinkedHashMap<>();
    int at = 0;
    for (StateSpec part : cell.state()) {
      Tensor first = start.values().slice(-1, at, at + part.size()); // [B, size]
      parts.put(
          part.name(), beginning == null ? first : beginning.select(first, carry.get(part.name())));
      at += part.size();
    }
    return context.unroll(cell, PREFIX, input, CellState.of(parts), false);
  }

  /** Options: {@code cell} and {@code hidden}, both required. */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "copy-decoder";
    }

    @Override
    public String description() {
      return "A decoder whose first state is the encoder's last one (Sutskever et al. 2014)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      throw new InvalidOptionException(
          "[copy-decoder] expected an encoder; use it in the layers of an encoder-decoder");
    }

    @Override
    public Layer create(int inputSize, Source.Sizes source, OptionReader options, Catalog catalog) {
      int hidden = options.size("hidden", 1);
      Cell cell =
          catalog.build(
              Kind.CELL,
              options.spec("cell"),
              (provider, inner) ->
                  provider.create(Sizes.features(name(), inputSize), hidden, inner));
      int size = cell.state().stream().mapToInt(StateSpec::size).sum();
      if (size != source.summary()) {
        throw new InvalidOptionException(
            formatted(
                "[copy-decoder] expected an encoder whose last state has %d numbers, like the cell's, but it has %d",
                size, source.summary()));
      }
      return new CopyDecoderLayer(cell);
    }
  }
}
