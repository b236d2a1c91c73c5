package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.attention.decoding.Hypothesis;
import dev.comporta.inference.Captioner;
import dev.comporta.inference.ImageCaption;
import dev.comporta.inference.LoadedModel;
import dev.comporta.view.ClipFile;
import dev.comporta.view.Look;
import dev.comporta.view.SquarePicture;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Pictures and clips as the arrays that models read, and what a picture shows of a caption. */
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

  /**
   * A picture, or frames of a clip at equal distances, from a file.
   *
   * @param side pixels on a side of the frames as a model reads them
   * @param frames of a clip; 1 for a picture
   * @param padded whether a picture may have any shape
   * @return intensities {@code [frames, 3, side, side]} from 0 to 255
   * @throws ComportaException if it is not such a file, or a clip of one frame
   */
  static float[] read(Path file, int side, int frames, boolean padded) {
    if (frames == 1) {
      return array(padded ? SquarePicture.padded(file) : SquarePicture.read(file), side);
    }
    List<float[]> all = ClipFile.readColours(file, side).frames();
    if (all.size() < 2) {
      throw new ComportaException(
          formatted(
              "[clip] expected a clip of 2 frames or more but %s has one; join frames that belong together in one GIF file or folder",
              file));
    }
    int size = Captioner.CHANNELS * side * side;
    float[] pixels = new float[Math.multiplyExact(frames, size)];
    for (int frame = 0; frame < frames; frame++) {
      float[] from = all.get(Math.round(frame * (all.size() - 1f) / (frames - 1)));
      for (int i = 0; i < size; i++) {
        pixels[frame * size + i] = 255 * from[i];
      }
    }
    return pixels;
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

  /**
   * Where a model looked for its best caption, the end left out.
   *
   * @param file of the picture or the clip
   */
  static Look look(LoadedModel model, Path file, boolean padded, ImageCaption caption) {
    Captioner captioner = model.captioner();
    int frames = captioner.frames();
    Hypothesis best = caption.hypotheses().getFirst();
    boolean attends = captioner.hasAttention();
    List<Look.Word> words =
        IntStream.range(0, best.tokens().size())
            .mapToObj(t ->
                new Look.Word(
                    captioner.vocabulary().tokens().get(best.tokens().get(t)),
                    Math.exp(best.logProbabilities().get(t)),
                    attends ? byFrame(best.attention().get(t), frames) : new float[0]))
            .toList();
    String said = caption.text();
    if (frames > 1) {
      BufferedImage film = film(file, frames);
      return new Look(model.name(), film, said, attends ? 1 : 0, attends ? frames : 0, words);
    }
    BufferedImage picture = padded ? SquarePicture.padded(file) : SquarePicture.read(file);
    return new Look(model.name(), picture, said, captioner.rows(), captioner.columns(), words);
  }

  /** The weights of the frames of a clip, each the sum over its positions. */
  private static float[] byFrame(float[] weights, int frames) {
    if (frames == 1) {
      return weights;
    }
    float[] sums = new float[frames];
    for (int i = 0; i < weights.length; i++) {
      sums[i / (weights.length / frames)] += weights[i];
    }
    return sums;
  }

  /** The frames of a clip that a model reads, side by side. */
  private static BufferedImage film(Path file, int frames) {
    int side = Look.frameSide(frames);
    float[] pixels = read(file, side, frames, false);
    BufferedImage film = new BufferedImage(frames * side, side, BufferedImage.TYPE_INT_RGB);
    int plane = side * side;
    for (int i = 0; i < frames * plane; i++) {
      int at = i / plane * Captioner.CHANNELS * plane + i % plane;
      int rgb = 0;
      for (int channel = 0; channel < Captioner.CHANNELS; channel++) {
        rgb = rgb << 8 | Math.round(pixels[at + channel * plane]);
      }
      film.setRGB(i / plane * side + i % side, i % plane / side, rgb);
    }
    return film;
  }
}
