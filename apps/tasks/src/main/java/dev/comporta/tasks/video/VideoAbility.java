package dev.comporta.tasks.video;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Score;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.Classification;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.VideoModel;
import dev.comporta.inference.content.StoredVideo;
import dev.comporta.inference.content.StoredVideo.Target;
import dev.comporta.serialization.AtomicFile;
import dev.comporta.view.ClipFile;
import dev.comporta.view.ClipPicture;
import dev.comporta.view.GifFile;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads clips: the next frames, or a label, a box, a mask or a number for each frame. */
final class VideoAbility {
  private static final Option<List<Path>> CLIP =
      Option.paths("clip", "FILE")
          .help("a GIF file, or a folder with a PNG file for each frame; may be repeated");
  private static final Option<Boolean> STREAM =
      Option.flag("stream")
          .help("read frame by frame, answer after each frame, and measure the time per frame");
  private static final Option<Boolean> HOLD_BACK =
      Option.flag("hold-back")
          .help("predict the last frames of the clip from the preceding ones, and compare");
  private static final Option<Path> NEXT =
      Option.output("next", "FILE").help("write the predicted frames as .gif; for a single clip");
  private static final Option<Path> MASKS =
      Option.output("masks", "FILE")
          .help(
              "write the masks as .gif, white on black, as large as the frames; for a single clip");
  private static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .help(
              "draw a single clip with the answers: a filmstrip (.png or .html) or an animation (.gif)");

  private static final double NANOS_IN_MILLI = 1e6;

  private final LoadedModel loaded;
  private final VideoModel model;
  private final StoredVideo video;
  private final Settings settings;
  private final Ability.Exchange exchange;

  private VideoAbility(LoadedModel loaded, Settings settings, Ability.Exchange exchange) {
    this.loaded = loaded;
    this.model = loaded.videoModel();
    this.video = model.format();
    this.settings = settings;
    this.exchange = exchange;
  }

  static Ability predict() {
    return Ability.predict(
        "Predict from clips, given by --clip or by the lines of the input",
        Options.of(CLIP, STREAM, HOLD_BACK, NEXT, MASKS, PICTURE),
        (model, settings, exchange) -> new VideoAbility(model, settings, exchange).run());
  }

  private void run() {
    boolean frames = video.target() == Target.FRAMES;
    settings.requireEffective(HOLD_BACK, "models of --target frames", frames);
    settings.requireEffective(NEXT, "models of --target frames", frames);
    settings.requireEffective(MASKS, "models of --target mask", video.target() == Target.MASK);
    settings.requireNotBoth(STREAM, NEXT);
    settings.requireNotBoth(STREAM, MASKS);
    settings.requireNotBoth(STREAM, PICTURE);
    settings.requireNotBoth(STREAM, HOLD_BACK);
    settings.find(PICTURE).ifPresent(ClipPicture::requireKnown);
    OutputFile.requireForModel(PICTURE, loaded, settings);
    for (Option<Path> gif : List.of(NEXT, MASKS)) {
      settings
          .find(gif)
          .ifPresent(file -> {
            if (!ClipFile.isGif(file)) {
              throw new InvalidOptionException(
                  formatted("--%s expected a file that ends in .gif but got %s", gif.name(), file));
            }
          });
      OutputFile.requireForModel(gif, loaded, settings);
    }
    List<Path> clips = settings.find(CLIP).orElse(List.of());
    Optional<Option<Path>> single =
        Stream.of(PICTURE, NEXT, MASKS).filter(settings::isGiven).findFirst();
    if (single.isPresent()) {
      List<Path> all = clips.isEmpty() ? named() : clips;
      if (all.size() != 1) {
        throw new InvalidOptionException(
            formatted(
                "--%s expected one clip but got %d; give it with --clip",
                single.get().name(), all.size()));
      }
      answer(all.getFirst());
    } else if (clips.isEmpty()) {
      for (String line = exchange.readLine(); line != null; line = exchange.readLine()) {
        if (!line.isBlank()) {
          CLIP.read(line.strip()).forEach(this::answer);
        }
      }
    } else {
      clips.forEach(this::answer);
    }
  }

