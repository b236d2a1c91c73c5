package dev.comporta.tasks.translation;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.tasks.picture.PictureFile;
import java.nio.file.Path;
import org.apiguardian.api.API;

/** Draws where a model looked: a page with everything, or the heat map alone as an image. */
@API(status = API.Status.EXPERIMENTAL)
public final class TranslationPicture {
  /** What a reader can take in, and a file can hold. */
  private static final int MOST_TOKENS = 200;

  private TranslationPicture() {}

  /**
   * Refuses a picture that cannot be drawn.
   *
   * @param file the file to write
   * @param model the model
   * @throws InvalidOptionException if the file's ending is neither .html nor .png, or an image is
   *     asked for and the model has no attention
   */
  public static void requireDrawable(Path file, TranslationModel model) {
    PictureFile.requireDrawable(file, model.hasAttention());
  }

  /**
   * Writes the picture.
   *
   * @param file what {@link #requireDrawable} let pass
   * @param translation what is drawn
   * @param model the model that made it
   * @throws ComportaException if the sentence or its translation is too long for a picture
   */
  public static void write(Path file, TranslationSearch translation, TranslationModel model) {
    int source = translation.source().size();
    int target = translation.hypothesis().logProbabilities().size();
    if (Math.max(source, target) > MOST_TOKENS) {
      throw new ComportaException(
          formatted(
              "[picture] expected a sentence and a translation of at most %d tokens but they have %,d and %,d; no picture was written",
              MOST_TOKENS, source, target));
    }
    PictureFile.write(
        file,
        () -> AlignmentImage.of(Alignment.of(translation, model)),
        () -> AlignmentPage.of(translation, model));
  }
}
