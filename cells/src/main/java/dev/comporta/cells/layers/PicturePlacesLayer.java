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
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Turns the positions of the image at every timestep into timesteps, row by row, so that later
 * layers can run over them or attend to them (Xu et al. 2015, <i>Show, Attend and Tell</i>, section
 * 3.1.1): {@code [T, B, C * height * width] -> [T * height * width, B, C]}, or {@code [.., C + 2]}
 * with coordinates.
 *
 * <pre>
 * y[t * height * width + s, b, c] = x[t, b, c * height * width + s] + P[s, c]     s = i * width + j
 * </pre>
 *
 * <p>The features of a timestep are the image, channel by channel and row by row, as returned by
 * {@link Conv2dLayer} and {@link Pool2dLayer}. Parameters: P {@code [height * width, C]}, learned
 * position embeddings, without which later layers cannot distinguish positions (Dosovitskiy et al.
 * 2021, section 3.1); none if {@code placeVectors} is false. With {@code coordinates}, two more
 * features say where a position is (Liu et al. 2018, <i>An intriguing failing of convolutional
 * neural networks and the CoordConv solution</i>): {@code (2 i + 1) / height - 1} and {@code (2 j +
 * 1) / width - 1}, from -1 at the top and the left to 1. A row of length L has {@code L * height *
 * width} timesteps after this layer.
 *
 * @param channels C
 * @param height the rows of the image
 * @param width the columns of the image
 * @param placeVectors whether it has position embeddings P
 * @param coordinates whether the row and the column of a position are features of it
 */
@API(status = API.Status.EXPERIMENTAL)
public record PicturePlacesLayer(
    int channels, int height, int width, boolean placeVectors, boolean coordinates)
    implements Layer {
  /** The number of coordinates of a position, its row and its column. */
  public static final int COORDINATES = 2;

  private static final Spec SMALL = Spec.of("uniform").with("low", -0.1).with("high", 0.1);

  @Override
  public int outputSize() {
    return coordinates ? channels + COORDINATES : channels;
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
    if (coordinates) {
      Shape everywhere = Shape.of(places(), timesteps * batch, COORDINATES);
      y = y.concat(2, coordinates(x).apply(new Op.BroadcastTo(everywhere)));
    }
    if (timesteps > 1) {
      y = y.reshape(places(), timesteps, batch * outputSize()).swapLeading();
    }
    y = y.reshape(timesteps * places(), batch, outputSize());
    int[] lengths = input.lengths();
    return new Output(
        Sequence.of(
            y, lengths == null ? null : Arrays.stream(lengths).map(l -> l * places()).toArray()),
        carry);
  }

  /** The row and the column of each position, {@code [height * width, 1, 2]}. */
  private Tensor coordinates(Tensor engine) {
    Shape shape = Shape.of(height, width);
    Tensor rows = centres(engine, height).reshape(height, 1).apply(new Op.BroadcastTo(shape));
    Tensor columns = centres(engine, width).apply(new Op.BroadcastTo(shape));
    return rows.reshape(places(), 1, 1).concat(2, columns.reshape(places(), 1, 1));
  }

  /** Where the centres of equal parts of -1 to 1 are, {@code [1, count]}. */
  private static Tensor centres(Tensor engine, int count) {
    return engine
        .constant(Shape.of(1, count), 1)
        .cumulativeSum() // 1, 2, ..., count
        .times(2f / count)
        .plus(-1f / count - 1);
  }

  /**
   * Options: {@code height} and {@code width} of the image, required (the number of channels
   * follows from the previous layer); {@code place-vectors} (true by default): learned position
   * embeddings; {@code coordinates} (false by default): the row and the column of each position as
   * features.
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
          (int) (features / places),
          height,
          width,
          options.flag("place-vectors", true),
          options.flag("coordinates", false));
    }
  }
}
