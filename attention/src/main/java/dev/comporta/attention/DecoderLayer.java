package dev.comporta.attention;

import dev.comporta.api.catalog.Catalog;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * A decoder without attention: a cell over all timesteps of the target whose initial state is
 * computed from the encoder's last state (Sutskever, Vinyals and Le 2014); with {@code context},
 * the summary of the source is also an input at every timestep (Cho et al. 2014). {@code [T, B, I]
 * -> [T, B, O]}.
 *
 * <p>Parameters: those of the cell as {@code cell.NAME}, {@code bridge.NAME.W} and {@code
 * bridge.NAME.b} for each part of the state, and those of the read-out. Carry: the cell's state.
 *
 * @param cell the cell; a {@link ContextCell} if the summary is an input at every timestep
 * @param summary the size of the encoder's summary (its last state)
 * @param readOut the transformation of the cell's output
 */
@API(status = API.Status.EXPERIMENTAL)
public record DecoderLayer(Cell cell, int summary, ReadOut readOut) implements Layer {
  /** Its permanent name. */
  public static final String NAME = "decoder";

  private static final String PREFIX = "cell.";

  @Override
  public int outputSize() {
    return readOut.units();
  }

  private Bridge bridge() {
    return new Bridge(cell.state(), summary);
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    cell.parameters().forEach(spec -> parameters.add(spec.prefixed(PREFIX)));
    parameters.addAll(bridge().parameters());
    parameters.addAll(readOut.parameters());
    return List.copyOf(parameters);
  }

  @Override
  public List<StateSpec> carry() {
    List<StateSpec> carry = new ArrayList<>();
    for (StateSpec part : cell.state()) {
      String initial = part.initial();
      carry.add(new StateSpec(part.name(), part.size(), initial == null ? null : PREFIX + initial));
    }
    return List.copyOf(carry);
  }

  @Override
  public Map<String, Memory> memories(Source source, LayerContext context) {
    Map<String, Memory> memories = new LinkedHashMap<>(bridge().memories(source, context));
    memories.put(ContextCell.SUMMARY, Memory.of(source.summary()));
    return memories;
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Map<String, Memory> read = new LinkedHashMap<>();
    cell.memories().forEach(name -> read.put(name, Sources.required(context, name)));
    CellState start = bridge().start(carry, context);
    Output output = context.unroll(cell, PREFIX, input, start, false, read);
    Tensor y = readOut.of(input.values(), output.sequence().values(), context);
    return new Output(input.withValues(y), output.carry());
  }

  /**
   * Options: {@code cell} (a cell with a state part h, required), {@code hidden} (H, required),
   * {@code context} (whether the summary is an input at every timestep; default true), {@code
   * read-out} (none, dense or maxout; default none), {@code read-out-size} (default H).
   */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String description() {
      return "A decoder initialised from the encoder's last state (Cho et al., Sutskever et al. 2014)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      throw Sources.noEncoder(name());
    }

    @Override
    public Layer create(int inputSize, Source.Sizes source, OptionReader options, Catalog catalog) {
      int n = Sources.checked(name(), source).summary();
      int hidden = options.size("hidden", 1);
      boolean context = options.flag("context", true);
      int taken = context ? inputSize + n : inputSize;
      Cell inner = Decoders.cell(name(), options, catalog, taken, hidden);
      Cell cell = context ? new ContextCell(inputSize, inner) : inner;
      ReadOut readOut =
          ReadOut.read(options, ReadOut.Kind.NONE, inputSize, cell.outputSize(), hidden);
      return new DecoderLayer(cell, n, readOut);
    }
  }
}
