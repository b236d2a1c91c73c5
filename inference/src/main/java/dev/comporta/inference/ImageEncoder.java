package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.layer.Layer;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.attention.AttentionDecoderLayer;
import dev.comporta.cells.layers.PicturePlacesLayer;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.SequenceModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The encoder of square images that a captioner and an answerer of questions share. */
final class ImageEncoder {
  private final int side;
  private final int features;
  private final @Nullable PicturePlacesLayer places;
  private final @Nullable String weights;

  /** Finds the size of images and their positions. */
  ImageEncoder(SequenceModel network) {
    this.features =
        network.encoder().isEmpty() ? 0 : network.spec().reader().size("source-input-size", 0, 0);
    this.side = (int) Math.round(Math.sqrt(features / (double) Captioner.CHANNELS));
    this.weights = AttentionDecoderLayer.weights(network);
    PicturePlacesLayer found = null;
    for (Layer layer : network.encoder()) {
      found = layer instanceof PicturePlacesLayer it ? it : found;
    }
    this.places = found;
  }

  /** Whether there is an encoder, and its input is a square image in three colours. */
  boolean readsImages() {
    return side > 0 && (long) side * side * Captioner.CHANNELS == features;
  }

  int side() {
    return side;
  }

  boolean hasAttention() {
    return weights != null && places != null;
  }

  /** The name of the attention weights, or null. */
  @Nullable String weights() {
    return weights;
  }

  /** The number of positions. */
  int places() {
    return places == null ? 1 : places.places();
  }

  int rows() {
    return hasAttention() && places != null ? places.height() : 0;
  }

  int columns() {
    return hasAttention() && places != null ? places.width() : 0;
  }

  /**
   * The images as the input of the encoder.
   *
   * @param operation for messages
   * @param images intensities from 0 to 255 {@code [3, side, side]} each
   */
  Batch batch(String operation, List<float[]> images) {
    float[] values = new float[Math.multiplyExact(images.size(), features)];
    for (int i = 0; i < images.size(); i++) {
      float[] image = images.get(i);
      if (image.length != features) {
        throw new ShapeException(
            formatted(
                "[%s] expected images [%d, %d, %d] of %d numbers but image %d has %d; scale it first",
                operation, Captioner.CHANNELS, side, side, features, i, image.length));
      }
      System.arraycopy(image, 0, values, i * features, features);
    }
    Captioner.toInput(values);
    return Batch.ofValues(1, images.size(), features, values, null);
  }
}
