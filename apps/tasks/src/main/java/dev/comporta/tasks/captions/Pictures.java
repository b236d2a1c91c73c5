package dev.comporta.tasks.captions;

import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.attention.decoding.Hypothesis;
import dev.comporta.inference.Captioner;
import dev.comporta.inference.ImageCaption;
import dev.comporta.inference.LoadedModel;
import dev.comporta.view.Look;
import dev.comporta.view.SquarePicture;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;

/** Pictures as the arrays that models read, and what a picture shows of a caption. */
final class Pictures {
  /** Pictures that a model reads in one batch. */
  static final int AT_ONCE = 50;

  private Pictures() {}

  /** Says what pictures show; of another size than the model's they are scaled. */
  static List<ImageCaption> caption(
      Captioner captioner, List<BufferedImage> pictures, BeamSettings search) {
    List<float[]> images =
        pictures.stream().map(picture -> array(picture, captioner.side())).toList();
    return captioner.caption(images, search);
  }

  /** A picture as a model reads it, scaled to so many pixels on a side. */
  static float[] array(BufferedImage picture, int side) {
    float[] image = new float[Captioner.CHANNELS * side * side];
    put(SquarePicture.scaled(picture, side), image, 0);
    return image;
  }

  /** Writes the intensities of a picture channel by channel, row by row, from 0 to 255. */
  static void put(BufferedImage image, float[] to, int offset) {
    int channels = Captioner.CHANNELS;
    int pixels = image.getWidth() * image.getHeight();
    int[] rgb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    for (int i = 0; i < pixels; i++) {
      for (int channel = 0; channel < channels; channel++) {
        to[offset + channel * pixels + i] = (rgb[i] >> (8 * (channels - 1 - channel))) & 0xff;
      }
    }
  }

  /** Where a model looked for its best caption, the end left out. */
  static Look look(LoadedModel model, BufferedImage picture, ImageCaption caption) {
    Captioner captioner = model.captioner();
    Hypothesis best = caption.hypotheses().getFirst();
    boolean attends = captioner.hasAttention();
    List<Look.Word> words =
        IntStream.range(0, best.tokens().size())
            .mapToObj(t ->
                new Look.Word(
                    captioner.vocabulary().tokens().get(best.tokens().get(t)),
                    Math.exp(best.logProbabilities().get(t)),
                    attends ? best.attention().get(t) : new float[0]))
            .toList();
    return new Look(
        model.name(), picture, caption.text(), captioner.rows(), captioner.columns(), words);
  }
}
