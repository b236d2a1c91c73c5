package dev.comporta.api.catalog;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.OptionReader;
import java.util.function.Supplier;

/**
 * What one model may consist of. A few bytes of a specification, such as a stack of stacks, can ask
 * for billions of layers; they are counted while they are built, whichever providers build them.
 */
final class BuildLimits {
  /** Layers and cells of one model. */
  static final int MOST_PARTS = 4096;

  /** Layers and cells inside one another. */
  static final int DEEPEST = 24;

  private static final ScopedValue<BuildLimits> CURRENT = ScopedValue.newInstance();

  private int parts;
  private int depth;

  private BuildLimits() {}

  static <T> T asOneModel(Supplier<T> build) {
    return CURRENT.isBound()
        ? build.get()
        : ScopedValue.where(CURRENT, new BuildLimits()).call(build::get);
  }

  /** Builds one thing, counted if it is a part of a model. */
  static <T> T within(Kind<?> kind, String name, Supplier<T> build) {
    if (!kind.equals(Kind.LAYER) && !kind.equals(Kind.CELL)) {
      return build.get();
    }
    return asOneModel(() -> {
      BuildLimits limits = CURRENT.get();
      limits.enter(name);
      T made;
      try {
        made = build.get();
      } finally {
        limits.depth--;
      }
      if (made instanceof Layer layer) {
        requireFeatures(name, layer);
      }
      return made;
    });
  }

  private void enter(String name) {
    if (++parts > MOST_PARTS) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected a model of at most %d layers and cells but the specification has more; use fewer or wider layers",
              name, MOST_PARTS));
    }
    if (++depth > DEEPEST) {
      depth--;
      throw new InvalidOptionException(
          formatted(
              "[%s] expected layers nested at most %d deep but this one lies deeper; put layers one after the other",
              name, DEEPEST));
    }
  }

  private static void requireFeatures(String name, Layer layer) {
    int size = layer.outputSize();
    if (size < 1 || size > OptionReader.LARGEST_SIZE) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected a layer that gives 1 to %d features but this one gives %d; use smaller sizes",
              name, OptionReader.LARGEST_SIZE, size));
    }
  }
}
