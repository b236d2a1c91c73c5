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
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import java.util.List;
import org.apiguardian.api.API;

/**
 * An embedding: looks up one row of a table per id, {@code [T, B] -> [T, B, E]}.
 *
 * <pre>
 * y[t, b] = table[id[t, b]]
 * </pre>
 *
 * <p>Parameter: table {@code [V, E]}, initialised uniformly on [-0.1, 0.1) by default (Zaremba et
 * al. 2014). Ids at padding are arbitrary; any other id outside 0 to V - 1 is an error.
 *
 * @param vocabulary V, the number of ids
 * @param size E, the number of features per id
 * @param start the initialiser of the table
 */
@API(status = API.Status.EXPERIMENTAL)
public record EmbeddingLayer(int vocabulary, int size, Spec start) implements Layer {
  /** The name of the parameter. */
  public static final String TABLE = "table";

  private static final Spec UNIFORM = Spec.of("uniform").with("low", -0.1).with("high", 0.1);

  /**
   * Creates an embedding with the default initialiser.
   *
   * @param vocabulary V
   * @param size E
   */
  public EmbeddingLayer(int vocabulary, int size) {
    this(vocabulary, size, UNIFORM);
  }

  @Override
  public int outputSize() {
    return size;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        new ParameterSpec(
            TABLE,
            Shape.of(vocabulary, size).named("vocabulary", "features"),
            start,
            vocabulary,
            size));
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Ids ids = checked(input);
    return new Output(Sequence.of(context.parameter(TABLE).gather(ids), input.lengths()), carry);
  }

  /** Validates the ids and replaces those at padding that are out of range by 0. */
  private Ids checked(Sequence input) {
    Ids ids = input.ids();
    int[] lengths = input.lengths();
    int[] values = ids.values();
    int[] repaired = values;
    for (int t = 0; t < ids.timesteps(); t++) {
      for (int b = 0; b < ids.batch(); b++) {
        int at = t * ids.batch() + b;
        if (values[at] >= 0 && values[at] < vocabulary) {
          continue;
        }
        if (lengths == null || t < lengths[b]) {
          throw new ShapeException(
              formatted(
                  "[embedding] expected ids between 0 and %d but got %d at timestep %d of row %d; use the vocabulary that the model was built with",
                  vocabulary - 1, values[at], t, b));
        }
        if (repaired == values) {
          repaired = values.clone();
        }
        repaired[at] = 0;
      }
    }
    return repaired == values ? ids : new Ids(ids.timesteps(), ids.batch(), repaired);
  }

  /**
   * Options: {@code vocabulary} and {@code size}, both required; {@code initializer} (uniform on
   * [-0.1, 0.1) by default).
   */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "embedding";
    }

    @Override
    public String description() {
      return "A learned vector for each id";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      if (inputSize != 0) {
        throw new InvalidOptionException(
            formatted(
                "[embedding] expected ids as input but the previous layer has %d output features; make the embedding the first layer",
                inputSize));
      }
      return new EmbeddingLayer(
          options.size("vocabulary", 1),
          options.size("size", 1),
          options.spec("initializer", UNIFORM));
    }
  }
}
