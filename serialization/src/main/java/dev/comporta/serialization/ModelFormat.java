package dev.comporta.serialization;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import java.nio.file.Path;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Reads models that other tools wrote, as {@link ModelFiles} reads ours. Implementations are found
 * through {@link java.util.ServiceLoader}, like cells: with them on the module path, whatever loads
 * a model also loads the files of those tools ({@link ModelFormats}). They have a public
 * constructor without arguments and keep no state.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface ModelFormat extends NamedProvider {
  /** The catalog's kind. */
  Kind<ModelFormat> KIND = new Kind<>("model format", ModelFormat.class);

  /** The name of the hyperparameters in the provenance of a model of another tool. */
  String IMPORTED = "imported";

  /**
   * Whether a file is of this format, by its first bytes. It may be damaged or unsupported
   * nevertheless.
   *
   * @param file a regular file
   * @return whether {@link #read} is to be called
   */
  boolean recognises(Path file);

  /**
   * Reads a model.
   *
   * @param file the file, which is not trusted
   * @param architecture a JSON file with the layers, for files that hold weights only; null for
   *     others
   * @param catalog where layers and cells are found
   * @return the content of a model file; its provenance has the hyperparameters {@link #IMPORTED}
   * @throws dev.comporta.api.ComportaException if it cannot be read or represented exactly
   */
  ModelFile read(Path file, @Nullable Path architecture, Catalog catalog);
}
