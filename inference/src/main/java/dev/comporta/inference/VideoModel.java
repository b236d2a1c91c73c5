package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.cells.model.Session;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.inference.content.StoredVideo;
import dev.comporta.inference.content.StoredVideo.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A model that reads the frames of a clip and gives the next frames, or a label, a box, a mask or a
 * number for each frame. Any number of threads may use it at once.
 *
 * <p>A clip is an array {@code [frames, channels, side, side]} of intensities from 0 (black) to 1
 * (white), row by row; a second channel is depth, from 0 (far) to 1 (near).
 *
 * <pre>{@code
 * try (LoadedModel model = Models.load(file)) {
 *   VideoModel video = model.videoModel();
 *   float[] next = video.nextFrames(clip); // [video.ahead(), channels, side, side]
 * }
 * }</pre>
 */
public final class VideoModel {
  /** So many clips run together. */
  private static final int BATCH = 32;

  /** A clip of so many frames shows whether there is an output for each of them. */
  private static final int PROBE = 2;

  private final LoadedModel model;
  private final StoredVideo video;
  private final List<String> labels;

  /** Checks that the file holds a model of video. */
  VideoModel(LoadedModel model) {
    SequenceModel network = model.network();
    this.model = model;
    this.video = StoredVideo.of(model.content(), model.name());
    this.labels = StoredLabels.of(model.content());
    int size = outputs();
    if (!network.encoder().isEmpty()
        || network.inputSize() != video.features()
        || size == 0
        || network.outputSize() != size) {
      throw new ComportaException(
          formatted(
              "[video] expected layers from the %d pixels of a frame to %d outputs in %s but it has '%s' from %d to %d; the file is inconsistent",
              video.features(),
              size,
              model.name(),
              network.spec().name(),
              network.inputSize(),
              network.outputSize()));
    }
    int given = model.run(new float[PROBE * video.features()]).length / size;
    if (given != PROBE) {
      throw new ComportaException(
          formatted(
              "[video] expected layers that give an output for each frame but those of %s give %d for %d frames",
              model.name(), given, PROBE));
    }
  }

  /** Numbers of a frame that the model gives. */
  private int outputs() {
    return switch (video.target()) {
      case FRAMES -> video.features();
      case GESTURE -> labels.size();
      case BOX -> StoredVideo.BOX;
      case MASK -> video.ofMasks().features();
      case STEERING -> 1;
    };
  }

  /** {@return what the model gives} */
  public Target target() {
    return video.target();
  }

  /** {@return how it reads frames} */
  public StoredVideo format() {
    return video;
  }

  /** {@return the labels of a model of {@link Target#GESTURE}; none for others} */
  public List<String> labels() {
    return video.target() == Target.GESTURE ? labels : List.of();
  }

  /** {@return the frames that a model of {@link Target#FRAMES} predicts; 0 for others} */
  public int ahead() {
    return video.ahead();
  }

  /**
   * Predicts the frames that follow a clip.
   *
   * @param clip {@code [frames, channels, side, side]}; the model reads the last {@link
   *     StoredVideo#given} of them
   * @return {@code [ahead, channels, side, side]}
   * @throws ComportaException if the model has another target, or the clip has fewer frames, or
   *     other sizes, or numbers that are not from 0 to 1
   */
  public float[] nextFrames(float[] clip) {
    return nextFrames(List.of(clip)).getFirst();
  }

  /**
   * Predicts the frames that follow several clips. Each answer has the same bits as if it were
   * asked for alone.
   *
   * @param clips as for {@link #nextFrames(float[])}
   * @return {@code [ahead, channels, side, side]} for each
   * @throws ComportaException as {@link #nextFrames(float[])}
   */
  public List<float[]> nextFrames(List<float[]> clips) {
    require(Target.FRAMES);
    int features = video.features();
    List<float[]> read = new ArrayList<>();
    for (float[] clip : clips) {
      int frames = frames(clip);
      if (frames < video.given()) {
        throw new ShapeException(
            formatted(
                "[video] expected a clip of %d frames or more to predict the next ones but it has %d",
                video.given(), frames));
      }
      float[] last = Arrays.copyOfRange(clip, (frames - video.given()) * features, clip.length);
      read.add(Arrays.copyOf(arranged(last), (video.given() + video.ahead() - 1) * features));
    }
    List<float[]> all = new ArrayList<>();
    for (float[] outputs : run(read)) {
      all.add(pictures(video, outputs, video.given() - 1));
    }
    return all;
  }

  /** The frames from one on, from logits as the model gives them. */
  private static float[] pictures(StoredVideo format, float[] outputs, int first) {
    int features = format.features();
    float[] frames = new float[outputs.length - first * features];
    for (int at = 0; at < frames.length; at += features) {
      format.restore(outputs, first * features + at, frames, at);
    }
    for (int i = 0; i < frames.length; i++) {
      frames[i] = (float) (1 / (1 + StrictMath.exp(-frames[i])));
    }
    return frames;
  }

  /**
   * Labels the frames of a clip from what was seen up to each. The label of the last frame is the
   * clip's.
   *
   * @param clip {@code [frames, channels, side, side]}, one frame or more
   * @return the labels of each frame, the most likely first
   * @throws ComportaException if the model has another target, or the clip other sizes, or numbers
   *     that are not from 0 to 1
   */
  public List<Classification> labelFrames(float[] clip) {
    return labelFrames(List.of(clip)).getFirst();
  }

  /**
   * Labels the frames of several clips. Each answer has the same bits as if it were asked for
   * alone.
   *
   * @param clips as for {@link #labelFrames(float[])}
   * @return the labels of each frame of each clip
   * @throws ComportaException as {@link #labelFrames(float[])}
   */
  public List<List<Classification>> labelFrames(List<float[]> clips) {
    require(Target.GESTURE);
    List<List<Classification>> all = new ArrayList<>();
    for (float[] outputs : run(clips.stream().map(this::arranged).toList())) {
      all.add(classified(outputs));
    }
    return all;
  }

