package dev.comporta.cells.layers;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * A bidirectional recurrent layer (Schuster and Paliwal 1997, <i>Bidirectional Recurrent Neural
 * Networks</i>): {@code [T, B, I] -> [T, B, 2 O]}, or {@code [T, B, O]} if the outputs are merged
 * by sum or mean.
 *
 * <pre>
 * y_t = merge(forward_t, backward_t)
 * </pre>
 *
 * <p>The backward cell starts at the last timestep of each row. Parameters and carry are those of
 * the cells, named {@code forward.NAME} and {@code backward.NAME}. Over the chunks of a long
 * sequence the forward cell goes on from chunk to chunk, and the backward cell starts anew in each:
 * what follows a chunk in time is not there yet. Streams, which have one timestep at a time, reject
 * the layer.
 *
 * @param forward the cell that starts at the first timestep
 * @param backward the cell that starts at the last timestep
 * @param merge how their outputs are combined
 * @param returns what each direction returns; for the backward cell, the first timestep is the last
 *     one processed
 */
@API(status = API.Status.EXPERIMENTAL)
public record BidirectionalLayer(Cell forward, Cell backward, Merge merge, Returns returns)
    implements Layer {
  private static final String FORWARD = "forward.";
  private static final String BACKWARD = "backward.";

  /** How the two outputs of a timestep are combined. */
  public enum Merge {
    /** Concatenated, forward first. */
    CONCATENATE,
    /** The sum. */
    SUM,
    /** The mean. */
    MEAN
  }

  @Override
  public int outputSize() {
    return merge == Merge.CONCATENATE
        ? returns.size(forward) + returns.size(backward)
        : returns.size(forward);
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    forward.parameters().forEach(spec -> parameters.add(spec.prefixed(FORWARD)));
    backward.parameters().forEach(spec -> parameters.add(spec.prefixed(BACKWARD)));
    return List.copyOf(parameters);
  }

  @Override
  public List<StateSpec> carry() {
    List<StateSpec> carry = new ArrayList<>();
    carry.addAll(Nested.carry(forward.state(), FORWARD, FORWARD));
    carry.addAll(Nested.turned(Nested.carry(backward.state(), BACKWARD, BACKWARD)));
    return List.copyOf(carry);
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Features.of("bidirectional", input, forward.inputSize());
    Output ahead =
        context.unroll(
            forward, FORWARD, input, Nested.inner(carry, forward.state(), FORWARD), false);
    Output back =
        context.unroll(
            backward, BACKWARD, input, Nested.inner(carry, backward.state(), BACKWARD), true);
    Tensor a = returns.of(forward, input, ahead, false); // [T or 1, B, O]
    Tensor b = returns.of(backward, input, back, true);
    Tensor y =
        switch (merge) {
          case CONCATENATE -> a.concat(-1, b);
          case SUM -> a.plus(b);
          case MEAN -> a.plus(b).times(0.5f);
        };
    Map<String, Tensor> after = new LinkedHashMap<>();
    Nested.put(after, FORWARD, ahead.carry());
    Nested.put(after, BACKWARD, back.carry());
    return new Output(returns.sequence(input, y), CellState.of(after));
  }

  /**
   * Options: {@code merge} (concatenate by default; sum, mean), {@code returns} (sequence; last,
   * states, state: see {@link RecurrentLayer}) and those of {@link CellOptions}, which apply to
   * both cells.
   */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "bidirectional";
    }

    @Override
    public String description() {
      return "A cell in each direction of time (Schuster and Paliwal 1997)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      int checked = Features.checked(name(), inputSize);
      Merge merge =
          switch (options.choice("merge", "concatenate", List.of("concatenate", "sum", "mean"))) {
            case "sum" -> Merge.SUM;
            case "mean" -> Merge.MEAN;
            default -> Merge.CONCATENATE;
          };
      Cell cell = Returns.asked(CellOptions.read(checked, options, catalog), options);
      return new BidirectionalLayer(cell, cell, merge, Returns.read(options));
    }
  }
}
