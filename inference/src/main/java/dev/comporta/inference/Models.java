package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.cells.model.ModelLayers;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.inference.compute.Compute;
import dev.comporta.inference.compute.ComputeChoice;
import dev.comporta.inference.compute.ComputeFactory;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFileException;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.ModelFormats;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Loads model files. A file is not trusted: every byte is covered by a checksum, its tensors must
 * fit into memory and agree in names and shapes with the model that it describes before that is
 * allocated, and parameters must be finite. What the typed API needs (vocabularies, normalisation)
 * is checked when it is asked for.
 *
 * <p>A file of format 2 is mapped into memory and opens at once, whatever its size: its weights are
 * read and verified when they are first used, or by {@link LoadedModel#readWeights}. A stream, a
 * URL and a file of format 1 are read and verified when they are loaded.
 *
 * <p>Files of Keras, PyTorch and other tools are loaded in the same way if the module {@code
 * dev.comporta.exchange} is installed; see {@link dev.comporta.serialization.ModelFormat}.
 *
 * <pre>{@code
 * try (LoadedModel model = Models.load(Path.of("dates.comporta"))) {
 *   System.out.println(model.translator().translate("3. märz 1999").text());
 * }
 * }</pre>
 */
public final class Models {
  private Models() {}

  /**
   * Loads a file.
   *
   * @param file a model file on a local disk, or a file of another tool
   * @return the model, to be closed after use
   * @throws ComportaException in one sentence, if the file cannot be read, is damaged, or describes
   *     a model that cannot be built
   */
  public static LoadedModel load(Path file) {
    return load(file, LoadOptions.defaults());
  }

  /**
   * Loads a file.
   *
   * @param file a model file on a local disk, or a file of another tool
   * @param options the catalog, the backend and its threads, and the layers if the file holds
   *     weights only
   * @return the model, to be closed after use
   * @throws ComportaException as {@link #load(Path)}
   */
  public static LoadedModel load(Path file, LoadOptions options) {
    return loaded(
        file.toString(),
        ModelFormats.read(file, options.architecture(), options.catalog()),
        options);
  }

  /**
   * Loads a stream, such as a resource of a jar. It is copied to a temporary file while it is read.
   *
   * @param in read to its end, not closed
   * @return the model, to be closed after use
   * @throws ComportaException as {@link #load(Path)}
   */
  public static LoadedModel load(InputStream in) {
    return load(in, LoadOptions.defaults());
  }

  /**
   * Loads a stream.
   *
   * @param in read to its end, not closed
   * @param options the catalog, the backend and its threads, without an architecture
   * @return the model, to be closed after use
   * @throws ComportaException as {@link #load(Path)}
   */
  public static LoadedModel load(InputStream in, LoadOptions options) {
    return load(in, "the stream", options);
  }

  /**
   * Loads a stream that has a name, such as that of the object in a store which it reads.
   *
   * @param in read to its end, not closed
   * @param name what messages call it
   * @param options the catalog, the backend and its threads, without an architecture
   * @return the model, to be closed after use
   * @throws ComportaException as {@link #load(Path)}
   */
  public static LoadedModel load(InputStream in, String name, LoadOptions options) {
    requireNoArchitecture(name, options);
    return loaded(name, ModelFiles.read(in, name), options);
  }

  /**
   * Loads what a URL refers to, such as a resource of a jar or of a web server. It is copied to a
   * temporary file while it is read.
   *
   * @param url of a model file
   * @return the model, to be closed after use
   * @throws ComportaException as {@link #load(Path)}
   */
  public static LoadedModel load(URL url) {
    return load(url, LoadOptions.defaults());
  }

  /**
   * Loads what a URL refers to.
   *
   * @param url of a model file
   * @param options the catalog, the backend and its threads, without an architecture
   * @return the model, to be closed after use
   * @throws ComportaException as {@link #load(Path)}
   */
  public static LoadedModel load(URL url, LoadOptions options) {
    String name = url.toString();
    requireNoArchitecture(name, options);
    try (InputStream in = url.openStream()) {
      return loaded(name, ModelFiles.read(in, name), options);
    } catch (IOException e) {
      throw new ModelFileException(
          ModelFileException.Problem.UNREADABLE,
          formatted("cannot read %s: %s", name, e.getMessage()),
          e);
    }
  }

  /** Streams are model files, which describe their layers. */
  private static void requireNoArchitecture(String name, LoadOptions options) {
    if (options.architecture() != null) {
      throw new InvalidOptionException(
          formatted(
              "the architecture %s is for files of other tools that hold weights only, but %s is read as a model file, which describes its layers; load the other tool's file by its path",
              options.architecture(), name));
    }
  }

  private static LoadedModel loaded(String name, ModelFile file, LoadOptions options) {
    SequenceModel network = open(file, name, options.catalog());
    Compute compute =
        new ComputeFactory(options.catalog())
            .open(
                new ComputeChoice(
                    options.backend(),
                    options.threads(),
                    options.execution().name().toLowerCase(Locale.ROOT)));
    return LoadedModel.owning(name, file, network, compute, options.catalog());
  }

  /**
   * Loads a file for what computes already, which several models may share.
   *
   * @param file a model file on a local disk, or a file of another tool
   * @param architecture the layers if the file holds weights only, else null
   * @param compute the backend and its threads, not closed with the model
   * @param catalog where layers and cells are found
   * @return the model
   * @throws ComportaException as {@link #load(Path)}
   */
  public static LoadedModel load(
      Path file, @Nullable Path architecture, Compute compute, Catalog catalog) {
    String name = file.toString();
    ModelFile content = ModelFormats.read(file, architecture, catalog);
    SequenceModel network = build(content, name, catalog);
    return LoadedModel.of(name, content, network, compute.runner(network), compute, catalog);
  }

  /**
   * Builds the network that a file describes, and fills it with the file's tensors. The layers are
   * made once. Nothing is allocated before the sizes in the specification agree with the tensors,
   * and parameters that are NaN or infinite are refused.
   *
   * @param file the content of the file
   * @param from the name of the file, for messages
   * @param catalog where layers and cells are found
   * @return the network, whose parameters are a copy of the tensors
   * @throws ComportaException if a provider is missing, or the specification cannot be built or
   *     does not fit the tensors
   */
  public static SequenceModel build(ModelFile file, String from, Catalog catalog) {
    SequenceModel network = open(file, from, catalog);
    network.parameters().values();
    return network;
  }

  /** Builds the network; parameters that are not in memory yet are read at their first use. */
  private static SequenceModel open(ModelFile file, String from, Catalog catalog) {
    file.provenance().requireProviders(from, catalog);
    ModelLayers layers = ModelLayers.of(file.spec(), catalog);
    long described = layers.parameterCount();
    long held = file.tensors().stream().mapToLong(tensor -> tensor.shape().count()).sum();
    if (described != held) {
      throw new ComportaException(
          formatted(
              "[model] %s describes a model of %d parameters but holds %d; the file is inconsistent",
              from, described, held));
    }
    SequenceModel network = layers.model(file.filler(from));
    file.requireFits(network.parameters());
    if (file.isRead()) {
      network.parameters().values();
    }
    return network;
  }
}
