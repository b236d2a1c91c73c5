package dev.comporta.tasks.captions;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.tasks.picture.PictureFile;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Objects;
import org.apiguardian.api.API;

/** Draws where a model looked for each word of a caption: as a page, or as one image. */
@API(status = API.Status.EXPERIMENTAL)
public final class CaptionPicture {
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
    PictureFile.requireDrawable(file, model.hasAttention());
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
    PictureFile.write(
        file,
        () -> LookDrawing.sheet(Objects.requireNonNull(look, "an image needs attention")),
        () -> LookPage.of(picture, caption, look));
  }
}
