package dev.comporta.onnx.operators;

import dev.comporta.onnx.value.OnnxTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The filters of a convolution, prepared for the backend that used them last.
 *
 * @param <T> the filters of one group
 */
final class PreparedFilters<T> {
  private record Entry<T>(OnnxTensor from, Object backend, List<T> groups) {}

  private volatile @Nullable Entry<T> entry;

  /** The filters of each group, made again only if the filters or the backend are others. */
  List<T> get(Call call, int groups, IntFunction<T> make) {
    OnnxTensor w = call.tensor(1);
    Entry<T> known = entry;
    if (known != null && known.from == w && known.backend == call.backend()) {
      return known.groups;
    }
    List<T> prepared = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      prepared.add(make.apply(g));
    }
    entry = new Entry<>(w, call.backend(), prepared);
    return prepared;
  }
}
