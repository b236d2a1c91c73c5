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

/**
 * The encoder of square images, or of clips of such images, that a captioner and an answerer of
 * questions share.
 */
final class ImageEncoder {
  private final int frames;
  private final int side;
  private final int features;
  private final @Nullable PicturePlacesLayer places;
  private final @Nullable String weights;

  /**
   * Finds the size of images and their positions.
   *
   * @param frames of a clip; 1 for images
   */
  ImageEncoder(SequenceModel network, int frames) {
    this.frames = frames;
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

  int frames() {
    return frames;
  }

  boolean hasAttention() {
    return weights != null && (places != null || frames > 1);
  }

  /** The name of the attention weights, or null. */
  @Nullable String weights() {
    return weights;
  }

  /** The number of positions of all frames. */
  int places() {
    return places == null ? frames : Math.multiplyExact(frames, places.places());
  }

  int rows() {
    return !hasAttention() ? 0 : places == null ? 1 : places.height();
  }

  int columns() {
    return !hasAttention() ? 0 : places == null ? 1 : places.width();
  }

  /**
   * The images as the input of the encoder.
   *
   * @param operation for messages
   * @param images intensities from 0 to 255 {@code [frames, 3, side, side]} each
   */
  Batch batch(String operation, List<float[]> images) {
    int size = Math.multiplyExact(frames, features);
    float[] values = new float[Math.multiplyExact(images.size(), size)];
    for (int i = 0; i < images.size(); i++) {
      float[] image = images.get(i);
      if (image.length != size) {
        throw new ShapeException(
            formatted(
                "[%s] expected images [%s%d, %d, %d] of %d numbers but image %d has %d; scale it first",
                operation,
                frames == 1 ? "" : frames + ", ",
                Captioner.CHANNELS,
                side,
                side,
                size,
                i,
                image.length));
      }
      System.arraycopy(image, 0, values, i * size, size);
    }
    return Captioner.source(values, images.size(), frames);
  }
}
