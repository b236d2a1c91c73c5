package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Clips from animated GIF files, or from folders with a PNG file for each frame in the order of the
 * numbers in their names. Each frame is scaled to a square of intensities as it is read.
 */
public final class ClipFile {
  /** The most frames of a clip. */
  public static final int MOST_FRAMES = 10_000;

  /** Frames in a second where a file does not say it. */
  private static final double USUAL_RATE = 25;

  /** Pixels of all frames before they are scaled. */
  private static final long MOST_PIXELS = 1L << 30;

  private static final Pattern PARTS = Pattern.compile("\\d+|\\D+");

  private final Path path;
  private final int side;
  private final boolean inColour;
  private final List<float[]> frames = new ArrayList<>();
  private float[] levels = new float[0]; // of the frame at hand
  private int width;
  private int height;
  private double rate = USUAL_RATE;

  private ClipFile(Path path, int side, boolean inColour) {
    this.path = path;
    this.side = side;
    this.inColour = inColour;
  }

  /**
   * A clip.
   *
   * @param width of its frames before they were scaled
   * @param height of its frames before they were scaled
   * @param rate frames in a second
   * @param frames {@code [side, side]} each, from 0 (black) to 1 (white); in colour {@code [3,
   *     side, side]}, red, green and blue from 0 (none) to 1 (full light)
   */
  public record Frames(int width, int height, double rate, List<float[]> frames) {
    /** Copies the list. */
    public Frames {
      frames = List.copyOf(frames);
    }
  }

  /**
   * Reads a clip in levels of grey.
   *
   * @param path a GIF file, or a folder of PNG files
   * @param side pixels on a side of the frames that are returned
   * @throws ComportaException if it is neither, or frames differ in size, or there are too many
   */
  public static Frames read(Path path, int side) {
    return read(path, side, false);
  }

  /** Reads a clip in colour; otherwise as {@link #read(Path, int)}. */
  public static Frames readColours(Path path, int side) {
    return read(path, side, true);
  }

  private static Frames read(Path path, int side, boolean inColour) {
    ClipFile clip = new ClipFile(path, side, inColour);
    if (Files.isDirectory(path)) {
      clip.readFolder();
    } else {
      clip.rate = GifFrames.read(path, clip);
    }
    return new Frames(clip.width, clip.height, clip.rate, clip.frames);
  }

  /** Whether the name of a file is that of a GIF file. */
  public static boolean isGif(Path file) {
    return endsWith(file, ".gif");
  }

