package dev.comporta.cells.layers;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import org.apiguardian.api.API;

/** What a pooling layer takes of the values in a window. */
@API(status = API.Status.EXPERIMENTAL)
public enum Pooling {
  /** The largest; the first of them takes the gradient. */
  MAX,
  /** Their mean. */
  MEAN;

  /** Reads the option {@code mode}, max by default. */
  static Pooling read(OptionReader options) {
    return options.choice("mode", "max", List.of("max", "mean")).equals("mean") ? MEAN : MAX;
  }

  /** One value of each window from its taps, all of one shape. */
  Tensor of(List<Tensor> taps) {
    Tensor y = taps.getFirst();
    for (Tensor tap : taps.subList(1, taps.size())) {
      y = this == MAX ? y.maximum(tap) : y.plus(tap);
    }
    return this == MAX ? y : y.times(1f / taps.size());
  }
}
