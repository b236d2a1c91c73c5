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
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Turns the positions of the image at every timestep into timesteps, row by row, so that later
 * layers can run over them or attend to them (Xu et al. 2015, <i>Show, Attend and Tell</i>, section
 * 3.1.1): {@code [T, B, C * height * width] -> [T * height * width, B, C]}.
 *
 * <pre>
 * y[t * height * width + s, b, c] = x[t, b, c * height * width + s] + P[s, c]     s = i * width + j
 * </pre>
 *
 * <p>The features of a timestep are the image, channel by channel and row by row, as returned by
 * {@link Conv2dLayer} and {@link Pool2dLayer}. Parameters: P {@code [height * width, C]}, learned
 * position embeddings, without which later layers cannot distinguish positions (Dosovitskiy et al.
 * 2021, section 3.1); none if {@code placeVectors} is false. A row of length L has {@code L *
 * height * width} timesteps after this layer.
 *
 * @param channels C
 * @param height the rows of the image
 * @param width the columns of the image
 * @param placeVectors whether it has position embeddings P
 */
@API(status = API.Status.EXPERIMENTAL)
public record PicturePlacesLayer(int channels, int height, int width, boolean placeVectors)
    implements Layer {
  private static final Spec SMALL = Spec.of("uniform").with("low", -0.1).with("high", 0.1);

  @Override
  public int outputSize() {
    return channels;
  }

  /**
   * The number of positions, each of which becomes a timestep.
   *
   * @return height times width
   */
  public int places() {
    return height * width;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return placeVectors
        ? List.of(ParameterSpec.matrix("P", places(), channels).initializedBy(SMALL))
        : List.of();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor x = Features.of("picture-places", input, channels * places()); // [T, B, C S]
    int timesteps = input.timesteps();
    int batch = input.batch();
    Tensor y =
        x.transpose() // [C S, T B]
            .reshape(channels, places() * timesteps * batch)
            .transpose() // [S T B, C]
            .reshape(places(), timesteps * batch, channels);
    if (placeVectors) {
      y = y.plus(context.parameter("P").reshape(places(), 1, channels));
    }
    if (timesteps > 1) {
      y = y.reshape(places(), timesteps, batch * channels).swapLeading();
    }
    y = y.reshape(timesteps * places(), batch, channels);
    int[] lengths = input.lengths();
    return new Output(
        Sequence.of(
            y, lengths == null ? null : Arrays.stream(lengths).map(l -> l * places()).toArray()),
        carry);
  }

  /**
   * Options: {@code height} and {@code width} of the image, required (the number of channels
   * follows from the previous layer); {@code place-vectors} (true by default): learned position
   * embeddings.
   */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "picture-places";
    }

    @Override
    public String description() {
      return "Image positions as timesteps, for spatial attention (Xu et al. 2015)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      int features = Features.checked(name(), inputSize);
      int height = options.size("height", 1);
      int width = options.size("width", 1);
      long places = (long) height * width;
      if (features % places != 0) {
        throw new InvalidOptionException(
            formatted(
                "[%s] expected features that divide into channels of height %d x width %d = %d but the previous layer has %d",
                name(), height, width, places, features));
      }
      return new PicturePlacesLayer(
          (int) (features / places), height, width, options.flag("place-vectors", true));
    }
  }
}
