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
import java.util.function.BiConsumer;
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
  private @Nullable BiConsumer<Parameter, float[]> filler;
  private volatile float @Nullable [] values;
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
    this(specs, aliases, null);
    this.values = new float[count];
  }

  private Parameters(
      List<ParameterSpec> specs,
      Map<String, String> aliases,
      @Nullable BiConsumer<Parameter, float[]> filler) {
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
    this.filler = filler;
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
    return new Parameters(specs, aliases, null);
  }

  /**
   * Creates parameters whose storage is allocated and filled when {@link #values} is first called.
   *
   * @param specs names and shapes
   * @param aliases from second names, which {@link #get} also accepts, to names
   * @param filler writes the elements of a parameter into the storage, from its offset on. It is
   *     called for each in order. If it throws an exception, the caller of {@link #values} gets it,
   *     and the next call starts again
   * @return the parameters
   * @throws ComportaException if two have the same name, or if they do not fit into one array
   */
  public static Parameters deferred(
      List<ParameterSpec> specs,
      Map<String, String> aliases,
      BiConsumer<Parameter, float[]> filler) {
    return new Parameters(specs, aliases, filler);
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
    float[] known = values;
    return known == null ? filled() : known;
  }

  private synchronized float[] filled() {
    float[] known = values;
    if (known != null) {
      return known;
    }
    BiConsumer<Parameter, float[]> source = filler;
    if (source == null) {
      throw new IllegalStateException("parameters of an outline have no storage");
    }
    float[] storage = new float[count];
    for (Parameter parameter : byName.values()) {
      source.accept(parameter, storage);
    }
    values = storage;
    filler = null; // with what it refers to
    return storage;
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
