package dev.comporta.benchmarks.peers.libtorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import dev.comporta.benchmarks.peers.Pairs;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Translator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A batch of pairs as tensors.
 *
 * @param source the ids of the sources, {@code [S, B]}
 * @param lengths the lengths of the sources, {@code [B]}, descending
 * @param padding the padding mask {@code [B, S]}, true after the end of a source
 * @param words the decoder's input ids, {@code [T, B]}
 * @param labels {@code [T * B]}, {@link #IGNORED} at padding
 */
record TorchPairs(NDArray source, NDArray lengths, NDArray padding, NDArray words, NDArray labels) {
  /** The default ignore index of PyTorch's cross-entropy. */
  private static final long IGNORED = -100;

  static TorchPairs of(PtNDManager manager, Pairs pairs) {
    int batch = pairs.sources().length;
    int positions = Pairs.longest(pairs.sources());
    int timesteps = Pairs.longest(pairs.targets());
    boolean[] padding = new boolean[batch * positions];
    for (int row = 0; row < batch; row++) {
      int end = pairs.sources()[row].length;
      Arrays.fill(padding, row * positions + end, (row + 1) * positions, true);
    }
    return new TorchPairs(
        manager.create(Pairs.padded(pairs.sources(), 0, 0), new Shape(positions, batch)),
        manager.create(Arrays.stream(pairs.sources()).mapToLong(row -> row.length).toArray()),
        manager.create(padding, new Shape(batch, positions)),
        manager.create(Pairs.padded(pairs.targets(), 1, 0), new Shape(timesteps, batch)),
        manager.create(Pairs.padded(pairs.targets(), 0, IGNORED)));
  }

  /** The parameters in order, with or without gradients. */
  static List<NDArray> parameters(
      PtNDManager manager, Problem problem, Translator sizes, boolean learned) {
    List<NDArray> parameters = new ArrayList<>();
    problem
        .parameters()
        .forEach((name, values) -> {
          NDArray parameter = manager.create(values, shape(name, values.length, sizes));
          parameter.setRequiresGradient(learned);
          parameters.add(parameter);
        });
    return parameters;
  }

  private static Shape shape(String name, int size, Translator sizes) {
    if (name.contains("bias") || name.equals("score.weight")) {
      return new Shape(size);
    }
    int rows =
        switch (name) {
          case "encoder.embedding" -> sizes.sourceTokens();
          case "decoder.embedding", "linear.weight" -> sizes.targetTokens();
          case "query.weight", "key.weight", "bridge.weight", "read_out.weight" -> sizes.hidden();
          default -> 3 * sizes.hidden();
        };
    return new Shape(rows, size / rows);
  }
}
