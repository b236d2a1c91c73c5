package dev.comporta.tasks.video;

import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.LayerOptions.LAYERS;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.content.StoredVideo;
import dev.comporta.inference.content.StoredVideo.Target;
import java.util.ArrayList;
import java.util.List;

/** The layers of models of video. */
final class VideoLayers {
  private static final int KERNEL = 4;
  private static final int CONVOLUTIONS = 2;

  /** Frames that a convolution over time reads: a frame and those before it. */
  private static final int WIDTH = 3;

  private VideoLayers() {}

  /**
   * A model.
   *
   * @param labels their number, if there are any
   * @param settings what {@link VideoOptions} declares
   */
  static Spec of(StoredVideo video, int labels, Settings settings) {
    List<Spec> all =
        VideoOptions.givesPixels(video.target())
            ? pixels(video, settings)
            : each(video, labels, settings);
    return Spec.of(SequenceModel.KIND).with("input-size", video.features()).with("layers", all);
  }

  /**
   * Recurrent layers over the maps of patches, after a convolution for masks, then one logit for
   * each pixel.
   */
  private static List<Spec> pixels(StoredVideo video, Settings settings) {
    int places = video.side() / video.patch();
    Spec cell = settings.get(CELL);
    boolean maps = cell.name().equals("conv-lstm");
    Spec own = maps ? cell.with("height", places).with("width", places) : cell;
    int filters = settings.get(VideoOptions.FILTERS);
    int hidden = maps ? Math.multiplyExact(filters, places * places) : settings.get(HIDDEN);
    List<Spec> all = new ArrayList<>();
    if (video.target() == Target.MASK) {
      all.add(convolution(settings, places, filters, 3).with("activation", "relu"));
    }
    int outputs = (video.target() == Target.MASK ? video.ofMasks() : video).features();
    for (int i = 0; i < settings.get(LAYERS); i++) {
      all.add(Spec.of("recurrent").with("cell", own).with("hidden", hidden));
    }
    all.add(
        maps
            ? convolution("conv2d", places, outputs / (places * places), 3)
            : Spec.of("dense").with("units", outputs));
    return all;
  }

  /** A convolution of images, which are as large after it if the kernel is 3 with a stride of 1. */
  private static Spec convolution(String layer, int side, int filters, int kernel) {
    return Spec.of(layer)
        .with("height", side)
        .with("width", side)
        .with("filters", filters)
        .with("kernel", kernel)
        .with("pad", 1);
  }

  /** A convolution of images, or of images and time if {@code --convolution} asks for it. */
  private static Spec convolution(Settings settings, int side, int filters, int kernel) {
    return isOverTime(settings)
        ? convolution("conv3d", side, filters, kernel)
            .with("kernel-time", WIDTH)
            .with("padding-time", "causal")
        : convolution("conv2d", side, filters, kernel);
  }

  private static boolean isOverTime(Settings settings) {
    return settings.get(VideoOptions.CONVOLUTION).equals("3d");
  }

  /** Convolutions over frames and over time, recurrent layers, and the outputs. */
  private static List<Spec> each(StoredVideo video, int labels, Settings settings) {
    int hidden = settings.get(HIDDEN);
    List<Spec> all = new ArrayList<>();
    int side = video.side() / video.patch();
    for (int i = 0; i < CONVOLUTIONS; i++) {
      int filters = settings.get(VideoOptions.FILTERS) << i;
      all.add(
          convolution(settings, side, filters, KERNEL)
              .with("stride", 2)
              .with("activation", "relu"));
      side /= 2;
    }
    all.add(
        isOverTime(settings)
            ? Spec.of("dense").with("units", hidden).with("activation", "relu")
            : Spec.of("conv1d")
                .with("filters", hidden)
                .with("width", WIDTH)
                .with("padding", "causal")
                .with("activation", "relu"));
    for (int i = 0; i < settings.get(LAYERS); i++) {
      all.add(Spec.of("recurrent").with("cell", settings.get(CELL)).with("hidden", hidden));
    }
    int outputs =
        switch (video.target()) {
          case GESTURE -> labels;
          case BOX -> StoredVideo.BOX;
          default -> 1;
        };
    all.add(Spec.of("dense").with("units", outputs));
    return all;
  }
}
