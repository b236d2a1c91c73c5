package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Sha256;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.inference.Captioner;
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

/**
 * Pictures or clips of any kind with sentences about them: a folder with {@code captions.tsv},
 * whose lines are the name of a picture or a clip, a tab and a sentence. One may have several.
 * Words are in lower case, without punctuation.
 *
 * @param name of the folder
 * @param sha256 of the table and of the images as they are read
 * @param frames of each clip; 1 for pictures
 * @param images one or more
 */
record CaptionedImages(String name, String sha256, int frames, List<Captioned> images) {
  private static final int BYTE = 0xff;

  /** The bytes of all pictures together, which are kept in memory. */
  private static final long MOST_BYTES = 1L << 30;

  CaptionedImages {
    images = List.copyOf(images);
  }

  /**
   * A picture or a clip.
   *
   * @param pixels the intensities frame by frame and channel by channel, as bytes
   * @param captions one or more
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  record Captioned(byte[] pixels, List<String> captions) {
    /** The intensities, from 0 to 255. */
    void put(float[] to, int offset) {
      for (int i = 0; i < pixels.length; i++) {
        to[offset + i] = pixels[i] & BYTE;
      }
    }

    float[] image() {
      float[] image = new float[pixels.length];
      put(image, 0);
      return image;
    }
  }

  /** The images to train on, and those to score. */
  record Parts(CaptionedImages training, CaptionedImages heldOut) {}

  /**
   * Reads a folder.
   *
   * @param data the folder, or its table
   * @param side pixels on a side of the frames as the model reads them
   * @param frames of each clip; 1 for pictures
   * @throws ComportaException naming the line of what cannot be used
   */
  static CaptionedImages read(Path data, int side, int frames) {
    String noun = frames == 1 ? "picture" : "clip";
    PictureTable table = PictureTable.read(data, CaptionFiles.TABLE, noun);
    MessageDigest digest = Sha256.newDigest();
    Map<Path, Captioned> images = new LinkedHashMap<>();
    long size = (long) frames * Captioner.CHANNELS * side * side;
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
                "--data expected %ss of at most %,d bytes together, %,d with --side %d, but %s has more; choose a smaller side",
                noun, MOST_BYTES, MOST_BYTES / size, side, table.file()));
      }
      List<String> captions = new ArrayList<>(before == null ? List.of() : before.captions());
      captions.add(caption);
      byte[] pixels =
          before == null
              ? bytes(Pictures.read(row.picture(), side, frames, true))
              : before.pixels();
      if (before == null) {
        digest.update(pixels);
      }
      images.put(row.picture(), new Captioned(pixels, List.copyOf(captions)));
    }
    return new CaptionedImages(
        table.file().toString(),
        HexFormat.of().formatHex(digest.digest()),
        frames,
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
      clips.add(new Captioned(bytes(pixels), List.of(clip.caption())));
    }
    return new CaptionedImages("drawn clips", "", frames, clips);
  }

  private static byte[] bytes(float[] image) {
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
        new CaptionedImages(name, sha256, frames, left),
        new CaptionedImages(name, sha256, frames, chosen));
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
