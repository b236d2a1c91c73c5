package dev.comporta.view;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.serialization.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Files of {@code --picture}: an image if they end in .png, a page if they end in .html. */
public final class PictureFile {
  private PictureFile() {}

  /** Refuses a file that can be neither. */
  public static void requireKnown(Path file) {
    if (!isImage(file) && !endsWith(file, ".html")) {
      throw new InvalidOptionException(
          "--picture expected a file that ends in .html or .png but got " + file);
    }
  }

  /** Refuses a file that cannot show what a model looked at. */
  public static void requireDrawable(Path file, boolean hasAttention) {
    requireKnown(file);
    if (isImage(file) && !hasAttention) {
      throw new InvalidOptionException(
          "--picture expected a model with attention for a .png but this one has none; a .html shows its search");
    }
  }

  /** Writes what the ending asks for, to a temporary file that is renamed. */
  public static void write(Path file, Supplier<BufferedImage> image, Supplier<String> page) {
    AtomicFile.write(
        file, isImage(file) ? png(image.get()) : page.get().getBytes(StandardCharsets.UTF_8));
  }

  /** An image as the bytes of a PNG file. */
  public static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) { // no temporary file
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory is always writable
    }
    return bytes.toByteArray();
  }

  private static boolean isImage(Path file) {
    return endsWith(file, ".png");
  }

  private static boolean endsWith(Path file, String ending) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(ending);
  }
}
