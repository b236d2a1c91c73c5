package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/** Square pictures from files, and their scaling. */
public final class SquarePicture {
  /** The most pixels on a side of a file's picture: 64 MiB once it is unpacked. */
  static final int LARGEST = 4096;

  /** The bytes before the first chunk of a PNG file. */
  private static final int SIGNATURE_BYTES = 8;

  /** The bytes of a chunk without its content: length, name, checksum. */
  private static final int CHUNK_FRAME_BYTES = 12;

  /** The name of the last chunk, IEND. */
  private static final int END_OF_PICTURE = 0x49454E44;

  private SquarePicture() {}

  /** Reads a PNG file; what is transparent becomes white. */
  public static BufferedImage read(Path file) {
    BufferedImage raw = raw(file, true);
    return drawn(raw, raw.getWidth());
  }

  /** Reads a PNG or JPEG file of any shape, in the middle of a white square that it fits in. */
  public static BufferedImage padded(Path file) {
    BufferedImage raw = raw(file, false);
    int side = Math.max(raw.getWidth(), raw.getHeight());
    BufferedImage square = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D to = square.createGraphics();
    to.setColor(Color.WHITE);
    to.fillRect(0, 0, side, side);
    int left = (side - raw.getWidth()) / 2;
    to.drawImage(raw, left, (side - raw.getHeight()) / 2, Color.WHITE, null);
    to.dispose();
    return square;
  }

  /** Reads a PNG or, if it need not be square, a JPEG file as it is. */
  static BufferedImage raw(Path file, boolean square) {
    if (!Files.exists(file)) {
      throw new ComportaException("[picture] there is no file " + file);
    }
    if (!Files.isRegularFile(file)) {
      throw new ComportaException(
          formatted(
              "[picture] expected a regular file with a picture but %s is %s",
              file,
              Files.isDirectory(file)
                  ? "a folder"
                  : "a pipe or a device; save the picture to a file first"));
    }
    boolean jpeg = !square && isJpeg(file);
    if (!jpeg) {
      requireWhole(file);
    }
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      ImageReader reader = ImageIO.getImageReadersByFormatName(jpeg ? "jpeg" : "png").next();
      try {
        reader.setInput(in, true, true);
        requireSize(file, reader.getWidth(0), reader.getHeight(0), square);
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (ComportaException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // the JDK's reader of PNG lets both out
      throw noPicture(file, e);
    }
  }

  private static boolean isJpeg(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == 0xff && in.read() == 0xd8; // the marker of a start of image
    } catch (IOException e) {
      throw noPicture(file, e);
    }
  }

  /**
   * Refuses a file whose chunks claim more bytes than it has, before the reader of the JDK takes
   * memory for them.
   */
  private static void requireWhole(Path file) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long at = SIGNATURE_BYTES;
      while (at < in.length()) {
        if (in.length() - at < CHUNK_FRAME_BYTES) {
          throw noPicture(file, null);
        }
        in.seek(at);
        long length = Integer.toUnsignedLong(in.readInt());
        if (length > in.length() - at - CHUNK_FRAME_BYTES) {
          throw noPicture(file, null);
        }
        if (in.readInt() == END_OF_PICTURE) {
          return; // what follows is not read
        }
        at += CHUNK_FRAME_BYTES + length;
      }
    } catch (IOException e) {
      throw noPicture(file, e);
    }
  }

  private static ComportaException noPicture(Path file, @Nullable Exception cause) {
    String sentence =
        formatted("[picture] expected a PNG image but %s is not one, or is damaged", file);
    return cause == null ? new ComportaException(sentence) : new ComportaException(sentence, cause);
  }

  private static void requireSize(Path file, int width, int height, boolean square) {
    if (square && width != height) {
      throw new ComportaException(
          formatted(
              "[picture] expected a square picture but %s is %d pixels wide and %d high; crop it to a square",
              file, width, height));
    }
    if (Math.max(width, height) > LARGEST) {
      throw new ComportaException(
          formatted(
              "[picture] expected a picture of at most %d pixels on a side but %s has %d; make it smaller",
              LARGEST, file, Math.max(width, height)));
    }
  }

  /** The same picture in another size: halved as often as possible, then scaled. */
  public static BufferedImage scaled(BufferedImage image, int side) {
    BufferedImage at = image;
    while (at.getWidth() >= 2 * side) {
      at = drawn(at, (at.getWidth() + 1) / 2);
    }
    return at.getWidth() == side ? at : drawn(at, side);
  }

  private static BufferedImage drawn(BufferedImage image, int side) {
    BufferedImage drawn = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D to = drawn.createGraphics();
    to.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    to.drawImage(image, 0, 0, side, side, Color.WHITE, null);
    to.dispose();
    return drawn;
  }
}
