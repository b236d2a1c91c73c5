package dev.comporta.api.model;

import dev.comporta.api.tensor.Shape;
import org.apiguardian.api.API;

/**
 * A parameter before it exists.
 *
 * @param name its name within its cell or layer, such as {@code W}
 * @param shape its shape, axes named where that helps a message
 * @param initializer how it starts, by the name of a provider
 * @param fanIn the number of inputs that one output sums over, for scaled initialisers
 * @param fanOut the number of outputs that one input feeds, for scaled initialisers
 */
@API(status = API.Status.EXPERIMENTAL)
public record ParameterSpec(String name, Shape shape, Spec initializer, int fanIn, int fanOut) {
  /**
   * A matrix {@code [inputs, outputs]}, initialised by Glorot's uniform distribution.
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
   * A vector of zeros, usually a bias.
   *
   * @param name its name
   * @param size its size
   * @return the specification
   */
  public static ParameterSpec bias(String name, int size) {
    return new ParameterSpec(name, Shape.of(size), Spec.of("zeros"), 1, size);
  }

  /**
   * The same parameter with another initialiser.
   *
   * @param initializer the name and options of the initialiser
   * @return the changed specification
   */
  public ParameterSpec initializedBy(Spec initializer) {
    return new ParameterSpec(name, shape, initializer, fanIn, fanOut);
  }

  /**
   * The same parameter with other fans; a matrix of several gates has the fans of one gate.
   *
   * @param fanIn inputs that one output sums over
   * @param fanOut outputs that one input feeds
   * @return the changed specification
   */
  public ParameterSpec withFans(int fanIn, int fanOut) {
    return new ParameterSpec(name, shape, initializer, fanIn, fanOut);
  }

  /**
   * The same parameter under a longer name.
   *
   * @param prefix what to put before the name, such as {@code layers.0.}
   * @return the renamed specification
   */
  public ParameterSpec prefixed(String prefix) {
    return new ParameterSpec(prefix + name, shape, initializer, fanIn, fanOut);
  }
}
