package dev.comporta.exchange.files;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arrays of a file by name, and which of them have been used: what is left over is an error, so
 * that nothing is skipped silently.
 */
public final class Tensors {
  private final Input input;
  private final Map<String, ForeignTensor> all = new LinkedHashMap<>();
  private final Set<String> used = new LinkedHashSet<>();

  /** Starts without arrays. */
  public Tensors(Input input) {
    this.input = input;
  }

  /** The file. */
  public Input input() {
    return input;
  }

  /** Adds an array. */
  public void add(ForeignTensor tensor) {
    if (all.put(tensor.name(), tensor) != null) {
      throw input.refuse(formatted("two arrays are called %s", Printable.quoted(tensor.name())));
    }
  }

  /** All names in file order. */
  public Collection<String> names() {
    return all.keySet();
  }

  /** An array, without marking it as used. */
  public @Nullable ForeignTensor peek(String name) {
    return all.get(name);
  }

  /** An array that may be absent. */
  public @Nullable ForeignTensor optional(String name) {
    ForeignTensor tensor = all.get(name);
    if (tensor != null) {
      used.add(name);
    }
    return tensor;
  }

  /** An array that must be there with this shape. */
  public ForeignTensor required(String name, int... sizes) {
    ForeignTensor tensor = optional(name);
    if (tensor == null) {
      throw input.refuse(
          formatted("expected an array %s but there is none", Printable.quoted(name)));
    }
    return shaped(tensor, sizes);
  }

  /** Refuses an array of another shape. */
  public ForeignTensor shaped(ForeignTensor tensor, int... sizes) {
    if (sizes.length > 0 && !Arrays.equals(sizes, tensor.sizes())) {
      throw input.refuse(
          formatted(
              "expected %s of shape %s but it has %s",
              Printable.quoted(tensor.name()),
              Arrays.toString(sizes),
              Arrays.toString(tensor.sizes())));
    }
    return tensor;
  }

  /** Marks an array as used. */
  public void use(String name) {
    used.add(name);
  }

  /** The arrays that were not used. */
  public List<String> left() {
    return all.keySet().stream().filter(name -> !used.contains(name)).toList();
  }

  /** Refuses arrays that were not used. */
  public void requireAllUsed() {
    List<String> left = left();
    if (!left.isEmpty()) {
      throw input.refuse("its array " + Printable.quoted(left.getFirst()) + " was not used");
    }
  }
}