  private List<Classification> classified(float[] outputs) {
    List<Classification> each = new ArrayList<>();
    for (int from = 0; from < outputs.length; from += labels.size()) {
      each.add(new Classification(LabelReader.ranked(labels, outputs, from, false)));
    }
    return each;
  }

  /**
   * Gives the numbers of each frame of several clips. Each answer has the same bits as if it were
   * asked for alone.
   *
   * @param clips {@code [frames, channels, side, side]} each, one frame or more
   * @return {@code [frames, 4]} for {@link Target#BOX}: left, top, right and bottom in parts of the
   *     side, the origin at the top left; {@code [frames]} for {@link Target#STEERING}, in the unit
   *     of the training data
   * @throws ComportaException if the model has another target, or a clip other sizes, or numbers
   *     that are not from 0 to 1
   */
  public List<float[]> numbers(List<float[]> clips) {
    require(Target.BOX, Target.STEERING);
    List<float[]> all = run(clips.stream().map(this::arranged).toList());
    all.forEach(this::scale);
    return all;
  }

  /** Turns outputs into numbers of the data. */
  private void scale(float[] outputs) {
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = (float) (outputs[i] * video.deviation() + video.mean());
    }
  }

  /**
   * Gives the mask of an object in each frame of several clips. Each answer has the same bits as if
   * it were asked for alone.
   *
   * @param clips {@code [frames, channels, side, side]} each, one frame or more
   * @return {@code [frames, side, side]}: the probability that a pixel belongs to the object
   * @throws ComportaException if the model has another target, or a clip other sizes, or numbers
   *     that are not from 0 to 1
   */
  public List<float[]> masks(List<float[]> clips) {
    require(Target.MASK);
    return run(clips.stream().map(this::arranged).toList()).stream()
        .map(outputs -> pictures(video.ofMasks(), outputs, 0))
        .toList();
  }

  private void require(Target... targets) {
    if (!List.of(targets).contains(video.target())) {
      throw new ComportaException(
          formatted(
              "[video] expected a model with the target %s but that of %s is %s",
              String.join(" or ", Arrays.stream(targets).map(Target::word).toList()),
              model.name(),
              video.target().word()));
    }
  }

  private List<float[]> run(List<float[]> clips) {
    List<float[]> all = new ArrayList<>();
    for (int from = 0; from < clips.size(); from += BATCH) {
      all.addAll(model.run(clips.subList(from, Math.min(from + BATCH, clips.size()))));
    }
    return all;
  }

  private int frames(float[] clip) {
    int features = video.features();
    if (clip.length == 0 || clip.length % features != 0) {
      throw new ShapeException(
          formatted(
              "[video] expected a clip [frames, %d, %d, %d] of one frame or more, %d numbers each, but got %d numbers; scale its frames first",
              video.channels(), video.side(), video.side(), features, clip.length));
    }
    return clip.length / features;
  }

  private float[] arranged(float[] clip) {
    frames(clip); // checks its length
    for (int i = 0; i < clip.length; i++) {
      if (!(clip[i] >= 0 && clip[i] <= 1)) {
        throw new ComportaException(
            formatted(
                "[video] expected intensities from 0 to 1 but got %s at index %d", clip[i], i));
      }
    }
    return video.arranged(clip);
  }

  /**
   * Opens a stream of frames. It is for one thread at a time; any number of streams may run at
   * once.
   *
   * @return a stream before its first frame
   * @throws ComportaException if the layers cannot run one frame at a time
   */
  public Stream newStream() {
    return new Stream(model.newSession());
  }

  /** Frames that are read as they come. */
  public final class Stream implements AutoCloseable {
    private final Session session;
    private final float[] output = new float[outputs()];

    private Stream(Session session) {
      this.session = session;
    }

    private void step(float[] frame) {
      if (frames(frame) != 1) {
        throw new ShapeException(formatted("[video] expected one frame but got %d", frames(frame)));
      }
      session.step(arranged(frame), output);
    }

    /**
     * Reads a frame, and labels it.
     *
     * @param frame {@code [channels, side, side]}
     * @return its labels, the most likely first
     * @throws ComportaException as {@link VideoModel#labelFrames(float[])}
     */
    public Classification label(float[] frame) {
      require(Target.GESTURE);
      step(frame);
      return classified(output).getFirst();
    }

    /**
     * Reads a frame, and gives its numbers.
     *
     * @param frame {@code [channels, side, side]}
     * @return those of one frame of {@link VideoModel#numbers}
     * @throws ComportaException as {@link VideoModel#numbers}
     */
    public float[] numbers(float[] frame) {
      require(Target.BOX, Target.STEERING);
      step(frame);
      float[] numbers = output.clone();
      scale(numbers);
      return numbers;
    }

    /**
     * Reads a frame, and predicts the next one.
     *
     * @param frame {@code [channels, side, side]}
     * @return {@code [channels, side, side]}
     * @throws ComportaException as {@link VideoModel#nextFrames(float[])}
     */
    public float[] next(float[] frame) {
      require(Target.FRAMES);
      step(frame);
      return pictures(video, output, 0);
    }

    /**
     * Reads a frame, and gives the mask of the object in it.
     *
     * @param frame {@code [channels, side, side]}
     * @return {@code [side, side]}, as {@link VideoModel#masks}
     * @throws ComportaException as {@link VideoModel#masks}
     */
    public float[] mask(float[] frame) {
      require(Target.MASK);
      step(frame);
      return pictures(video.ofMasks(), output, 0);
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
