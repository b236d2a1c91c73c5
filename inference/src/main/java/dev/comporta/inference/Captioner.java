package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.attention.decoding.BeamSearch;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.attention.decoding.DecoderSteps;
import dev.comporta.attention.decoding.Hypothesis;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.EncodedSource;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.inference.content.StoredCaptionWords;
import dev.comporta.inference.content.StoredImageFeatures;
import dev.comporta.training.text.WordVocabulary;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A model that says what an image or a clip shows: convolutions, to whose positions a decoder
 * attends (Xu et al. 2015, with soft attention), or convolutions over each frame of a clip, to
 * which it attends (Gao et al. 2017), and the words of the decoder. Any number of threads may use
 * it at once.
 *
 * <p><b>Images</b> are arrays {@code [3, side, side]} of the intensities of red, green and blue,
 * from 0 (none) to 255 (full light): all rows of the red channel from top to bottom, then green,
 * then blue. Scaling another size to {@link #side} pixels is left to the caller. A model of clips
 * reads {@link #frames} such images for each caption, {@code [frames, 3, side, side]}; which frames
 * of a longer clip these are is left to the caller.
 *
 * <p><b>Features.</b> A model may read {@link #features} of an image in place of the image: arrays
 * {@code [C, rows, columns]} that another network computed, channel by channel and row by row,
 * wherever the methods say images. Computing them with the network that the file names is left to
 * the caller.
 */
public final class Captioner {
  /** Red, green, blue. */
  public static final int CHANNELS = 3;

  /** No caption has more words. */
  private static final int LONGEST = 40;

  private final LoadedModel model;
  private final WordVocabulary vocabulary;
  private final ImageEncoder encoder;

  /** Checks that a model reads images and that its vocabulary fits. */
  Captioner(LoadedModel model) {
    SequenceModel network = model.network();
    WordVocabulary words = StoredCaptionWords.of(model.content());
    this.model = model;
    this.encoder =
        new ImageEncoder(
            network,
            StoredCaptionWords.frames(model.content(), model.name()),
            StoredImageFeatures.of(model.content(), model.name()));
    if (words == null || !encoder.readsImages() || network.outputSize() != words.size()) {
      throw new ComportaException(
          formatted(
              "[caption] expected a model of comporta train captions or video-captions, with an encoder of square pictures in %d colours and an output for each word, but %s is not one",
              CHANNELS, model.name()));
    }
    this.vocabulary = words;
    Required.ids("a decoder of captions", network.layers(), words.size());
  }

  /** {@return the words of captions} */
  public WordVocabulary vocabulary() {
    return vocabulary;
  }

  /** {@return where the features come from that it reads in place of images; empty for images} */
  public Optional<StoredImageFeatures> features() {
    return Optional.ofNullable(encoder.read());
  }

  /** {@return the number of pixels on a side of an image; 0 if it reads features} */
  public int side() {
    return encoder.side();
  }

  /** {@return the number of frames that it reads of a clip; 1 if it captions images} */
  public int frames() {
    return encoder.frames();
  }

  /** {@return whether the decoder attends to positions of the image, or to frames of the clip} */
  public boolean hasAttention() {
    return encoder.hasAttention();
  }

  /**
   * {@return the number of rows of positions in a frame that the decoder attends to; 0 without
   * attention, 1 if it attends to whole frames}
   */
  public int rows() {
    return encoder.rows();
  }

  /**
   * {@return the number of columns of positions in a frame; 0 without attention, 1 if it attends to
   * whole frames}
   */
  public int columns() {
    return encoder.columns();
  }

  /**
   * Captions an image or a clip with the {@linkplain BeamSettings#DEFAULT default search}.
   *
   * @param image intensities from 0 to 255 {@code [frames, 3, side, side]}, or features
   * @return its captions
   * @throws ComportaException if the image has another size, an intensity is out of range, or a
   *     feature is not finite
   */
  public ImageCaption caption(float... image) {
    return caption(List.of(image), BeamSettings.DEFAULT).getFirst();
  }

  /**
   * Captions images or clips in one batch. An answer does not depend on the others.
   *
   * @param images intensities from 0 to 255 {@code [frames, 3, side, side]} each, or features
   * @param search the beam and the ranking
   * @return the captions of each
   * @throws ComportaException if an image has another size, an intensity is out of range, or a
   *     feature is not finite
   */
  public List<ImageCaption> caption(List<float[]> images, BeamSettings search) {
    if (images.isEmpty()) {
      return List.of();
    }
    Batch batch = encoder.batch("caption", images);
    return model.with(runner -> caption(runner, batch, search));
  }

  private List<ImageCaption> caption(ModelRunner runner, Batch images, BeamSettings search) {
    EncodedSource encoded = runner.encode(images);
    DecoderSteps steps =
        new DecoderSteps(
            runner, encoded, vocabulary.size(), encoder.places(), encoder.decoderWeights());
    int[] longest = new int[images.batch()];
    Arrays.fill(longest, LONGEST);
    int end = vocabulary.end();
    return new BeamSearch(steps, search, end, end)
        .search(longest).stream()
            .map(BeamSearch.Found::hypotheses)
            .map(found -> new ImageCaption(found.stream().map(this::text).toList(), found))
            .toList();
  }

  private String text(Hypothesis hypothesis) {
    return String.join(" ", hypothesis.tokens().stream().map(vocabulary.tokens()::get).toList());
  }

  /**
   * Turns intensities into what models read: from 0 for full light, as around a padded image, to 2
   * for none.
   *
   * @param intensities from 0 to 255, replaced
   * @throws ComportaException if one is out of range
   */
  public static void toInput(float[] intensities) {
    for (int i = 0; i < intensities.length; i++) {
      if (!(intensities[i] >= 0 && intensities[i] <= 255)) {
        throw new ComportaException(
            formatted(
                "[caption] expected intensities from 0 to 255 but got %s at index %d",
                intensities[i], i));
      }
      intensities[i] = 2 - intensities[i] / 127.5f;
    }
  }

  /**
   * {@return the batch that the encoder of a captioner reads}
   *
   * @param intensities of images {@code [images, frames, 3, side, side]} from 0 to 255, replaced
   * @param images their number, 1 or more
   * @param frames of each, 1 or more
   * @throws ComportaException if an intensity is out of range
   */
  public static Batch source(float[] intensities, int images, int frames) {
    toInput(intensities);
    int features = intensities.length / (images * frames);
    if (frames == 1) {
      return Batch.ofValues(1, images, features, intensities, null);
    }
    float[] values = new float[intensities.length]; // [frames, images, features]
    for (int image = 0; image < images; image++) {
      for (int frame = 0; frame < frames; frame++) {
        System.arraycopy(
            intensities,
            (image * frames + frame) * features,
            values,
            (frame * images + image) * features,
            features);
      }
    }
    return Batch.ofValues(frames, images, features, values, null);
  }

  /**
   * {@return the batch that the encoder of a captioner of features reads}
   *
   * @param features of images {@code [images, C, rows, columns]}, replaced
   * @param images their number, 1 or more
   * @param from where the features come from, with their mean and deviation
   * @throws ComportaException if a feature is NaN or infinite
   */
  public static Batch source(float[] features, int images, StoredImageFeatures from) {
    from.toInput(features);
    return Batch.ofValues(1, images, features.length / images, features, null);
  }
}
