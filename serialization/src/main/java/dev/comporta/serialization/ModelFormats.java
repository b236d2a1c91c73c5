package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Reads models of any installed format: our own model files, and those of other tools for which a
 * {@link ModelFormat} is installed. The content of a file decides, not its name.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ModelFormats {
  private ModelFormats() {}

  /**
   * Reads a model.
   *
   * @param file a model file, or a file of another tool
   * @param architecture a JSON file with the layers, for files of other tools that hold weights
   *     only; usually null
   * @param catalog where layers, cells and formats are found; a catalog without formats stands for
   *     the installed ones
   * @return the model
   * @throws ComportaException in one sentence, if the file cannot be read
   */
  public static ModelFile read(Path file, @Nullable Path architecture, Catalog catalog) {
    ModelFormat format = of(file, catalog);
    if (format != null) {
      return format.read(file, architecture, catalog);
    }
    ModelFile model = ModelFiles.map(file);
    if (architecture != null) {
      throw new ComportaException(
          formatted(
              "--architecture %s is for files of other tools that hold weights only, but %s is a model file, which describes its layers; leave it out",
              architecture, file));
    }
    return model;
  }

  /**
   * Reads a model and all of its tensors. Nothing of the file stays mapped, so that it can be
   * replaced on every system while the model is in use.
   *
   * @param file a model file, or a file of another tool
   * @param catalog where layers, cells and formats are found; a catalog without formats stands for
   *     the installed ones
   * @return the model
   * @throws ComportaException in one sentence, if the file cannot be read
   */
  public static ModelFile readWhole(Path file, Catalog catalog) {
    ModelFormat format = of(file, catalog);
    return format == null ? ModelFiles.read(file) : format.read(file, null, catalog);
  }

  /**
   * The format of a file.
   *
   * @param file any path
   * @param catalog where formats are found; one without formats stands for the installed ones
   * @return the format of another tool; null for a model file or checkpoint of ours, and for
   *     everything that no format recognises
   */
  public static @Nullable ModelFormat of(Path file, Catalog catalog) {
    if (!Files.isRegularFile(file) || isOurs(file)) {
      return null;
    }
    List<ModelFormat> formats =
        catalog.kinds().contains(ModelFormat.KIND)
            ? catalog.all(ModelFormat.KIND)
            : Catalog.load(ModelFormat.KIND).all(ModelFormat.KIND);
    for (ModelFormat format : formats) {
      if (format.recognises(file)) {
        return format;
      }
    }
    return null;
  }

  /** Whether a file begins like ours, as far as it has bytes. */
  private static boolean isOurs(Path file) {
    byte[] magic = Container.magic();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] first = in.readNBytes(magic.length);
      return Arrays.equals(first, 0, first.length, magic, 0, first.length);
    } catch (IOException e) {
      return true; // whoever reads it as a model file says what is wrong
    }
  }
}
