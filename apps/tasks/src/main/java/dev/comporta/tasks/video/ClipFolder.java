package dev.comporta.tasks.video;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.Sha256;
import dev.comporta.inference.content.StoredVideo;
import dev.comporta.serialization.FolderFile;
import dev.comporta.training.text.CorpusReader;
import dev.comporta.view.ClipFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Clips of a folder: GIF files, and folders with a PNG file for each frame. What is known of them
 * is in {@code labels.tsv} in the same folder. Its cells are separated by tabs: a clip and its
 * label; or a clip, the number of a frame from 1, and the left, top, width and height of a box in
 * pixels; or a clip, the number of a frame, and a number. The depth of {@code wave.gif} or {@code
 * wave} is in {@code wave.depth.gif} or {@code wave.depth}, and its masks are in {@code
 * wave.mask.gif} or {@code wave.mask}.
 *
 * @param name what messages call it
 * @param clips one or more
 */
record ClipFolder(String name, List<Clip> clips) {
  static final String TABLE = "labels.tsv";

  /** The last parts of the names of clips that belong to others. */
  private static final String DEPTH = ".depth";

  private static final String MASK = ".mask";

  /** The numbers of all clips together: 4 GiB. */
  private static final long MOST_NUMBERS = 1L << 30;

  ClipFolder {
    clips = List.copyOf(clips);
  }

  /**
   * A clip and what its file says of its frames.
   *
   * @param clip with nothing known of it
   * @param file sizes and rate
   */
  record Read(Clip clip, ClipFile.Frames file) {}

  /**
   * Reads a clip.
   *
   * @throws ComportaException if it has one frame only, or no depth although that is read
   */
  static Read read(Path path, String name, StoredVideo video) {
    ClipFile.Frames seen = ClipFile.read(path, video.side());
    int frames = seen.frames().size();
    if (frames < 2) {
      throw new ComportaException(
          formatted(
              "[video] expected a clip of 2 frames or more but %s has one; join frames that belong together in one GIF file or folder",
              name));
    }
    int size = video.side() * video.side();
    float[] pixels = new float[Math.multiplyExact(frames, video.features())];
    for (int t = 0; t < frames; t++) {
      System.arraycopy(seen.frames().get(t), 0, pixels, t * video.features(), size);
    }
    if (video.channels() > 1) {
      List<float[]> depths =
          beside(path, name, seen, video.side(), DEPTH, "add it, or train a model with --depth=no");
      for (int t = 0; t < frames; t++) {
        System.arraycopy(depths.get(t), 0, pixels, t * video.features() + size, size);
      }
    }
    return new Read(new Clip(name, frames, pixels, "", new float[0]), seen);
  }

  /**
   * The frames of a clip that belongs to another.
   *
   * @param ending the last part of its name
   * @param advice ends the message if there is none
   */
  private static List<float[]> beside(
      Path path, String name, ClipFile.Frames seen, int side, String ending, String advice) {
    Path other = path.resolveSibling(bare(path) + ending + (ClipFile.isGif(path) ? gif(path) : ""));
    if (!Files.exists(other)) {
      throw new ComportaException(
          formatted(
              "[video] expected the %s of %s in %s but there is no such file; %s",
              ending.substring(1), name, other, advice));
    }
    ClipFile.Frames read = ClipFile.read(other, side);
    if (read.frames().size() != seen.frames().size()
        || read.width() != seen.width()
        || read.height() != seen.height()) {
      throw new ComportaException(
          formatted(
              "[video] expected %d frames of %d x %d pixels in %s, as in %s, but it has %d of %d x %d",
              seen.frames().size(),
              seen.width(),
              seen.height(),
              other,
              name,
              read.frames().size(),
              read.width(),
              read.height()));
    }
    return read.frames();
  }

  /** The name of a clip without the ending of GIF files. */
  private static String bare(Path path) {
    String name = path.getFileName().toString();
    return ClipFile.isGif(path) ? name.substring(0, name.length() - 4) : name;
  }

  /** The ending of a GIF file as it is written. */
  private static String gif(Path path) {
    String name = path.getFileName().toString();
    return name.substring(name.length() - 4);
  }

  private static boolean belongsToAnother(Path path) {
    return bare(path).endsWith(DEPTH) || bare(path).endsWith(MASK);
  }

  /**
   * Reads a folder.
   *
   * @throws ComportaException naming the file or the line of what cannot be used
   */
  static ClipFolder read(Path folder, StoredVideo video) {
    if (!Files.isDirectory(folder)) {
      throw new ComportaException(
          formatted(
              "[video] expected a folder of clips, GIF files or folders of PNG files, but %s is not a folder",
              folder));
    }
    List<Clip> clips =
        switch (video.target()) {
          case FRAMES -> windows(folder, video);
          case MASK -> masked(folder, video);
          case GESTURE, BOX, STEERING -> labelled(folder, video);
        };
    return new ClipFolder(folder.toString(), clips);
  }

