package dev.comporta.cells.layers;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import org.apiguardian.api.API;

/** The reduction of a pooling layer over a window. */
@API(status = API.Status.EXPERIMENTAL)
public enum Pooling {
  /** The maximum; on a tie, the gradient goes to the first element. */
  MAX,
  /** The mean. */
  MEAN;

  /** Reads the option {@code mode}, max by default. */
  static Pooling read(OptionReader options) {
    return options.choice("mode", "max", List.of("max", "mean")).equals("mean") ? MEAN : MAX;
  }

  /** Reduces the taps of each window, which have the same shape, to one value. */
  Tensor of(List<Tensor> taps) {
    Tensor y = taps.getFirst();
    for (Tensor tap : taps.subList(1, taps.size())) {
      y = this == MAX ? y.maximum(tap) : y.plus(tap);
    }
    return this == MAX ? y : y.times(1f / taps.size());
  }
}
