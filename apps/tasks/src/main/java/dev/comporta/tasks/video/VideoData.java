package dev.comporta.tasks.video;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.inference.content.StoredVideo;
import dev.comporta.inference.content.StoredVideo.Target;
import dev.comporta.serialization.ModelFile;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.Shuffle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Clips to train on, and clips that are held out.
 *
 * @param name where they are from
 * @param sha256 their hash; empty if they are drawn
 * @param given whether they are from files
 * @param longest the most frames of a clip from a file
 * @param training clips to train on
 * @param heldOut clips that are held out
 * @param video how they are read, with the scale of their numbers
 * @param labels all labels; none if they have none
 */
record VideoData(
    String name,
    String sha256,
    boolean given,
    int longest,
    ClipSource training,
    ClipSource heldOut,
    StoredVideo video,
    List<String> labels) {
  /** Clips whose numbers give the scale of drawn ones. */
  private static final int SCALED = 256;

  VideoData {
    labels = List.copyOf(labels);
  }

  /** Draws a clip. */
  static Clip draw(StoredVideo video, RandomSource random) {
    return switch (video.target()) {
      case FRAMES -> MovingShapes.draw(random, video);
      case GESTURE -> Gesture.draw(random, video.channels(), video.side());
      case BOX -> MovingBox.draw(random, video.side());
      case MASK -> MovingBox.drawMasked(random, video.side());
      case STEERING -> Road.draw(random, video.side());
    };
  }

  /** The first clips of a seed that no training has seen. */
  static List<Clip> unseen(StoredVideo video, int count, long seed) {
    RandomSource random = new CounterRandom(seed).stream("unseen clips");
    return ClipSource.drawn(count, random, it -> draw(video, it)).first(count);
  }

  /** Clips that are drawn as they are needed. */
  static VideoData drawn(int count, int validated, StoredVideo video, RandomSource random) {
    ClipSource training = ClipSource.drawn(count, random.stream("training"), it -> draw(video, it));
    return new VideoData(
        "drawn clips",
        "",
        false,
        0,
        training,
        ClipSource.drawn(validated, random.stream("validation"), it -> draw(video, it)),
        scaled(video, training.first(SCALED)),
        video.target() == Target.GESTURE ? Gesture.words() : List.of());
  }

  /**
   * Clips from files.
   *
   * @param validation a folder of its own, or null
   * @param fraction of the clips that is held out if there is none
   */
  static VideoData read(
      Path folder,
      @Nullable Path validation,
      double fraction,
      StoredVideo video,
      RandomSource random) {
    ClipFolder all = ClipFolder.read(folder, video);
    List<Clip> training = new ArrayList<>(all.clips());
    List<Clip> heldOut = new ArrayList<>();
    if (validation == null) {
      split(all, fraction, random.stream("split"), training, heldOut);
    } else {
      heldOut.addAll(ClipFolder.read(validation, video).clips());
    }
    List<String> labels =
        video.target() == Target.GESTURE
            ? training.stream().map(Clip::label).distinct().sorted().toList()
            : List.of();
    if (video.target() == Target.GESTURE && labels.size() < 2) {
      throw new ComportaException(
          formatted(
              "[video] expected 2 labels or more to tell apart in %s but all are '%s'",
              all.name(), String.join("", labels)));
    }
    if (video.target() == Target.GESTURE) {
      ClipFolder.requireLabels(heldOut, labels);
    }
    int longest =
        Math.max(
            training.stream().mapToInt(Clip::frames).max().orElse(0),
            heldOut.stream().mapToInt(Clip::frames).max().orElse(0));
    return new VideoData(
        all.name(),
        all.sha256(),
        true,
        longest,
        ClipSource.of(training, random.stream("order")),
        ClipSource.of(heldOut, random.stream("order of validation")),
        scaled(video, training),
        labels);
  }

  /**
   * Holds out a fraction of the clips, all parts of a clip together, and only clips whose labels
   * others have, too.
   */
  private static void split(
      ClipFolder all,
      double fraction,
      RandomSource random,
      List<Clip> training,
      List<Clip> heldOut) {
    Map<String, Set<String>> labels = new LinkedHashMap<>();
    for (Clip clip : all.clips()) {
      labels.computeIfAbsent(clip.name(), _ -> new HashSet<>()).add(clip.label());
    }
    List<String> names = List.copyOf(labels.keySet());
    if (names.size() < 2) {
      throw new ComportaException(
          formatted(
              "[video] expected two clips or more, one of them to validate on, in %s but it has one; add clips, or give --validation-data",
              all.name()));
    }
    long wanted = Math.clamp(Math.round(fraction * names.size()), 1, names.size() - 1);
    Set<String> trained = new HashSet<>();
    Set<String> held = new HashSet<>();
    int left = names.size();
    for (int i : Shuffle.order(names.size(), random)) {
      String name = names.get(i);
      Set<String> own = labels.getOrDefault(name, Set.of());
      boolean last = left-- <= wanted - held.size();
      if (last && trained.containsAll(own)) {
        held.add(name);
      } else {
        trained.addAll(own);
      }
    }
    if (held.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[video] expected a clip to hold out of the %d of %s but each has a label of its own; add clips, or give --validation-data",
              names.size(), all.name()));
    }
    heldOut.addAll(training.stream().filter(it -> held.contains(it.name())).toList());
    training.removeIf(it -> held.contains(it.name()));
  }

  private static StoredVideo scaled(StoredVideo video, List<Clip> clips) {
    if (video.target() != Target.STEERING) {
      return video;
    }
    double[] scale = ClipFolder.scale(clips);
    return new StoredVideo(
        video.target(), video.side(), video.channels(), video.patch(), 0, 0, scale[0], scale[1]);
  }

  /**
   * These data as a model reads them from which training continues.
   *
   * @throws ComportaException if it reads other frames, or does not know a label
   */
  VideoData continuing(@Nullable ModelFile origin) {
    if (origin == null) {
      return this;
    }
    StoredVideo other = StoredVideo.of(origin, "the model of --from");
    if (other.target() != video.target()
        || other.side() != video.side()
        || other.channels() != video.channels()
        || other.patch() != video.patch()) {
      throw new ComportaException(
          formatted(
              "[video] expected --target %s, --side %d, --patch %d and %s as in the model of --from but got %s, %d, %d and %s",
              other.target().word(),
              other.side(),
              other.patch(),
              depth(other),
              video.target().word(),
              video.side(),
              video.patch(),
              depth(video)));
    }
    List<String> known = labels.isEmpty() ? List.of() : StoredLabels.of(origin);
    if (given && !labels.isEmpty()) {
      ClipFolder.requireLabels(training.first(training.count()), known);
      ClipFolder.requireLabels(heldOut.first(heldOut.count()), known);
    }
    StoredVideo own =
        new StoredVideo(
            video.target(),
            video.side(),
            video.channels(),
            video.patch(),
            video.given(),
            video.ahead(),
            other.mean(),
            other.deviation());
    return new VideoData(name, sha256, given, longest, training, heldOut, own, known);
  }

  private static String depth(StoredVideo video) {
    return video.channels() > 1 ? "--depth" : "--depth=no";
  }
}
