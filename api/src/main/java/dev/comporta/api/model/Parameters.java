package dev.comporta.api.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The named parameters of a model in one contiguous array, in the order of their declarations.
 *
 * <p>The storage is shared, not copied: an optimizer updates the whole array, a layer reads its own
 * part. {@link #version} counts the changes, so that the owner of a packed copy knows when it is
 * stale.
 */
@API(status = API.Status.STABLE)
public final class Parameters {
  private final Map<String, Parameter> byName;
  private final Map<String, String> aliases;
  private final int count;
  private final float @Nullable [] values;
  private long version;

  /**
   * Creates parameters that are all zero.
   *
   * @param specs names and shapes
   * @throws ComportaException if two have the same name, or if they do not fit into one array
   */
  public Parameters(List<ParameterSpec> specs) {
    this(specs, Map.of());
  }

  /**
   * Creates parameters that are all zero, some of which have a second name.
   *
   * @param specs names and shapes
   * @param aliases from second names, which {@link #get} also accepts, to names
   * @throws ComportaException if two have the same name, or if they do not fit into one array
   */
  public Parameters(List<ParameterSpec> specs, Map<String, String> aliases) {
    this(specs, aliases, true);
  }

  private Parameters(List<ParameterSpec> specs, Map<String, String> aliases, boolean stored) {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    long offset = 0;
    for (ParameterSpec spec : specs) {
      Parameter parameter = new Parameter(spec.name(), spec.shape(), (int) offset, spec.trained());
      if (parameters.put(spec.name(), parameter) != null) {
        throw new ComportaException(
            formatted("[parameters] expected unique names but two are called '%s'", spec.name()));
      }
      offset += spec.shape().count();
      if (offset > Integer.MAX_VALUE - 64) {
        throw new ComportaException(
            formatted(
                "[parameters] expected at most %d parameters, the limit of one array, but the model has more; use smaller sizes",
                Integer.MAX_VALUE - 64));
      }
    }
    this.byName = Collections.unmodifiableMap(parameters);
    this.aliases = Map.copyOf(aliases);
    this.count = (int) offset;
    this.values = stored ? new float[count] : null;
  }

  /**
   * Creates parameters that have places but no storage, to tell what a model needs before anything
   * is allocated.
   *
   * @param specs names and shapes
   * @param aliases from second names, which {@link #get} also accepts, to names
   * @return parameters without {@link #values}
   * @throws ComportaException if two have the same name, or if they would not fit into one array
   */
  public static Parameters outline(List<ParameterSpec> specs, Map<String, String> aliases) {
    return new Parameters(specs, aliases, false);
  }

  /**
   * All parameters, in order.
   *
   * @return an unmodifiable list
   */
  public List<Parameter> all() {
    return new ArrayList<>(byName.values());
  }

  /**
   * One parameter.
   *
   * @param name its full name or its second name
   * @return its shape and location
   * @throws UnknownNameException if there is none
   */
  public Parameter get(String name) {
    Parameter parameter = byName.get(aliases.getOrDefault(name, name));
    if (parameter == null) {
      throw new UnknownNameException("parameter", name, byName.keySet());
    }
    return parameter;
  }

  /**
   * The total number of elements.
   *
   * @return the length of the storage
   */
  public int count() {
    return count;
  }

  /**
   * The storage itself. A caller that writes to it must call {@link #changed} afterwards.
   *
   * @return the shared array
   */
  public float[] values() {
    if (values == null) {
      throw new IllegalStateException("parameters of an outline have no storage");
    }
    return values;
  }

  /**
   * A copy of one parameter's values.
   *
   * @param name its full name
   * @return its elements in row-major order
   */
  public float[] copy(String name) {
    Parameter parameter = get(name);
    return java.util.Arrays.copyOfRange(values(), parameter.offset(), parameter.end());
  }

  /**
   * Replaces one parameter's values.
   *
   * @param name its full name
   * @param shape the shape of the new values
   * @param source the new values
   * @throws ShapeException if the shape differs from the parameter's
   */
  public void set(String name, Shape shape, float[] source) {
    Parameter parameter = get(name);
    if (!parameter.shape().equals(shape) || source.length != shape.count()) {
      throw new ShapeException(
          formatted(
              "[parameter %s] expected %s but got %s with %d values",
              name, parameter.shape(), shape, source.length));
    }
    System.arraycopy(source, 0, values(), parameter.offset(), source.length);
    changed();
  }

  /** Must be called after values were written to the storage. */
  public void changed() {
    version++;
  }

  /**
   * The version of the values.
   *
   * @return a number that grows with every change
   */
  public long version() {
    return version;
  }
}