  /**
   * {@return the PNG files of a folder, in the order of the numbers in their names}
   *
   * @param folder a folder
   * @throws ComportaException if it cannot be read
   */
  public static List<Path> pictures(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(it -> endsWith(it, ".png") && !it.getFileName().toString().startsWith("."))
          .sorted(Comparator.comparing(it -> it.getFileName().toString(), ClipFile::compare))
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new ComportaException(
          formatted("[clip] %s cannot be read: %s", folder, e.getMessage()), e);
    }
  }

  private static boolean endsWith(Path file, String ending) {
    Path name = file.getFileName();
    return name != null && name.toString().toLowerCase(Locale.ROOT).endsWith(ending);
  }

  /**
   * Compares names part by part, digits as numbers: {@code frame-2} is before {@code frame-10}.
   *
   * @param one a name
   * @param other another
   * @return as {@link Comparator#compare}
   */
  public static int compare(String one, String other) {
    Matcher a = PARTS.matcher(one);
    Matcher b = PARTS.matcher(other);
    while (true) {
      boolean hasA = a.find();
      boolean hasB = b.find();
      if (!hasA || !hasB) {
        return hasA ? 1 : hasB ? -1 : one.compareTo(other);
      }
      int order = part(a.group(), b.group());
      if (order != 0) {
        return order;
      }
    }
  }

  private static int part(String one, String other) {
    if (!Character.isDigit(one.charAt(0)) || !Character.isDigit(other.charAt(0))) {
      return one.compareTo(other);
    }
    String a = one.replaceFirst("^0+", "");
    String b = other.replaceFirst("^0+", "");
    return a.length() == b.length() ? a.compareTo(b) : Integer.compare(a.length(), b.length());
  }

  private void readFolder() {
    List<Path> files = pictures(path);
    if (files.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[clip] expected a clip, PNG files in order, in the folder %s but it has none",
              path));
    }
    requireFrames(files.size());
    for (Path file : files) {
      BufferedImage picture = SquarePicture.raw(file, false);
      requireSize(file, picture.getWidth(), picture.getHeight());
      add(drawn(picture)); // the JDK changes levels of grey in getRGB, not when it draws
    }
  }

  void requireFrames(long count) {
    if (count > MOST_FRAMES) {
      throw new ComportaException(
          formatted(
              "[clip] expected at most %,d frames in %s but it has more; cut it into shorter clips",
              MOST_FRAMES, path));
    }
  }

  void requireSize(Path file, int itsWidth, int itsHeight) {
    if (frames.isEmpty()) {
      width = itsWidth;
      height = itsHeight;
    } else if (width != itsWidth || height != itsHeight) {
      throw new ComportaException(
          formatted(
              "[clip] expected all frames of %s to be %d x %d pixels like the first but %s is %d x %d; scale them to one size",
              path, width, height, file.getFileName(), itsWidth, itsHeight));
    }
    if ((frames.size() + 1L) * width * height > MOST_PIXELS) {
      throw new ComportaException(
          formatted(
              "[clip] expected at most %,d pixels in all frames of %s together but it has more; make its frames smaller",
              MOST_PIXELS, path));
    }
  }

  void add(BufferedImage picture) {
    int[] argb = ((DataBufferInt) picture.getRaster().getDataBuffer()).getData();
    if (levels.length != argb.length) {
      levels = new float[argb.length];
    }
    if (!inColour) {
      frames.add(channel(picture, argb, 0.299f, 0.587f, 0.114f)); // ITU-R BT.601
      return;
    }
    float[] red = channel(picture, argb, 1, 0, 0);
    float[] frame = Arrays.copyOf(red, 3 * red.length);
    System.arraycopy(channel(picture, argb, 0, 1, 0), 0, frame, red.length, red.length);
    System.arraycopy(channel(picture, argb, 0, 0, 1), 0, frame, 2 * red.length, red.length);
    frames.add(frame);
  }

  /** The sum of the colours with these shares, scaled. */
  private float[] channel(BufferedImage picture, int[] argb, float red, float green, float blue) {
    for (int i = 0; i < levels.length; i++) {
      int alpha = argb[i] >>> 24;
      float light =
          red * ((argb[i] >> 16) & 0xff)
              + green * ((argb[i] >> 8) & 0xff)
              + blue * (argb[i] & 0xff);
      float over = light * alpha / 255 + 255 - alpha; // what is transparent is white
      levels[i] = Math.clamp(over / 255, 0f, 1f);
    }
    return columns(
        rows(levels, picture.getWidth(), picture.getHeight(), side),
        side,
        picture.getHeight(),
        side);
  }

  /** Scales the width: each pixel is the mean of what it covers. */
  private static float[] rows(float[] from, int across, int down, int side) {
    float[] to = new float[side * down];
    for (int column = 0; column < side; column++) {
      double left = (double) column * across / side;
      double right = (column + 1.0) * across / side;
      for (int row = 0; row < down; row++) {
        double sum = 0;
        for (int x = (int) left; x < Math.min(across, Math.ceil(right)); x++) {
          sum += from[row * across + x] * (Math.min(right, x + 1.0) - Math.max(left, x));
        }
        to[row * side + column] = (float) Math.clamp(sum / (right - left), 0, 1);
      }
    }
    return to;
  }

  /** Scales the height. */
  private static float[] columns(float[] from, int width, int height, int side) {
    float[] turned = new float[from.length];
    for (int i = 0; i < from.length; i++) {
      turned[i % width * height + i / width] = from[i];
    }
    float[] scaled = rows(turned, height, width, side); // [width, side]
    float[] to = new float[scaled.length];
    for (int i = 0; i < scaled.length; i++) {
      to[i % side * width + i / side] = scaled[i];
    }
    return to;
  }

  static BufferedImage drawn(BufferedImage image) {
    BufferedImage copy =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_ARGB);
    Graphics2D to = copy.createGraphics();
    to.drawImage(image, 0, 0, null);
    to.dispose();
    return copy;
  }
}
