package dev.comporta.cells.model;

import dev.comporta.api.model.Spec;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Builds the specification of a model of layers in sequence, without names of options. Immutable:
 * every method returns a longer model.
 *
 * <pre>{@code
 * Spec spec = ModelSpec.ofFeatures(3).recurrent("lstm", 64).dropout(0.2).dense(10).spec();
 * }</pre>
 *
 * <p>A layer or an option without a method of its own is added as a specification, with {@link
 * #layer}. Values are checked when the model is built.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ModelSpec {
  private final int inputSize;
  private final List<Spec> layers;

  private ModelSpec(int inputSize, List<Spec> layers) {
    this.inputSize = inputSize;
    this.layers = layers;
  }

  /**
   * A model that reads features.
   *
   * @param inputSize the number of features per timestep; 1 or more
   * @return a model without layers
   */
  public static ModelSpec ofFeatures(int inputSize) {
    return new ModelSpec(inputSize, List.of());
  }

  /**
   * A model that reads ids.
   *
   * @param vocabulary the number of ids
   * @param size the features of an id's vector
   * @return a model of one embedding
   */
  public static ModelSpec ofIds(int vocabulary, int size) {
    return new ModelSpec(0, List.of())
        .layer(Spec.of("embedding").with("vocabulary", vocabulary).with("size", size));
  }

  /**
   * Adds any layer.
   *
   * @param layer its specification
   * @return the longer model
   */
  public ModelSpec layer(Spec layer) {
    List<Spec> more = new ArrayList<>(layers);
    more.add(layer);
    return new ModelSpec(inputSize, List.copyOf(more));
  }

  /**
   * Adds a recurrent layer.
   *
   * @param cell the name of its cell
   * @param hidden H
   * @return the longer model
   */
  public ModelSpec recurrent(String cell, int hidden) {
    return recurrent(Spec.of(cell), hidden);
  }

  /**
   * Adds a recurrent layer.
   *
   * @param cell its cell with options
   * @param hidden H
   * @return the longer model
   */
  public ModelSpec recurrent(Spec cell, int hidden) {
    return layer(Spec.of("recurrent").with("cell", cell).with("hidden", hidden));
  }

  /**
   * Adds a bidirectional layer, whose outputs are concatenated.
   *
   * @param cell the cell of both directions, with options
   * @param hidden H of each direction
   * @return the longer model
   */
  public ModelSpec bidirectional(Spec cell, int hidden) {
    return layer(Spec.of("bidirectional").with("cell", cell).with("hidden", hidden));
  }

  /**
   * Adds a dense layer without an activation function.
   *
   * @param units the number of outputs
   * @return the longer model
   */
  public ModelSpec dense(int units) {
    return layer(Spec.of("dense").with("units", units));
  }

  /**
   * Adds a dense layer.
   *
   * @param units the number of outputs
   * @param activation the name of its activation function, such as {@code tanh}
   * @return the longer model
   */
  public ModelSpec dense(int units, String activation) {
    return layer(Spec.of("dense").with("units", units).with("activation", activation));
  }

  /**
   * Adds dropout between layers.
   *
   * @param rate the probability of 0
   * @return the longer model
   */
  public ModelSpec dropout(double rate) {
    return layer(Spec.of("dropout").with("rate", rate));
  }

  /**
   * Adds layer normalisation.
   *
   * @return the longer model
   */
  public ModelSpec layerNorm() {
    return layer(Spec.of("layer-norm"));
  }

  /**
   * Adds a layer that keeps one timestep of each sequence.
   *
   * @param mode {@code last}, {@code mean} or {@code max}
   * @return the longer model
   */
  public ModelSpec poolTime(String mode) {
    return layer(Spec.of("pool-time").with("mode", mode));
  }

  /**
   * The specification, for {@link SequenceModel#build}.
   *
   * @return the specification
   */
  public Spec spec() {
    Spec spec = Spec.of(SequenceModel.KIND).with("layers", layers);
    return inputSize == 0 ? spec : spec.with("input-size", inputSize);
  }
}
