package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.model.Spec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A model as plain data: the content of a model file.
 *
 * @param spec the specification of the model
 * @param tensors the parameters in order, with unique names
 * @param vocabularies the vocabularies, with unique names
 * @param provenance the origin of the model
 * @param metrics metrics by name, such as {@code validation_loss}, in the order in which they were
 *     added
 */
@API(status = API.Status.EXPERIMENTAL)
public record ModelFile(
    Spec spec,
    List<NamedTensor> tensors,
    List<Vocabulary> vocabularies,
    Provenance provenance,
    Map<String, Double> metrics) {
  /** Copies the lists and the map, keeping their order. */
  public ModelFile {
    tensors = List.copyOf(tensors);
    vocabularies = List.copyOf(vocabularies);
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /**
   * Creates the data of a model, without vocabularies and metrics.
   *
   * @param spec the specification of the model
   * @param parameters the parameters; copied
   * @param provenance the origin of the model
   * @return the data
   */
  public static ModelFile of(Spec spec, Parameters parameters, Provenance provenance) {
    List<NamedTensor> tensors = new ArrayList<>();
    for (Parameter parameter : parameters.all()) {
      tensors.add(
          new NamedTensor(parameter.name(), parameter.shape(), parameters.copy(parameter.name())));
    }
    return new ModelFile(spec, tensors, List.of(), provenance, Map.of());
  }

  /**
   * Whether another tool trained the model.
   *
   * @return whether a {@link ModelFormat} read it
   */
  public boolean isImported() {
    return provenance.hyperParameters().name().equals(ModelFormat.IMPORTED);
  }

  /**
   * The same data with an additional vocabulary.
   *
   * @param vocabulary the vocabulary
   * @return the new data
   */
  public ModelFile with(Vocabulary vocabulary) {
    List<Vocabulary> more = new ArrayList<>(vocabularies);
    more.add(vocabulary);
    return new ModelFile(spec, tensors, more, provenance, metrics);
  }

  /**
   * The same data without its tensors, for a model whose parameters hold their values.
   *
   * @return the new data
   */
  public ModelFile withoutTensors() {
    return new ModelFile(spec, List.of(), vocabularies, provenance, metrics);
  }

  /**
   * The same data with a metric added or replaced.
   *
   * @param name its name
   * @param value its value
   * @return the new data
   */
  public ModelFile withMetric(String name, double value) {
    Map<String, Double> more = new LinkedHashMap<>(metrics);
    more.put(name, value);
    return new ModelFile(spec, tensors, vocabularies, provenance, more);
  }

  /**
   * One vocabulary.
   *
   * @param name its name
   * @return the vocabulary
   * @throws ModelFileException if there is none
   */
  public Vocabulary vocabulary(String name) {
    for (Vocabulary vocabulary : vocabularies) {
      if (vocabulary.name().equals(name)) {
        return vocabulary;
      }
    }
    throw new ModelFileException(
        ModelFileException.Problem.MISMATCH,
        formatted(
            "[restore] expected a vocabulary %s but the file has %s",
            Text.quoted(name),
            vocabularies.isEmpty()
                ? "none"
                : vocabularies.stream().map(v -> Text.quoted(v.name())).toList()));
  }

  /**
   * Refuses parameters that nothing can be computed with.
   *
   * @param from where they come from, for the message
   * @throws ModelFileException naming the first tensor with an element that is NaN or infinite
   */
  public void requireFinite(String from) {
    requireFinite(from, tensors);
  }

  static void requireFinite(String from, List<NamedTensor> tensors) {
    for (NamedTensor tensor : tensors) {
      requireFinite(from, NonFinite.describe(tensor));
    }
  }

  private static void requireFinite(String from, @Nullable String broken) {
    if (broken != null) {
      throw new ModelFileException(
          ModelFileException.Problem.NOT_FINITE,
          formatted(
              "[restore] expected finite numbers in %s but %s; use another file, or train again with a smaller learning rate",
              from, broken));
    }
  }

  /**
   * Copies the tensors into a model's parameters. Nothing is written unless all of them fit and
   * hold finite numbers.
   *
   * @param parameters the parameters of a model built from {@link #spec}
   * @throws ModelFileException naming the first tensor that is missing, has another shape, or is
   *     too much, or has an element that is NaN or infinite
   */
  public void restore(Parameters parameters) {
    requireFits(parameters);
    requireFinite("the model file", tensors);
    for (NamedTensor tensor : tensors) {
      parameters.set(tensor.name(), tensor.shape(), tensor.values());
    }
  }

  /**
   * Refuses parameters that have other names or shapes than the tensors, whose elements are not
   * read.
   *
   * @param parameters the parameters of a model built from {@link #spec}
   * @throws ModelFileException naming the first tensor that is missing, has another shape, or is
   *     too much
   */
  public void requireFits(Parameters parameters) {
    Map<String, NamedTensor> byName = byName();
    for (Parameter parameter : parameters.all()) {
      NamedTensor tensor = byName.remove(parameter.name());
      if (tensor == null) {
        throw mismatch(
            formatted(
                "expected a tensor %s of shape %s for the model but the file has none of that name",
                Text.quoted(parameter.name()), parameter.shape()));
      }
      if (!tensor.shape().equals(parameter.shape())) {
        throw mismatch(
            formatted(
                "expected tensor %s of shape %s for the model but got %s from the file",
                Text.quoted(parameter.name()), parameter.shape(), tensor.shape()));
      }
    }
    for (NamedTensor tensor : tensors) {
      if (byName.containsKey(tensor.name())) {
        throw mismatch(
            formatted(
                "the file has a tensor %s of shape %s that is not a parameter of the model",
                Text.quoted(tensor.name()), tensor.shape()));
      }
    }
  }

  /**
   * What fills the storage of parameters that {@link #requireFits} accepts: it copies a tensor to
   * its place, and refuses elements that are NaN or infinite. Tensors of a {@linkplain
   * ModelFiles#map mapped} file go there without another copy.
   *
   * @param from where the tensors come from, for messages
   * @return for {@link Parameters#deferred}; throws a {@link ModelFileException} naming a tensor
   */
  public BiConsumer<Parameter, float[]> filler(String from) {
    Map<String, NamedTensor> byName = byName();
    return (parameter, values) -> {
      NamedTensor tensor = byName.get(parameter.name());
      if (tensor == null) {
        throw new IllegalStateException("requireFits was not called for " + parameter.name());
      }
      tensor.copyTo(values, parameter.offset());
      requireFinite(
          from,
          NonFinite.describe(tensor.name(), values, parameter.offset(), parameter.shape().count()));
    };
  }

  /**
   * Whether all elements are in memory.
   *
   * @return false if the file is {@linkplain ModelFiles#map mapped} and has tensors that were not
   *     asked for their elements
   */
  public boolean isRead() {
    return tensors.stream().noneMatch(NamedTensor::isUnread);
  }

  private Map<String, NamedTensor> byName() {
    Map<String, NamedTensor> byName = new HashMap<>();
    tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
    return byName;
  }

  private static ModelFileException mismatch(String what) {
    return new ModelFileException(
        ModelFileException.Problem.MISMATCH,
        "[restore] " + what + "; build the model from the file's own specification");
  }
}
