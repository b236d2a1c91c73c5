package dev.comporta.frame.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.layers.EmbeddingLayer;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.serialization.ModelFile;
import java.util.ArrayList;
import java.util.List;

/** Builds the model that a file describes and fills it with the file's tensors. */
public final class ModelLoader {
  private ModelLoader() {}

  /**
   * Builds and fills a model. The file is not trusted: nothing is allocated before the sizes in its
   * specification are seen to agree with the tensors that it holds, and parameters that are NaN or
   * infinite are refused.
   *
   * @param file what was read
   * @param from where it was read from, for messages
   * @param catalog where layers and cells are found
   * @return the model
   * @throws ComportaException if the specification cannot be built or does not fit the tensors
   */
  public static SequenceModel load(ModelFile file, String from, Catalog catalog) {
    long described = parameterCount(file.spec(), catalog);
    long held = file.tensors().stream().mapToLong(tensor -> tensor.shape().count()).sum();
    if (described != held) {
      throw new ComportaException(
          formatted(
              "[model] %s describes a model of %d parameters but holds %d; the file is inconsistent",
              from, described, held));
    }
    file.requireFinite(from);
    SequenceModel model = SequenceModel.build(file.spec(), catalog);
    file.restore(model.parameters());
    return model;
  }

  /**
   * Refuses layers that do not read the ids of a vocabulary.
   *
   * @param what whose vocabulary it is, for the message
   * @param layers what reads the ids
   * @param tokens how many ids there are
   * @throws ComportaException if they read something else, or too few or too many ids
   */
  public static void requireIds(String what, List<Layer> layers, int tokens) {
    if (!(layers.getFirst() instanceof EmbeddingLayer embedding)
        || embedding.vocabulary() != tokens) {
      throw new ComportaException(
          formatted(
              "[model] expected %s to begin with an embedding of its %d tokens but it begins with %s; the file is inconsistent",
              what,
              tokens,
              layers.getFirst() instanceof EmbeddingLayer embedding
                  ? formatted("one of %d", embedding.vocabulary())
                  : "another layer"));
    }
  }

  /**
   * {@return the number of parameter elements of a model that is not built: layers without storage}
   *
   * @param spec the model's specification
   * @param catalog where layers and cells are found
   */
  public static long parameterCount(Spec spec, Catalog catalog) {
    long count = 0;
    List<Layer> layers = new ArrayList<>(SequenceModel.encoder(spec, catalog));
    layers.addAll(SequenceModel.layers(spec, catalog));
    for (Layer layer : layers) {
      for (ParameterSpec parameter : layer.parameters()) {
        count += parameter.shape().count();
      }
    }
    return count;
  }
}
