package dev.comporta.tasks.captions;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.serialization.AtomicFile;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.apiguardian.api.API;

/** Draws where a model looked for each word of a caption: as a page, or as one image. */
@API(status = API.Status.EXPERIMENTAL)
public final class CaptionPicture {
  private static final String IMAGE = ".png";

  private CaptionPicture() {}

  /**
   * Refuses a picture that cannot be drawn.
   *
   * @param file the file to write
   * @param model the model
   * @throws InvalidOptionException if the file's ending is neither .html nor .png, or an image is
   *     asked for and the model has no attention
   */
  public static void requireDrawable(Path file, CaptionModel model) {
    if (!isImage(file) && !lower(file).endsWith(".html")) {
      throw new InvalidOptionException(
          "--picture expected a file that ends in .html or .png but got " + file);
    }
    if (isImage(file) && !model.hasAttention()) {
      throw new InvalidOptionException(
          "--picture expected a model with attention for a .png but this one has none; a .html shows its search");
    }
  }

  private static boolean isImage(Path file) {
    return lower(file).endsWith(IMAGE);
  }

  private static String lower(Path file) {
    return file.toString().toLowerCase(Locale.ROOT);
  }

  /**
   * Writes the picture.
   *
   * @param file what {@link #requireDrawable} let pass
   * @param image the file whose caption it is
   * @param caption what the model said
   * @param model the model
   */
  public static void write(Path file, Path image, Caption caption, CaptionModel model) {
    BufferedImage picture = PictureValues.read(image);
    Look look = model.hasAttention() ? Look.of(picture, caption, model) : null;
    byte[] bytes =
        isImage(file) && look != null
            ? LookDrawing.png(LookDrawing.sheet(look))
            : LookPage.of(picture, caption, look).getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(file, bytes);
  }
}
