package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.awt.AlphaComposite;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * Clips from animated GIF files, or from folders with a PNG file for each frame in the order of the
 * numbers in their names. Each frame is scaled to a square of intensities as it is read.
 */
public final class ClipFile {
  /** The most frames of a clip. */
  public static final int MOST_FRAMES = 10_000;

  /** Frames in a second where a file does not say it. */
  private static final double USUAL_RATE = 25;

  private static final long MOST_BYTES = 64L << 20;

  /** Pixels of all frames before they are scaled. */
  private static final long MOST_PIXELS = 1L << 30;

  /** Hundredths of a second that a frame of a GIF file is shown if its delay is 0. */
  private static final int USUAL_DELAY = 10;

  /** Bytes of the parts of a GIF file (GIF89a, sections 17, 18 and 20). */
  private static final int HEADER = 6;

  private static final int SCREEN = 7;
  private static final int DESCRIPTOR = 10;

  /** What blocks of a GIF file begin with. */
  private static final byte EXTENSION = 0x21;

  private static final byte IMAGE = 0x2C;
  private static final byte TRAILER = 0x3B;

  private static final String GIF_FRAME = "javax_imageio_gif_image_1.0";
  private static final String GIF_FILE = "javax_imageio_gif_stream_1.0";
  private static final Pattern PARTS = Pattern.compile("\\d+|\\D+");

  private final Path path;
  private final int side;
  private final List<float[]> frames = new ArrayList<>();
  private int width;
  private int height;
  private double rate = USUAL_RATE;

  private ClipFile(Path path, int side) {
    this.path = path;
    this.side = side;
  }

  /**
   * A clip.
   *
   * @param width of its frames before they were scaled
   * @param height of its frames before they were scaled
   * @param rate frames in a second
   * @param frames {@code [side, side]} each, from 0 (black) to 1 (white)
   */
  public record Frames(int width, int height, double rate, List<float[]> frames) {
    /** Copies the list. */
    public Frames {
      frames = List.copyOf(frames);
    }
  }

