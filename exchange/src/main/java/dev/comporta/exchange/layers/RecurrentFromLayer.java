package dev.comporta.exchange.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.StatesCell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code recurrent-from}: a cell over all timesteps whose mask and first state are other values of
 * a graph: {@code [T, B, I] -> [T, B, O]}. Inputs: the sequence; with {@code mask}, a mask {@code
 * [T, B, 1]}; with {@code start}, a vector {@code [1, B, size]} for each part of the cell's state.
 * A row starts from these vectors in its first chunk, and from the carry in later ones. Parameters:
 * the cell's, as {@code cell.NAME}.
 *
 * @param inner the cell without its mask
 * @param masked whether there is a mask
 * @param zero whether outputs are zero where the mask is 0, instead of those of the timestep before
 * @param start whether the first state is given
 * @param reverse whether the cell runs from the last timestep to the first
 * @param states whether the output is the whole state
 */
public record RecurrentFromLayer(
    Cell inner, boolean masked, boolean zero, boolean start, boolean reverse, boolean states)
    implements SeveralInputs {
  private static final String PREFIX = "cell.";
  private static final String STARTED = "started";

  private Cell cell() {
    return masked ? new MaskedCell(inner, zero) : inner;
  }

  private Cell run() {
    return states ? new StatesCell(cell()) : cell();
  }

  @Override
  public int outputSize() {
    return run().outputSize();
  }

  @Override
  public List<ParameterSpec> parameters() {
    return inner.parameters().stream().map(spec -> spec.prefixed(PREFIX)).toList();
  }

  @Override
  public List<StateSpec> carry() {
    List<StateSpec> carry = new ArrayList<>();
    cell().state().forEach(part -> carry.add(part.prefixed("", PREFIX)));
    if (start) {
      carry.add(StateSpec.zeros(STARTED, 1));
    }
    return reverse ? carry.stream().map(StateSpec::turned).toList() : List.copyOf(carry);
  }

  @Override
  public void require(List<Integer> sizes) {
    List<Integer> needed = new ArrayList<>(List.of(inner.inputSize()));
    if (masked) {
      needed.add(1);
    }
    if (start) {
      inner.state().forEach(part -> needed.add(part.size()));
    }
    if (!sizes.equals(needed)) {
      throw new InvalidOptionException(
          formatted("[recurrent-from] expected inputs of %s features but got %s", needed, sizes));
    }
  }

  @Override
  public Output forward(List<Sequence> inputs, CellState carry, LayerContext context) {
    Sequence input = inputs.getFirst();
    int at = 1;
    if (masked) {
      input = input.withValues(input.values().concat(-1, inputs.get(at++).values()));
    }
    Map<String, Tensor> first = new LinkedHashMap<>();
    cell().state().forEach(part -> first.put(part.name(), carry.get(part.name())));
    if (start) {
      Tensor started = carry.get(STARTED); // [B, 1]
      for (StateSpec part : inner.state()) {
        Tensor given = inputs.get(at++).values().reshape(input.batch(), part.size());
        first.put(part.name(), started.select(carry.get(part.name()), given));
      }
    }
    Output output = context.unroll(run(), PREFIX, input, CellState.of(first), reverse);
    if (!start) {
      return output;
    }
    Map<String, Tensor> after = new LinkedHashMap<>(output.carry().parts());
    after.put(STARTED, input.values().constant(Shape.of(input.batch(), 1), 1));
    return new Output(output.sequence(), CellState.of(after));
  }

  /**
   * Options: {@code cell} and {@code hidden}, required; {@code mask}, {@code zero-output}, {@code
   * start}, {@code reverse}, {@code states}, all false.
   */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "recurrent-from";
    }

    @Override
    public String description() {
      return "A cell whose mask and first state are other values of a graph";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      int hidden = options.size("hidden", 1);
      Cell cell =
          catalog.build(
              Kind.CELL,
              options.spec("cell"),
              (provider, inner) ->
                  provider.create(Sizes.features(name(), inputSize), hidden, inner));
      return new RecurrentFromLayer(
          cell,
          options.flag("mask", false),
          options.flag("zero-output", false),
          options.flag("start", false),
          options.flag("reverse", false),
          options.flag("states", false));
    }
  }
}
