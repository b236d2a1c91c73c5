package dev.comporta.api.model;

import dev.comporta.api.tensor.Shape;
import org.apiguardian.api.API;

/**
 * The declaration of a parameter: its name, shape and initialisation.
 *
 * @param name its name within its cell or layer, such as {@code W}
 * @param shape its shape, with axis names where they help in messages
 * @param initializer the name and options of its initialiser
 * @param fanIn the number of inputs per output, for scaled initialisers
 * @param fanOut the number of outputs per input, for scaled initialisers
 * @param trained whether training changes it; a constant, such as a fixed random matrix, is stored
 *     in model files like any parameter but never updated
 */
@API(status = API.Status.STABLE)
public record ParameterSpec(
    String name, Shape shape, Spec initializer, int fanIn, int fanOut, boolean trained) {
  /**
   * A parameter that is trained.
   *
   * @param name its name within its cell or layer, such as {@code W}
   * @param shape its shape, with axis names where they help in messages
   * @param initializer the name and options of its initialiser
   * @param fanIn the number of inputs per output, for scaled initialisers
   * @param fanOut the number of outputs per input, for scaled initialisers
   */
  public ParameterSpec(String name, Shape shape, Spec initializer, int fanIn, int fanOut) {
    this(name, shape, initializer, fanIn, fanOut, true);
  }

  /**
   * This parameter as a constant: initialised and stored, but never updated.
   *
   * @return the changed specification
   */
  public ParameterSpec untrained() {
    return new ParameterSpec(name, shape, initializer, fanIn, fanOut, false);
  }

  /**
   * A matrix {@code [inputs, outputs]} with the uniform initialisation of Glorot and Bengio 2010.
   *
   * @param name its name
   * @param inputs rows
   * @param outputs columns
   * @return the specification
   */
  public static ParameterSpec matrix(String name, int inputs, int outputs) {
    return new ParameterSpec(
        name, Shape.of(inputs, outputs), Spec.of("glorot-uniform"), inputs, outputs);
  }

  /**
   * A vector initialised with zeros, usually a bias.
   *
   * @param name its name
   * @param size its size
   * @return the specification
   */
  public static ParameterSpec bias(String name, int size) {
    return new ParameterSpec(name, Shape.of(size), Spec.of("zeros"), 1, size);
  }

  /**
   * The same parameter with a different initialiser.
   *
   * @param initializer the name and options of the initialiser
   * @return the changed specification
   */
  public ParameterSpec initializedBy(Spec initializer) {
    return new ParameterSpec(name, shape, initializer, fanIn, fanOut, trained);
  }

  /**
   * The same parameter with a different fan-in and fan-out; a matrix of several gates has those of
   * one gate.
   *
   * @param fanIn the number of inputs per output
   * @param fanOut the number of outputs per input
   * @return the changed specification
   */
  public ParameterSpec withFans(int fanIn, int fanOut) {
    return new ParameterSpec(name, shape, initializer, fanIn, fanOut, trained);
  }

  /**
   * The same parameter with a prefixed name.
   *
   * @param prefix the prefix, such as {@code layers.0.}
   * @return the renamed specification
   */
  public ParameterSpec prefixed(String prefix) {
    return new ParameterSpec(prefix + name, shape, initializer, fanIn, fanOut, trained);
  }
}
