package dev.comporta.tasks.video;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.VideoModel;
import dev.comporta.inference.content.StoredVideo;
import dev.comporta.inference.content.StoredVideo.Target;
import dev.comporta.view.ClipPicture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a picture shows of a clip and of what a model says of it. */
final class ClipDrawing {
  /** Hundredths of a second that a frame is shown. */
  static final int DELAY = 12;

  private static final float[] NONE = {};

  private final String name;
  private final VideoModel model;
  private final StoredVideo video;

  ClipDrawing(LoadedModel loaded) {
    this.name = loaded.name();
    this.model = loaded.videoModel();
    this.video = model.format();
  }

  /**
   * Writes a picture.
   *
   * @param file what {@link ClipPicture} writes
   * @param clip what the model reads, with all that is known of it
   * @param heldBack whether a model of frames predicts the last frames of the clip, not those after
   *     it
   */
  void write(Path file, Clip clip, boolean heldBack) {
    List<ClipPicture.Clip> rows = rows(clip, heldBack ? given(video, clip) : clip.frames());
    ClipPicture.write(file, name, video.side(), DELAY, rows);
  }

  private List<ClipPicture.Clip> rows(Clip clip, int given) {
    return switch (video.target()) {
      case FRAMES -> frames(clip, given);
      case GESTURE ->
          labelled(
              clip,
              model.labelFrames(clip.pixels()).stream().map(it -> it.label()).toList(),
              List.of());
      case BOX -> labelled(clip, List.of(), boxes(clip));
      case MASK -> masked(clip);
      case STEERING -> numbers(clip);
    };
  }

  private List<float @Nullable []> pictures(Clip clip, int channel) {
    List<float @Nullable []> frames = new ArrayList<>();
    for (int t = 0; t < clip.frames(); t++) {
      frames.add(clip.picture(t, channel, video.side()));
    }
    return frames;
  }

  private List<ClipPicture.Clip> labelled(
      Clip clip, List<String> captions, List<List<ClipPicture.Box>> boxes) {
    List<ClipPicture.Clip> rows = new ArrayList<>();
    rows.add(new ClipPicture.Clip("clip", pictures(clip, 0), captions, boxes));
    if (video.channels() > 1) {
      rows.add(new ClipPicture.Clip("depth", pictures(clip, 1), List.of(), List.of()));
    }
    return rows;
  }

  private List<ClipPicture.Clip> frames(Clip clip, int given) {
    float[] next = model.nextFrames(clip.part(0, given));
    Clip ahead = new Clip("", video.ahead(), next, "", NONE);
    List<ClipPicture.Clip> rows = new ArrayList<>();
    for (int channel = 0; channel < video.channels(); channel++) {
      List<float @Nullable []> predicted = new ArrayList<>();
      for (int t = 0; t < given; t++) {
        predicted.add(null);
      }
      predicted.addAll(pictures(ahead, channel));
      String what = channel == 0 ? "" : " depth";
      rows.add(new ClipPicture.Clip("clip" + what, pictures(clip, channel), List.of(), List.of()));
      rows.add(new ClipPicture.Clip("predicted" + what, predicted, List.of(), List.of()));
    }
    return rows;
  }

  private List<List<ClipPicture.Box>> boxes(Clip clip) {
    float[] found = model.numbers(List.of(clip.pixels())).getFirst();
    List<List<ClipPicture.Box>> boxes = new ArrayList<>();
    for (int at = 0; at < found.length; at += StoredVideo.BOX) {
      List<ClipPicture.Box> frame = new ArrayList<>();
      if (clip.values().length > 0) {
        frame.add(box(clip.values(), at, true));
      }
      frame.add(box(found, at, false));
      boxes.add(frame);
    }
    return boxes;
  }

  private static ClipPicture.Box box(float[] values, int at, boolean truth) {
    return new ClipPicture.Box(values[at], values[at + 1], values[at + 2], values[at + 3], truth);
  }

  /** The clip, and once more with its masks. */
  private List<ClipPicture.Clip> masked(Clip clip) {
    Clip found =
        new Clip("", clip.frames(), model.masks(List.of(clip.pixels())).getFirst(), "", NONE);
    List<List<ClipPicture.Mask>> masks = new ArrayList<>();
    for (int t = 0; t < clip.frames(); t++) {
      List<ClipPicture.Mask> frame = new ArrayList<>();
      frame.add(new ClipPicture.Mask(found.picture(t, 0, video.side()), false));
      if (clip.values().length > 0) {
        Clip truth = new Clip("", clip.frames(), clip.values(), "", NONE);
        frame.add(new ClipPicture.Mask(truth.picture(t, 0, video.side()), true));
      }
      masks.add(frame);
    }
    List<ClipPicture.Clip> rows = new ArrayList<>(labelled(clip, List.of(), List.of()));
    rows.add(new ClipPicture.Clip("mask", pictures(clip, 0), List.of(), List.of(), masks));
    return rows;
  }

  /** The numbers below the frames, and the true ones below them once more. */
  private List<ClipPicture.Clip> numbers(Clip clip) {
    List<ClipPicture.Clip> rows =
        new ArrayList<>(
            labelled(clip, words(model.numbers(List.of(clip.pixels())).getFirst()), List.of()));
    if (clip.values().length > 0) {
      rows.add(new ClipPicture.Clip("truth", pictures(clip, 0), words(clip.values()), List.of()));
    }
    return rows;
  }

  private static List<String> words(float[] values) {
    List<String> words = new ArrayList<>();
    for (float value : values) {
      words.add(formatted("%.1f", value));
    }
    return words;
  }

  /** The frames before those that are predicted in a clip whose last frames are known. */
  static int given(StoredVideo video, Clip clip) {
    return video.target() == Target.FRAMES ? clip.frames() - video.ahead() : clip.frames();
  }
}
