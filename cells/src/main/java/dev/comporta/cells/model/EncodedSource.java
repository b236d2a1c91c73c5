package dev.comporta.cells.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.tensor.Shape;
import dev.comporta.tensor.Tape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A batch of encoded source sequences: the memories of the decoder's layers in arrays that any
 * number of steps may read. Immutable.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class EncodedSource {
  private final int batch;
  private final List<Map<String, Stored>> layers;

  /** A memory in an array. */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  private record Stored(Shape shape, float[] values, int @Nullable [] lengths) {}

  private EncodedSource(int batch, List<Map<String, Stored>> layers) {
    this.batch = batch;
    this.layers = layers;
  }

  static EncodedSource of(List<Map<String, Memory>> memories) {
    int batch = 0;
    List<Map<String, Stored>> layers = new ArrayList<>();
    for (Map<String, Memory> each : memories) {
      Map<String, Stored> stored = new LinkedHashMap<>();
      for (Map.Entry<String, Memory> entry : each.entrySet()) {
        Memory memory = entry.getValue();
        Shape shape = memory.values().shape();
        batch = shape.size(0);
        stored.put(entry.getKey(), new Stored(shape, memory.values().toArray(), memory.lengths()));
      }
      layers.add(stored);
    }
    return new EncodedSource(batch, List.copyOf(layers));
  }

  List<Map<String, Memory>> on(Tape tape) {
    List<Map<String, Memory>> memories = new ArrayList<>();
    for (Map<String, Stored> each : layers) {
      Map<String, Memory> on = new LinkedHashMap<>();
      each.forEach((name, it) ->
          on.put(name, Memory.of(tape.constant(it.shape(), it.values(), 0), it.lengths())));
      memories.add(on);
    }
    return memories;
  }

  /**
   * The number of sources.
   *
   * @return B
   */
  public int batch() {
    return batch;
  }

  /**
   * Selects sources, in any order and any number of times, such as those of the surviving
   * hypotheses of a beam search.
   *
   * @param rows for each new row, the source that it reads, 0 to B - 1
   * @return the selected sources; positions that are padding in all of them are removed
   * @throws ComportaException if there is no such row
   */
  public EncodedSource rows(int... rows) {
    for (int row : rows) {
      if (row < 0 || row >= batch) {
        throw new ComportaException(
            formatted("[source] expected rows between 0 and %d but got %d", batch - 1, row));
      }
    }
    List<Map<String, Stored>> chosen = new ArrayList<>();
    for (Map<String, Stored> each : layers) {
      Map<String, Stored> stored = new LinkedHashMap<>();
      each.forEach((name, it) -> stored.put(name, chosen(it, rows)));
      chosen.add(stored);
    }
    return new EncodedSource(rows.length, List.copyOf(chosen));
  }

  private static Stored chosen(Stored memory, int[] rows) {
    Shape shape = memory.shape().with(0, rows.length);
    int[] lengths = memory.lengths();
    int[] kept = null;
    if (lengths != null) {
      kept = new int[rows.length];
      int longest = 0;
      for (int i = 0; i < rows.length; i++) {
        kept[i] = lengths[rows[i]];
        longest = Math.max(longest, kept[i]);
      }
      shape = shape.with(1, Math.max(1, longest));
    }
    int before = memory.shape().count() / Math.max(1, memory.shape().size(0));
    int after = shape.count() / Math.max(1, rows.length);
    float[] values = new float[shape.count()];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(memory.values(), rows[i] * before, values, i * after, after);
    }
    return new Stored(shape, values, kept);
  }
}
