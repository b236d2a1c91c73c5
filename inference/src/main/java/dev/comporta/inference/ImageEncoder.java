package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.layer.Layer;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.attention.AttentionDecoderLayer;
import dev.comporta.attention.FilmAttentionLayer;
import dev.comporta.cells.layers.PicturePlacesLayer;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.inference.content.StoredImageFeatures;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The encoder of square images, of clips of such images, or of features of images, that a captioner
 * and an answerer of questions share.
 */
final class ImageEncoder {
  private final int frames;
  private final @Nullable StoredImageFeatures read;
  private final int side;
  private final int features;
  private final @Nullable PicturePlacesLayer places;
  private final @Nullable String decoder;
  private final List<String> weights;

  /**
   * Finds the size of images and their positions.
   *
   * @param frames of a clip; 1 for images
   * @param read the features that it reads in place of images; null if it reads images
   */
  ImageEncoder(SequenceModel network, int frames, @Nullable StoredImageFeatures read) {
    this.frames = frames;
    this.read = read;
    this.features =
        network.encoder().isEmpty() ? 0 : network.spec().reader().size("source-input-size", 0, 0);
    this.side =
        read != null ? 0 : (int) Math.round(Math.sqrt(features / (double) Captioner.CHANNELS));
    this.decoder = AttentionDecoderLayer.weights(network);
    this.weights = decoder == null ? FilmAttentionLayer.weights(network) : List.of(decoder);
    PicturePlacesLayer found = null;
    for (Layer layer : network.encoder()) {
      found = layer instanceof PicturePlacesLayer it ? it : found;
    }
    this.places = found;
  }

  /**
   * Whether there is an encoder, and its input is a square image in three colours, or features at
   * positions.
   */
  boolean readsImages() {
    return read != null
        ? places != null && features > 0 && frames == 1
        : side > 0 && (long) side * side * Captioner.CHANNELS == features;
  }

  /** Where the features come from; null if it reads images. */
  @Nullable StoredImageFeatures read() {
    return read;
  }

  int side() {
    return side;
  }

  int frames() {
    return frames;
  }

  boolean hasAttention() {
    return !weights.isEmpty() && (places != null || frames > 1);
  }

  /** The name of the attention weights of a decoder, or null. */
  @Nullable String decoderWeights() {
    return decoder;
  }

  /** The names of the attention weights; none without attention. */
  List<String> weights() {
    return hasAttention() ? weights : List.of();
  }

  /** Whether heads attend once, with a name each, and not a decoder at each word. */
  boolean hasHeads() {
    return decoder == null && hasAttention();
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
   * @param images intensities from 0 to 255 {@code [frames, 3, side, side]} each, or features
   */
  Batch batch(String operation, List<float[]> images) {
    int size = Math.multiplyExact(frames, features);
    float[] values = new float[Math.multiplyExact(images.size(), size)];
    for (int i = 0; i < images.size(); i++) {
      float[] image = images.get(i);
      if (image.length != size) {
        throw new ShapeException(
            formatted(
                "[%s] expected %s of %d numbers but image %d has %d; %s",
                operation,
                shape(),
                size,
                i,
                image.length,
                read == null ? "scale it first" : "compute them by " + read.file()));
      }
      System.arraycopy(image, 0, values, i * size, size);
    }
    return read == null
        ? Captioner.source(values, images.size(), frames)
        : Captioner.source(values, images.size(), read);
  }

  private String shape() {
    if (places != null && read != null) {
      return formatted(
          "features [%d, %d, %d]", features / places.places(), places.height(), places.width());
    }
    return formatted(
        "images [%s%d, %d, %d]", frames == 1 ? "" : frames + ", ", Captioner.CHANNELS, side, side);
  }
}