  private static List<Path> paths(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> clips =
          all.filter(
                  path -> !path.getFileName().toString().startsWith(".") && !belongsToAnother(path))
              .filter(path -> Files.isDirectory(path) ? hasPictures(path) : ClipFile.isGif(path))
              .sorted(Comparator.comparing(it -> it.getFileName().toString(), ClipFile::compare))
              .toList();
      if (clips.isEmpty()) {
        throw new ComportaException(
            formatted(
                "[video] expected clips, GIF files or folders of PNG files, in %s but it has none",
                folder));
      }
      return clips;
    } catch (IOException | UncheckedIOException e) {
      throw new ComportaException(
          formatted("[video] %s cannot be read: %s", folder, e.getMessage()), e);
    }
  }

  private static boolean hasPictures(Path folder) {
    return !ClipFile.pictures(folder).isEmpty();
  }

  /** Parts of clips that are as long as a model of frames needs them. */
  private static List<Clip> windows(Path folder, StoredVideo video) {
    int length = video.given() + video.ahead();
    List<Clip> windows = new ArrayList<>();
    long numbers = 0;
    for (Path path : paths(folder)) {
      Clip clip = read(path, path.toString(), video).clip;
      requireLength(clip, video);
      numbers = checked(numbers + clip.pixels().length, folder);
      for (int from = 0; from + length <= clip.frames(); from += length) {
        windows.add(
            new Clip(clip.name(), length, clip.part(from, from + length), "", new float[0]));
      }
    }
    return windows;
  }

  /** Clips with their masks: pixels of which at least half are white belong to the object. */
  private static List<Clip> masked(Path folder, StoredVideo video) {
    List<Clip> clips = new ArrayList<>();
    int size = video.side() * video.side();
    long numbers = 0;
    for (Path path : paths(folder)) {
      Read read = read(path, path.toString(), video);
      Clip clip = read.clip;
      float[] values = new float[clip.frames() * size];
      numbers = checked(numbers + clip.pixels().length + values.length, folder);
      List<float[]> masks =
          beside(path, clip.name(), read.file, video.side(), MASK, "add it, white on black");
      for (int i = 0; i < values.length; i++) {
        values[i] = masks.get(i / size)[i % size] >= VideoScores.INSIDE ? 1 : 0;
      }
      clips.add(new Clip(clip.name(), clip.frames(), clip.pixels(), "", values));
    }
    return clips;
  }

  static void requireLength(Clip clip, StoredVideo video) {
    if (clip.frames() < video.given() + video.ahead()) {
      throw new ComportaException(
          formatted(
              "[video] expected a clip of %d frames or more, %d given and %d to predict, but %s has %d",
              video.given() + video.ahead(),
              video.given(),
              video.ahead(),
              clip.name(),
              clip.frames()));
    }
  }

  private static long checked(long numbers, Path folder) {
    if (numbers > MOST_NUMBERS) {
      throw new ComportaException(
          formatted(
              "[video] expected at most %,d pixels in all clips of %s together, once they are scaled, but it has more; use fewer clips or a smaller --side",
              MOST_NUMBERS, folder));
    }
    return numbers;
  }

  /** The clips of the table with what it says of them. */
  private static List<Clip> labelled(Path folder, StoredVideo video) {
    Path table = folder.resolve(TABLE);
    if (!Files.isRegularFile(table)) {
      throw new ComportaException(
          formatted(
              "[video] expected a file %s with the labels of the clips in %s but there is none",
              TABLE, folder));
    }
    String[] lines = CorpusReader.read(table, StandardCharsets.UTF_8).text().split("\\R", -1);
    LabelTable rows = new LabelTable(table.toString(), video.target());
    for (int i = 0; i < lines.length; i++) {
      rows.add(lines[i], i + 1);
    }
    Map<String, Clip> read = new LinkedHashMap<>();
    long numbers = 0;
    for (String name : rows.clips()) {
      Read seen = read(path(folder, name, rows), name, video);
      numbers = checked(numbers + seen.clip.pixels().length, folder);
      read.put(name, rows.complete(seen));
    }
    return List.copyOf(read.values());
  }

  private static Path path(Path folder, String name, LabelTable rows) {
    String expected = formatted("the name of a GIF file or of a folder in %s", folder);
    String found = "'" + Printable.quote(name) + "'";
    try {
      FolderFile.requireInside(folder, name);
    } catch (IOException e) {
      throw (ComportaException)
          rows.wrong(name, expected, found + ", which " + e.getMessage()).initCause(e);
    }
    Path path = folder.resolve(name);
    if (!Files.exists(path)) {
      throw rows.wrong(name, expected, found);
    }
    return path;
  }

  /** The hash of all pixels and of what is known: the same for the same clips in any files. */
  String sha256() {
    MessageDigest digest = Sha256.newDigest();
    for (Clip clip : clips) {
      digest.update(
          formatted("%d %s\n", clip.frames(), clip.label()).getBytes(StandardCharsets.UTF_8));
      add(digest, clip.pixels());
      add(digest, clip.values());
    }
    return Sha256.hex(digest);
  }

  private static void add(MessageDigest digest, float[] numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(numbers.length, Float.BYTES));
    bytes.asFloatBuffer().put(numbers);
    digest.update(bytes);
  }

  /** Requires that clips have no labels but these. */
  static void requireLabels(List<Clip> clips, List<String> known) {
    for (Clip clip : clips) {
      if (!known.contains(clip.label())) {
        int most = 12;
        throw new ComportaException(
            formatted(
                "[video] expected one of the labels %s%s for %s but got '%s', which the model was not trained on",
                known.subList(0, Math.min(most, known.size())),
                known.size() > most ? formatted(" and %d others", known.size() - most) : "",
                clip.name(),
                Printable.quote(clip.label())));
      }
    }
  }

  /** The mean and the deviation of all numbers that are known; a deviation of 0 becomes 1. */
  static double[] scale(List<Clip> clips) {
    double[] all =
        clips.stream()
            .flatMapToDouble(clip -> {
              double[] values = new double[clip.values().length];
              Arrays.setAll(values, i -> clip.values()[i]);
              return Arrays.stream(values);
            })
            .toArray();
    double mean = Arrays.stream(all).average().orElse(0);
    double variance = Arrays.stream(all).map(it -> (it - mean) * (it - mean)).average().orElse(0);
    return new double[] {mean, variance > 0 ? Math.sqrt(variance) : 1};
  }
}
