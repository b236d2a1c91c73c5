package dev.comporta.cells.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.CellDropout;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code stack}: several layers of the same specification in sequence, as a {@link
 * SequentialLayer}. Each has its own parameters, named {@code layers.N.NAME}.
 *
 * <p>Options: {@code layer}, a specification, required; {@code depth}, how many, required, 1024 at
 * most; {@code dropout} between them (0), on the output of each but the last (Zaremba et al. 2014);
 * {@code around} (none by default): a way around each layer with its dropout, {@code residual} (see
 * {@link ResidualLayer}) or {@code highway} (see {@link HighwayLayer}). A first layer that changes
 * the number of features has no way around it.
 */
public final class StackProvider implements LayerProvider {
  private static final int DEEPEST = 1024;

  /** Made by the service loader. */
  public StackProvider() {}

  @Override
  public String name() {
    return "stack";
  }

  @Override
  public String description() {
    return "A layer repeated to any depth, with dropout and residual or highway connections";
  }

  @Override
  public Layer create(int inputSize, OptionReader options, Catalog catalog) {
    Features.checked(name(), inputSize);
    Spec layer = options.spec("layer");
    int depth = options.whole("depth", 1, DEEPEST);
    float dropout = (float) options.real("dropout", 0, 0, CellDropout.MOST);
    String around = options.choice("around", "none", List.of("none", "residual", "highway"));
    List<Layer> layers = new ArrayList<>();
    int size = inputSize;
    for (int n = 0; n < depth; n++) {
      List<Layer> inner = new ArrayList<>();
      inner.add(SequentialLayer.build(name(), layer, size, catalog));
      int given = inner.getFirst().outputSize();
      if (dropout > 0 && n < depth - 1) {
        inner.add(new DropoutLayer(given, dropout, false));
      }
      if (around.equals("none") || given != size) {
        requireWayAround(around, n, size, given);
        layers.addAll(inner);
      } else {
        SequentialLayer f = new SequentialLayer(inner);
        layers.add(
            around.equals("residual")
                ? new ResidualLayer(f)
                : new HighwayLayer(f, HighwayLayer.GATE_BIAS));
      }
      size = given;
    }
    return new SequentialLayer(layers);
  }

  private static void requireWayAround(String around, int n, int size, int given) {
    if (!around.equals("none") && n > 0) {
      throw new InvalidOptionException(
          formatted(
              "[stack] option 'around' expected as many output features as input features but layer %d has %d input and %d output features; use 'none'",
              n, size, given));
    }
  }
}
