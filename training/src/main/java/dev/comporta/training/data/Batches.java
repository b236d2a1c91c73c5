package dev.comporta.training.data;

import dev.comporta.cells.model.Batch;
import java.util.List;

/** Chunks at hand, the same in every epoch; see {@link ChunkSource#of}. */
record Batches(List<Batch> batches, boolean continued) implements ChunkSource {
  Batches {
    batches = List.copyOf(batches);
  }

  @Override
  public int rows() {
    return batches.isEmpty() ? 0 : batches.getFirst().batch();
  }

  @Override
  public int chunks() {
    return batches.size();
  }

  @Override
  public Batch batch(int epoch, int index) {
    return batches.get(index);
  }

  @Override
  public boolean continues(int index) {
    return continued && index > 0;
  }
}