  private List<Path> named() {
    List<Path> all = new ArrayList<>();
    for (String line = exchange.readLine(); line != null; line = exchange.readLine()) {
      all.addAll(line.isBlank() ? List.of() : CLIP.read(line.strip()));
    }
    return all;
  }

  private void answer(Path path) {
    ClipFolder.Read read = ClipFolder.read(path, path.toString(), video);
    Clip clip = read.clip();
    boolean held = settings.get(HOLD_BACK);
    if (held) {
      ClipFolder.requireLength(clip, video);
    }
    if (settings.get(STREAM)) {
      stream(read);
      return;
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("clip", clip.name());
    switch (video.target()) {
      case FRAMES -> frames(clip, held, figures);
      case GESTURE -> {
        List<Classification> labels = model.labelFrames(clip.pixels());
        Classification last = labels.getLast();
        figures.put("label", last.label());
        figures.put("probability", last.probability());
        figures.put("frames", labels.stream().map(Classification::label).toList());
        exchange.answer(figures, formatted("%s  %.4f", last.label(), last.probability()));
      }
      case BOX, STEERING -> {
        float[] numbers = model.numbers(List.of(clip.pixels())).getFirst();
        int size = numbers.length / clip.frames();
        List<Object> each = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (int t = 0; t < clip.frames(); t++) {
          each.add(value(numbers, t * size, read.file()));
          lines.add(formatted("%d\t%s", t + 1, words(numbers, t * size, read.file())));
        }
        figures.put(video.target() == Target.BOX ? "boxes" : "numbers", each);
        exchange.answer(figures, String.join("\n", lines));
      }
      case MASK -> masks(read, figures);
    }
    settings.find(PICTURE).ifPresent(file -> new ClipDrawing(loaded).write(file, clip, held));
  }

  /** A box in pixels of the file: left, top, width and height; or a number. */
  private Object value(float[] numbers, int at, ClipFile.Frames file) {
    if (video.target() == Target.STEERING) {
      return numbers[at];
    }
    float[] box = box(numbers, at, file);
    return List.of(box[0], box[1], box[2], box[3]);
  }

  private static float[] box(float[] numbers, int at, ClipFile.Frames file) {
    return new float[] {
      numbers[at] * file.width(),
      numbers[at + 1] * file.height(),
      (numbers[at + 2] - numbers[at]) * file.width(),
      (numbers[at + 3] - numbers[at + 1]) * file.height()
    };
  }

  private String words(float[] numbers, int at, ClipFile.Frames file) {
    if (video.target() == Target.STEERING) {
      return formatted("%.4f", numbers[at]);
    }
    float[] box = box(numbers, at, file);
    return formatted("%.2f\t%.2f\t%.2f\t%.2f", box[0], box[1], box[2], box[3]);
  }

  private void masks(ClipFolder.Read read, Map<String, Object> figures) {
    float[] found = model.masks(List.of(read.clip().pixels())).getFirst();
    for (int i = 0; i < found.length; i++) {
      found[i] = found[i] >= VideoScores.INSIDE ? 1 : 0;
    }
    int pixels = found.length / read.clip().frames();
    List<List<Integer>> each = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (int at = 0; at < found.length; at += pixels) {
      List<Integer> mask = mask(found, at, pixels);
      each.add(mask);
      lines.add(formatted("%d\t%s", each.size(), covered(mask)));
    }
    figures.put("masks", each);
    exchange.answer(figures, String.join("\n", lines));
    settings
        .find(MASKS)
        .ifPresent(file ->
            AtomicFile.write(
                file,
                GifFile.gray(
                    found,
                    video.side(),
                    read.file().width(),
                    read.file().height(),
                    ClipDrawing.DELAY)));
  }

  /** The pixels of a mask, 1 inside and 0 outside. */
  private static List<Integer> mask(float[] found, int at, int pixels) {
    List<Integer> mask = new ArrayList<>();
    for (int i = 0; i < pixels; i++) {
      mask.add(found[at + i] >= VideoScores.INSIDE ? 1 : 0);
    }
    return mask;
  }

  /** How much of a frame a mask covers. */
  private static String covered(List<Integer> mask) {
    int inside = mask.stream().mapToInt(it -> it).sum();
    return formatted("%.2f %% of the frame", 100.0 * inside / mask.size());
  }

  private void frames(Clip clip, boolean held, Map<String, Object> figures) {
    int given = held ? ClipDrawing.given(video, clip) : clip.frames();
    int features = video.features();
    float[] next = model.nextFrames(clip.part(0, given));
    List<List<Float>> frames = new ArrayList<>();
    for (int k = 0; k < video.ahead(); k++) {
      List<Float> pixels = new ArrayList<>();
      for (int i = 0; i < features; i++) {
        pixels.add(next[k * features + i]);
      }
      frames.add(pixels);
    }
    String text =
        formatted(
            "%s: %d frames predicted from the last %d of %d",
            clip.name(), video.ahead(), video.given(), given);
    if (held) {
      double mse =
          VideoScores.squaredError(
              next, 0, clip.pixels(), given * features, video.ahead() * features);
      figures.put("mse", mse);
      figures.put("psnr", Score.finite(VideoScores.psnr(mse)));
      text += formatted(", MSE %.5f, PSNR %.2f dB", mse, VideoScores.psnr(mse));
    }
    figures.put("frames", frames);
    exchange.answer(figures, text);
    settings
        .find(NEXT)
        .ifPresent(file -> {
          List<BufferedImage> pictures = new ArrayList<>();
          for (int k = 0; k < video.ahead(); k++) {
            pictures.add(GifFile.gray(next, k * features, video.side()));
          }
          AtomicFile.write(file, GifFile.bytes(pictures, ClipDrawing.DELAY));
        });
  }

  /** Reads a clip frame by frame, as if it came from a camera. */
  private void stream(ClipFolder.Read read) {
    Clip clip = read.clip();
    loaded.streaming().warmUp();
    long nanos = 0;
    float[] predicted = new float[0];
    try (VideoModel.Stream stream = model.newStream()) {
      for (int t = 0; t < clip.frames(); t++) {
        float[] frame = clip.part(t, t + 1);
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("clip", clip.name());
        figures.put("frame", t + 1);
        long before = System.nanoTime();
        switch (video.target()) {
          case GESTURE -> {
            Classification label = stream.label(frame);
            nanos += System.nanoTime() - before;
            figures.put("label", label.label());
            figures.put("probability", label.probability());
            exchange.answer(
                figures, formatted("%d\t%s  %.4f", t + 1, label.label(), label.probability()));
          }
          case BOX, STEERING -> {
            float[] numbers = stream.numbers(frame);
            nanos += System.nanoTime() - before;
            figures.put(
                video.target() == Target.BOX ? "box" : "number", value(numbers, 0, read.file()));
            exchange.answer(figures, formatted("%d\t%s", t + 1, words(numbers, 0, read.file())));
          }
          case MASK -> {
            float[] found = stream.mask(frame);
            nanos += System.nanoTime() - before;
            List<Integer> mask = mask(found, 0, found.length);
            figures.put("mask", mask);
            exchange.answer(figures, formatted("%d\t%s", t + 1, covered(mask)));
          }
          case FRAMES -> {
            float[] next = stream.next(frame);
            nanos += System.nanoTime() - before;
            if (t > 0) {
              double mse = VideoScores.squaredError(predicted, 0, frame, 0, frame.length);
              figures.put("mse", mse);
              figures.put("psnr", Score.finite(VideoScores.psnr(mse)));
              exchange.answer(
                  figures,
                  formatted(
                      "%d\tMSE of the prediction %.5f, PSNR %.2f dB",
                      t + 1, mse, VideoScores.psnr(mse)));
            }
            predicted = next;
          }
        }
      }
    }
    double each = nanos / NANOS_IN_MILLI / clip.frames();
    exchange.log(
        formatted(
            "%.3f ms per frame, %.0f times faster than the %.0f frames per second of %s",
            each, 1000 / each / read.file().rate(), read.file().rate(), clip.name()));
  }
}
