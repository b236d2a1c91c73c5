package dev.comporta.tasks.video;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
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
   * @param filters of each convolutional LSTM, or of the first convolution
   * @param cell of the recurrent layers
   * @param hidden the size of each recurrent layer that is not convolutional
   * @param layers recurrent layers
   */
  static Spec of(StoredVideo video, int labels, int filters, Spec cell, int hidden, int layers) {
    List<Spec> all =
        video.target() == Target.FRAMES
            ? frames(video, filters, cell, hidden, layers)
            : each(video, labels, filters, cell, hidden, layers);
    return Spec.of(SequenceModel.KIND).with("input-size", video.features()).with("layers", all);
  }

  /** Recurrent layers over the maps of patches, then one logit for each pixel. */
  private static List<Spec> frames(
      StoredVideo video, int filters, Spec cell, int hidden, int layers) {
    int places = video.side() / video.patch();
    boolean maps = cell.name().equals("conv-lstm");
    Spec own = maps ? cell.with("height", places).with("width", places) : cell;
    List<Spec> all = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      all.add(
          Spec.of("recurrent")
              .with("cell", own)
              .with("hidden", maps ? Math.multiplyExact(filters, places * places) : hidden));
    }
    all.add(
        maps
            ? convolution(places, video.features() / (places * places), 3, 1)
            : Spec.of("dense").with("units", video.features()));
    return all;
  }

  private static Spec convolution(int side, int filters, int kernel, int stride) {
    return Spec.of("conv2d")
        .with("height", side)
        .with("width", side)
        .with("filters", filters)
        .with("kernel", kernel)
        .with("stride", stride)
        .with("pad", 1);
  }

  /** Convolutions over each frame, one over time, recurrent layers, and the outputs. */
  private static List<Spec> each(
      StoredVideo video, int labels, int filters, Spec cell, int hidden, int layers) {
    List<Spec> all = new ArrayList<>();
    int side = video.side() / video.patch();
    for (int i = 0; i < CONVOLUTIONS; i++) {
      all.add(convolution(side, filters << i, KERNEL, 2).with("activation", "relu"));
      side /= 2;
    }
    all.add(
        Spec.of("conv1d")
            .with("filters", hidden)
            .with("width", WIDTH)
            .with("padding", "causal")
            .with("activation", "relu"));
    for (int i = 0; i < layers; i++) {
      all.add(Spec.of("recurrent").with("cell", cell).with("hidden", hidden));
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
