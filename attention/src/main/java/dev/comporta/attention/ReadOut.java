package dev.comporta.attention;

import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * The output transformation of a decoder, applied to all timesteps at once: combines the cell's
 * output o, which includes the context, with the decoder's input x.
 *
 * <pre>
 * dense:   y = tanh(o W + x W_input + b)
 * maxout:  y = max of the halves of o W + x W_input + b     (Bahdanau et al. 2015, appendix A.2.2)
 * none:    y = o
 * </pre>
 *
 * <p>Parameters: {@code read-out.W}, {@code read-out.W_input}, {@code read-out.b}.
 *
 * @param kind the kind of transformation
 * @param inputSize I, the size of the decoder's input x
 * @param stateSize the size of the cell's output o
 * @param units the size of y
 */
@API(status = API.Status.EXPERIMENTAL)
public record ReadOut(Kind kind, int inputSize, int stateSize, int units) {
  /** The kinds of read-out. */
  public enum Kind {
    /** A dense layer with tanh. */
    DENSE,
    /** The element-wise maximum of two linear maps. */
    MAXOUT,
    /** The identity. */
    NONE
  }

  private static final String NAME = "read-out.";

  /** Reads the options {@code read-out} and {@code read-out-size}. */
  static ReadOut read(
      OptionReader options, Kind otherwise, int inputSize, int stateSize, int size) {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      kinds.put(kind.name().toLowerCase(Locale.ROOT), kind);
    }
    List<String> names = List.copyOf(kinds.keySet());
    String name = options.choice("read-out", otherwise.name().toLowerCase(Locale.ROOT), names);
    Kind kind = kinds.getOrDefault(name, otherwise);
    int units = kind == Kind.NONE ? stateSize : options.size("read-out-size", 1, size);
    return new ReadOut(kind, inputSize, stateSize, units);
  }

  private int columns() {
    return kind == Kind.MAXOUT ? 2 * units : units;
  }

  List<ParameterSpec> parameters() {
    return kind == Kind.NONE
        ? List.of()
        : List.of(
            ParameterSpec.matrix(NAME + "W", stateSize, columns()).withFans(stateSize, units),
            ParameterSpec.matrix(NAME + "W_input", inputSize, columns()).withFans(inputSize, units),
            ParameterSpec.bias(NAME + "b", columns()));
  }

  Tensor of(Tensor x, Tensor output, LayerContext context) {
    if (kind == Kind.NONE) {
      return output;
    }
    Tensor sum =
        output
            .matmul(context.parameter(NAME + "W"))
            .plus(x.matmul(context.parameter(NAME + "W_input")))
            .plus(context.parameter(NAME + "b"));
    if (kind == Kind.DENSE) {
      return sum.tanh();
    }
    List<Tensor> halves = sum.split(2);
    return halves.get(0).maximum(halves.get(1));
  }
}
