package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Sha256;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.inference.Captioner;
import dev.comporta.inference.content.StoredStories;
import dev.comporta.training.text.WordVocabulary;
import dev.comporta.view.SquarePicture;
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
 * Pictures of any kind with sentences about them: a folder with {@code captions.tsv}, whose lines
 * are the name of a picture, a tab and a sentence. A picture may have several. Words are in lower
 * case, without punctuation.
 *
 * @param name of the folder
 * @param sha256 of the table and of the pictures as they are read
 * @param photos one or more
 */
record Photos(String name, String sha256, List<Photo> photos) {
  private static final int BYTE = 0xff;

  /** The bytes of all pictures together, which are kept in memory. */
  private static final long MOST_BYTES = 1L << 30;

  Photos {
    photos = List.copyOf(photos);
  }

  /**
   * A picture.
   *
   * @param pixels the intensities channel by channel, as bytes
   * @param captions one or more
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  record Photo(byte[] pixels, List<String> captions) {
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

  /** The photos to train on, and those to score. */
  record Parts(Photos training, Photos heldOut) {}

  /**
   * Reads a folder.
   *
   * @param data the folder, or its table
   * @param side pixels on a side of the pictures as the model reads them
   * @throws ComportaException naming the line of what cannot be used
   */
  static Photos read(Path data, int side) {
    PictureTable table = PictureTable.read(data, CaptionFiles.TABLE);
    MessageDigest digest = Sha256.newDigest();
    Map<Path, Photo> photos = new LinkedHashMap<>();
    int features = Captioner.CHANNELS * side * side;
    for (PictureTable.Row row : table.rows()) {
      String caption =
          row.cells().size() == 1
              ? String.join(" ", StoredStories.split(row.cells().getFirst()))
              : "";
      if (caption.isEmpty()) {
        throw table.wrong(
            row, "the name of a picture, a tab, and a sentence", String.join("\t", row.cells()));
      }
      String line = row.picture().getFileName() + "\t" + caption + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
      Photo before = photos.get(row.picture());
      if (before == null && (photos.size() + 1L) * features > MOST_BYTES) {
        throw new ComportaException(
            formatted(
                "--data expected pictures of at most %,d bytes together, %,d with --side %d, but %s has more; choose a smaller side",
                MOST_BYTES, MOST_BYTES / features, side, table.file()));
      }
      List<String> captions = new ArrayList<>(before == null ? List.of() : before.captions());
      captions.add(caption);
      byte[] pixels =
          before == null
              ? bytes(Pictures.array(SquarePicture.padded(row.picture()), side))
              : before.pixels();
      if (before == null) {
        digest.update(pixels);
      }
      photos.put(row.picture(), new Photo(pixels, List.copyOf(captions)));
    }
    return new Photos(
        table.file().toString(),
        HexFormat.of().formatHex(digest.digest()),
        List.copyOf(photos.values()));
  }

  private static byte[] bytes(float[] image) {
    byte[] bytes = new byte[image.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) image[i];
    }
    return bytes;
  }

  /**
   * Holds photos out at random.
   *
   * @param fraction of the photos, at least one
   */
  Parts split(double fraction, RandomSource random) {
    int held = Math.max(1, (int) (fraction * photos.size()));
    if (photos.size() <= held) {
      throw new ComportaException(
          formatted(
              "--data expected 2 pictures or more, to train on some and validate on others, but %s has %d",
              name, photos.size()));
    }
    List<Photo> left = new ArrayList<>(photos);
    List<Photo> chosen = new ArrayList<>();
    for (int i = 0; i < held; i++) {
      chosen.add(left.remove(random.below(left.size(), i)));
    }
    return new Parts(new Photos(name, sha256, left), new Photos(name, sha256, chosen));
  }

  WordVocabulary words(int least) {
    WordVocabulary.Counter counter = new WordVocabulary.Counter();
    photos.forEach(photo -> photo.captions().forEach(counter::add));
    return counter.vocabulary(least, Integer.MAX_VALUE);
  }

  /** All sentences. */
  List<String> captions() {
    return photos.stream().map(Photo::captions).flatMap(List::stream).toList();
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
