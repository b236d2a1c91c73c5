package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Sha256;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.Captioner;
import dev.comporta.inference.content.StoredImageFeatures;
import dev.comporta.inference.content.StoredStories;
import dev.comporta.training.text.WordVocabulary;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Pictures or clips of any kind with sentences about them: a folder with {@code captions.tsv},
 * whose lines are the name of a picture or a clip, a tab and a sentence. One may have several.
 * Words are in lower case, without punctuation.
 *
 * @param name of the folder
 * @param sha256 of the table and of the images as they are read
 * @param frames of each clip; 1 for pictures
 * @param features what the numbers of the images are, if they are no intensities
 * @param images one or more
 */
record CaptionedImages(
    String name,
    String sha256,
    int frames,
    @Nullable StoredImageFeatures features,
    List<Captioned> images) {
  /** The bytes of all pictures together, which are kept in memory. */
  private static final long MOST_BYTES = 1L << 30;

  CaptionedImages {
    images = List.copyOf(images);
  }

  /**
   * A picture or a clip.
   *
   * @param numbers what a model reads: the intensities frame by frame and channel by channel, or
   *     features
   * @param captions one or more
   */
  record Captioned(ImageNumbers numbers, List<String> captions) {}

  /** The images to train on, and those to score. */
  record Parts(CaptionedImages training, CaptionedImages heldOut) {
    /** The same images, whose numbers are features. */
    Parts reading(StoredImageFeatures features) {
      return new Parts(training.reading(features), heldOut.reading(features));
    }
  }

  private CaptionedImages reading(StoredImageFeatures read) {
    return new CaptionedImages(name, sha256, frames, read, images);
  }

  /**
   * The batch that the encoder of a captioner reads.
   *
   * @param numbers of so many images, replaced
   */
  Batch source(float[] numbers, int rows) {
    return features == null
        ? Captioner.source(numbers, rows, frames)
        : Captioner.source(numbers, rows, features);
  }

  /**
   * Reads a folder.
   *
   * @param data the folder, or its table
   * @param input how a model reads the files; each file is read once
   * @throws ComportaException naming the line of what cannot be used
   */
  static CaptionedImages read(Path data, ImageInput input) {
    String noun = input.frames() == 1 ? "picture" : "clip";
    PictureTable table = PictureTable.read(data, CaptionFiles.TABLE, noun);
    MessageDigest digest = Sha256.newDigest();
    digest.update(input.sha256().getBytes(StandardCharsets.UTF_8));
    Map<Path, Captioned> images = new LinkedHashMap<>();
    long size = input.bytes();
    for (PictureTable.Row row : table.rows()) {
      String caption =
          row.cells().size() == 1
              ? String.join(" ", StoredStories.split(row.cells().getFirst()))
              : "";
      if (caption.isEmpty()) {
        throw table.wrong(
            row,
            formatted("the name of a %s, a tab, and a sentence", noun),
            String.join("\t", row.cells()));
      }
      String line = row.picture().getFileName() + "\t" + caption + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
      Captioned before = images.get(row.picture());
      if (before == null && (images.size() + 1L) * size > MOST_BYTES) {
        throw new ComportaException(
            formatted(
                "--data expected %ss of at most %,d bytes together, %,d with %s, but %s has more; choose a smaller size",
                noun, MOST_BYTES, MOST_BYTES / size, input.size(), table.file()));
      }
      if (before == null) {
        float[] pixels = input.pixels(row.picture());
        digest.update(bytes(pixels));
        before = new Captioned(input.numbers(pixels, row.picture()), List.of());
      }
      List<String> captions = new ArrayList<>(before.captions());
      captions.add(caption);
      images.put(row.picture(), new Captioned(before.numbers(), List.copyOf(captions)));
    }
    return new CaptionedImages(
        table.file() + (input.sha256().isEmpty() ? "" : " with " + input.size()),
        HexFormat.of().formatHex(digest.digest()),
        input.frames(),
        null,
        List.copyOf(images.values()));
  }

  /** Drawn clips that no training has seen, the same for the same seed. */
  static CaptionedImages drawn(int count, long seed, int side, int frames) {
    List<Captioned> clips = new ArrayList<>();
    int size = Captioner.CHANNELS * side * side;
    for (int i = 0; i < count; i++) {
      MovingScene clip = MovingScene.unseen(seed, i);
      List<Scene> scenes = clip.frames(frames);
      float[] pixels = new float[frames * size];
      for (int frame = 0; frame < frames; frame++) {
        Pictures.put(scenes.get(frame).picture(side), pixels, frame * size);
      }
      clips.add(
          new Captioned(new ImageNumbers.Intensities(bytes(pixels)), List.of(clip.caption())));
    }
    return new CaptionedImages("drawn clips", "", frames, null, clips);
  }

  /** Intensities from 0 to 255 as a byte each. */
  static byte[] bytes(float[] image) {
    byte[] bytes = new byte[image.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) image[i];
    }
    return bytes;
  }

  /**
   * Holds images out at random.
   *
   * @param fraction of the images, at least one
   */
  Parts split(double fraction, RandomSource random) {
    int held = Math.max(1, (int) (fraction * images.size()));
    if (images.size() <= held) {
      throw new ComportaException(
          formatted(
              "--data expected 2 %ss or more, to train on some and validate on others, but %s has %d",
              frames == 1 ? "picture" : "clip", name, images.size()));
    }
    List<Captioned> left = new ArrayList<>(images);
    List<Captioned> chosen = new ArrayList<>();
    for (int i = 0; i < held; i++) {
      chosen.add(left.remove(random.below(left.size(), i)));
    }
    return new Parts(
        new CaptionedImages(name, sha256, frames, features, left),
        new CaptionedImages(name, sha256, frames, features, chosen));
  }

  WordVocabulary words(int least) {
    WordVocabulary.Counter counter = new WordVocabulary.Counter();
    images.forEach(image -> image.captions().forEach(counter::add));
    return counter.vocabulary(least, Integer.MAX_VALUE);
  }

  /** All sentences. */
  List<String> captions() {
    return images.stream().map(Captioned::captions).flatMap(List::stream).toList();
  }

  /** The sentence that is said most often. */
  String mostFrequent() {
    Map<String, Long> counts = new LinkedHashMap<>();
    captions().forEach(it -> counts.merge(it, 1L, Long::sum));
    Function<String, Long> count = counts::get;
    return counts.keySet().stream()
        .reduce((a, b) -> count.apply(b) > count.apply(a) ? b : a)
        .orElseThrow();
  }
}