  /**
   * Reads a clip.
   *
   * @param path a GIF file, or a folder of PNG files
   * @param side pixels on a side of the frames that are returned
   * @throws ComportaException if it is neither, or frames differ in size, or there are too many
   */
  public static Frames read(Path path, int side) {
    ClipFile clip = new ClipFile(path, side);
    if (Files.isDirectory(path)) {
      clip.readFolder();
    } else {
      clip.readGif();
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

  private void requireFrames(long count) {
    if (count > MOST_FRAMES) {
      throw new ComportaException(
          formatted(
              "[clip] expected at most %,d frames in %s but got %,d; cut it into shorter clips",
              MOST_FRAMES, path, count));
    }
  }

  private void requireSize(Path file, int itsWidth, int itsHeight) {
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

  private void add(BufferedImage picture) {
    int[] rgb =
        picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
    float[] gray = new float[rgb.length];
    for (int i = 0; i < gray.length; i++) {
      int alpha = rgb[i] >>> 24;
      float light =
          0.299f * ((rgb[i] >> 16) & 0xff)
              + 0.587f * ((rgb[i] >> 8) & 0xff)
              + 0.114f * (rgb[i] & 0xff); // ITU-R BT.601
      float over = light * alpha / 255 + 255 - alpha; // what is transparent is white
      gray[i] = Math.clamp(over / 255, 0f, 1f);
    }
    frames.add(
        columns(
            rows(gray, picture.getWidth(), picture.getHeight(), side),
            side,
            picture.getHeight(),
            side));
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

  private void readGif() {
    if (!Files.isRegularFile(path)) {
      throw new ComportaException(
          formatted(
              "[clip] expected a GIF file or a folder of PNG files but %s is %s",
              path, Files.exists(path) ? "neither" : "not there"));
    }
    try {
      if (Files.size(path) > MOST_BYTES) {
        throw new ComportaException(
            formatted(
                "[clip] expected a file of at most %d MiB but %s is longer; cut it into shorter clips",
                MOST_BYTES >> 20, path));
      }
    } catch (IOException e) {
      throw noClip(e);
    }
    requireWhole();
    try (ImageInputStream in = ImageIO.createImageInputStream(path.toFile())) {
      ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
      try {
        reader.setInput(in, false, false);
        readGif(reader);
      } finally {
        reader.dispose();
      }
    } catch (ComportaException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // the JDK's reader of GIF lets both out
      throw noClip(e);
    }
  }

  private ComportaException noClip(@Nullable Exception cause) {
    String sentence =
        formatted(
            "[clip] expected a GIF file or a folder of PNG files but %s is not one, or is damaged",
            path);
    return cause == null ? new ComportaException(sentence) : new ComportaException(sentence, cause);
  }

  /** Refuses a file whose blocks do not end with its trailer, of which the JDK reads a part. */
  private void requireWhole() {
    try {
      byte[] file = Files.readAllBytes(path);
      int at = HEADER + SCREEN;
      if (file.length < at || !new String(file, 0, 3, StandardCharsets.US_ASCII).equals("GIF")) {
        throw noClip(null);
      }
      at += colours(file[HEADER + 4]);
      while (at < file.length && file[at] != TRAILER) {
        if (file[at] == EXTENSION) {
          at += 2;
        } else if (file[at] == IMAGE && at + DESCRIPTOR < file.length) {
          at += DESCRIPTOR + colours(file[at + DESCRIPTOR - 1]) + 1;
        } else {
          throw noClip(null);
        }
        while (at < file.length && file[at] != 0) {
          at += 1 + Byte.toUnsignedInt(file[at]);
        }
        at++;
      }
      if (at >= file.length) {
        throw noClip(null);
      }
    } catch (IOException e) {
      throw noClip(e);
    }
  }

  /** The bytes of a table of colours, from the flags before it. */
  private static int colours(byte flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 0x07) + 1);
  }

  private void readGif(ImageReader reader) throws IOException {
    int count = reader.getNumImages(true);
    requireFrames(count);
    NamedNode screen =
        new NamedNode(reader.getStreamMetadata().getAsTree(GIF_FILE), "LogicalScreenDescriptor");
    int itsWidth = Math.max(screen.number("logicalScreenWidth"), reader.getWidth(0));
    int itsHeight = Math.max(screen.number("logicalScreenHeight"), reader.getHeight(0));
    if (Math.max(itsWidth, itsHeight) > SquarePicture.LARGEST) {
      throw new ComportaException(
          formatted(
              "[clip] expected frames of at most %d pixels on a side but those of %s are %d x %d; make them smaller",
              SquarePicture.LARGEST, path, itsWidth, itsHeight));
    }
    BufferedImage canvas = new BufferedImage(itsWidth, itsHeight, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < count; i++) {
      Node frame = reader.getImageMetadata(i).getAsTree(GIF_FRAME);
      NamedNode place = new NamedNode(frame, "ImageDescriptor");
      NamedNode control = new NamedNode(frame, "GraphicControlExtension");
      Rectangle area =
          new Rectangle(
              place.number("imageLeftPosition"),
              place.number("imageTopPosition"),
              reader.getWidth(i),
              reader.getHeight(i));
      if (!new Rectangle(itsWidth, itsHeight).contains(area)) {
        throw new ComportaException(
            formatted(
                "[clip] expected all frames of %s to lie within its %d x %d pixels but frame %d, %d x %d at %d, %d, does not; scale them to one size",
                path, itsWidth, itsHeight, i + 1, area.width, area.height, area.x, area.y));
      }
      requireSize(path, itsWidth, itsHeight);
      String disposal = control.text("disposalMethod");
      BufferedImage before = disposal.equals("restoreToPrevious") ? drawn(canvas) : canvas;
      Graphics2D to = canvas.createGraphics();
      to.drawImage(reader.read(i), area.x, area.y, null);
      add(canvas);
      if (disposal.equals("restoreToBackgroundColor")) {
        to.setComposite(AlphaComposite.Clear);
        to.fill(area);
      }
      to.dispose();
      canvas = before;
      if (i == 0) {
        int delay = control.number("delayTime");
        rate = 100.0 / (delay == 0 ? USUAL_DELAY : delay);
      }
    }
  }

  private static BufferedImage drawn(BufferedImage image) {
    BufferedImage copy =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_ARGB);
    Graphics2D to = copy.createGraphics();
    to.drawImage(image, 0, 0, null);
    to.dispose();
    return copy;
  }

  /** The attributes of a part of a file. */
  private record NamedNode(Node root, String name) {
    String text(String attribute) {
      NodeList children = root.getChildNodes();
      for (int i = 0; i < children.getLength(); i++) {
        if (children.item(i) instanceof IIOMetadataNode node && node.getNodeName().equals(name)) {
          return node.getAttribute(attribute);
        }
      }
      return "";
    }

    int number(String attribute) {
      String text = text(attribute);
      return text.isEmpty() ? 0 : Integer.parseInt(text);
    }
  }
}
