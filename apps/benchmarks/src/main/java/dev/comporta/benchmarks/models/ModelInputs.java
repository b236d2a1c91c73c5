package dev.comporta.benchmarks.models;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.onnx.OnnxModel;
import dev.comporta.onnx.OnnxStream;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxPort;
import dev.comporta.onnx.value.OnnxTensor;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Draws inputs of a model by their types and shapes. A dynamic axis has the size that is given for
 * its name; otherwise 1 if it is the first one of its input, if its name is that of a batch, or if
 * the input is a state, and {@value #STEPS} if not. Floats are drawn from -1 to 1, ids are 0 or 1,
 * and an input whose name begins or ends like "lengths" has the size of the longest dynamic axis.
 */
public final class ModelInputs {
  private static final int STEPS = 16;
  private static final long MOST_ELEMENTS = 1L << 26;

  private final OnnxModel model;
  private final ModelOptions options;
  private final Map<String, String> states;
  private final SplittableRandom random;

  /**
   * Plans the inputs of a model.
   *
   * @param model the model
   * @param options sizes, values and states
   * @param seed of the random numbers
   * @throws InvalidOptionException if an option names what the model does not have
   */
  public ModelInputs(OnnxModel model, ModelOptions options, long seed) {
    this.model = model;
    this.options = options;
    this.random = new SplittableRandom(seed);
    this.states =
        options.stateless()
            ? Map.of()
            : options.states().isEmpty() ? OnnxStream.statesOf(model) : states(model, options);
  }

  /** Options may be for other models of the folder: those whose names are not here are left out. */
  private static Map<String, String> states(OnnxModel model, ModelOptions options) {
    Set<String> inputs = new HashSet<>();
    Set<String> outputs = new HashSet<>();
    model.inputs().forEach(port -> inputs.add(port.name()));
    model.outputs().forEach(port -> outputs.add(port.name()));
    Map<String, String> found = new LinkedHashMap<>();
    options
        .states()
        .forEach((input, output) -> {
          if (inputs.contains(input) && outputs.contains(output)) {
            found.put(input, output);
          }
        });
    return found;
  }

  /** The output with the next value of each state, by the name of its input. */
  public Map<String, String> states() {
    return states;
  }

  /** The beginnings of all states: zeros. */
  public Map<String, OnnxTensor> beginnings() {
    Map<String, OnnxTensor> zeros = new LinkedHashMap<>();
    for (OnnxPort port : model.inputs()) {
      ElementType type = port.type();
      if (states.containsKey(port.name()) && type != null) {
        int[] sizes = sizes(port);
        Object data = OnnxTensor.storage(type, (int) OnnxTensor.count(sizes));
        zeros.put(port.name(), OnnxTensor.of(type, data, sizes));
      }
    }
    return zeros;
  }

  /** All other inputs, drawn anew. */
  public Map<String, OnnxTensor> draw() {
    Map<String, OnnxTensor> drawn = new LinkedHashMap<>();
    for (OnnxPort port : model.inputs()) {
      ElementType type = port.type();
      if (!states.containsKey(port.name()) && type != null) {
        drawn.put(port.name(), draw(port, type));
      }
    }
    return drawn;
  }

  private OnnxTensor draw(OnnxPort port, ElementType type) {
    int[] sizes = sizes(port);
    int count = (int) OnnxTensor.count(sizes);
    Object data = OnnxTensor.storage(type, count);
    Double given = options.values().get(port.name());
    long whole =
        given != null ? given.longValue() : isLength(port.name()) ? longest() : Long.MIN_VALUE;
    for (int i = 0; i < count; i++) {
      double value = given != null ? given : 2 * random.nextDouble() - 1;
      switch (type.storage()) {
        case FLOATS -> ((float[]) data)[i] = type.round((float) value);
        case DOUBLES -> ((double[]) data)[i] = value;
        case LONGS ->
            ((long[]) data)[i] = type.wrap(whole == Long.MIN_VALUE ? random.nextInt(2) : whole);
        case STRINGS ->
            throw new OnnxException(
                formatted("[bench] the input %s is text, which is not drawn", port.describe()));
      }
    }
    return OnnxTensor.of(type, data, sizes);
  }

  private static boolean isLength(String name) {
    String word = name.toLowerCase(Locale.ROOT);
    return word.startsWith("len")
        || word.endsWith("length")
        || word.endsWith("lengths")
        || word.endsWith("_len")
        || word.endsWith("_lens");
  }

  /** The size of the longest dynamic axis of the inputs that are not states. */
  private int longest() {
    int longest = 1;
    for (OnnxPort port : model.inputs()) {
      if (!states.containsKey(port.name()) && !isLength(port.name()) && port.shape() != null) {
        int[] sizes = sizes(port);
        for (int axis = 0; axis < sizes.length; axis++) {
          longest = port.size(axis) >= 0 ? longest : Math.max(longest, sizes[axis]);
        }
      }
    }
    return longest;
  }

  /**
   * The sizes that were assumed because neither the file nor the options state them, such as {@code
   * input.1=16}: arguments of {@code --size}.
   */
  public List<String> assumed() {
    Set<String> assumed = new LinkedHashSet<>();
    for (OnnxPort port : model.inputs()) {
      List<String> shape = port.shape();
      if (shape == null) {
        continue; // without a shape it cannot be drawn
      }
      int[] sizes = sizes(port);
      for (int axis = 0; axis < sizes.length; axis++) {
        String byInput = port.name() + "." + axis;
        boolean given =
            options.sizes().containsKey(byInput) || options.sizes().containsKey(shape.get(axis));
        if (!given && port.size(axis) < 0) {
          boolean named = shape.get(axis).matches("[A-Za-z_]\\w*");
          assumed.add(formatted("%s=%d", named ? shape.get(axis) : byInput, sizes[axis]));
        }
      }
    }
    return List.copyOf(assumed);
  }

  private int[] sizes(OnnxPort port) {
    List<String> shape = port.shape();
    if (shape == null) {
      throw new OnnxException(
          formatted("[bench] the input %s has no declared shape", port.describe()));
    }
    int[] sizes = new int[shape.size()];
    for (int axis = 0; axis < sizes.length; axis++) {
      Integer given = options.sizes().get(port.name() + "." + axis);
      given = given == null ? options.sizes().get(shape.get(axis)) : given;
      boolean one =
          axis == 0
              || states.containsKey(port.name())
              || shape.get(axis).toLowerCase(Locale.ROOT).contains("batch");
      int fixed = port.size(axis);
      sizes[axis] = given != null ? given : fixed >= 0 ? fixed : one ? 1 : STEPS;
    }
    long count = OnnxTensor.count(sizes);
    if (count < 0 || count > MOST_ELEMENTS) {
      throw new OnnxException(
          formatted(
              "[bench] the input %s would have more than %d elements; give smaller sizes with --size",
              Printable.quote(port.describe()), MOST_ELEMENTS));
    }
    return sizes;
  }
}
