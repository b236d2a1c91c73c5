package dev.comporta.benchmarks.peers.libtorch;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.comporta.benchmarks.peers.Pairs;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Translator;
import dev.comporta.benchmarks.peers.Workload;
import java.util.Arrays;

/** Greedy translation in one call: the encoder and the decoder's loop over tokens. */
final class TorchTranslation implements Run {

  private final PtNDManager manager;
  private final TorchProgram program;
  private final IValue[] arguments;
  private final int batch;
  private final int tokens;
  private long[] words = {};

  TorchTranslation(PtNDManager manager, Problem problem, Workload.Translation w) {
    this.manager = manager;
    batch = w.batch();
    tokens = w.tokens();
    Pairs pairs = Pairs.of(problem, w.lengths()).getFirst();
    boolean even =
        Arrays.stream(pairs.sources()).mapToInt(row -> row.length).distinct().count() == 1;
    program = new TorchProgram(manager, TranslatorPrograms.translation(even));
    TorchPairs sources = TorchPairs.of(manager, pairs);
    long[] begin = new long[batch];
    Arrays.fill(begin, Translator.BEGIN);
    arguments =
        new IValue[] {
          IValue.from((PtNDArray) sources.source()),
          IValue.from((PtNDArray) sources.lengths()),
          IValue.from((PtNDArray) sources.padding()),
          IValue.from((PtNDArray) manager.create(begin, new Shape(batch))),
          IValue.from((long) tokens),
          TorchProgram.list(TorchPairs.parameters(manager, problem, w.sizes(), false))
        };
  }

  @Override
  public void execute() {
    try (IValue result = program.call("translate", arguments);
        PtNDArray array = result.toTensor(manager)) {
      words = array.toLongArray();
    }
  }

  @Override
  public float[] result() {
    float[] rows = new float[words.length];
    for (int t = 0; t < tokens; t++) {
      for (int row = 0; row < batch; row++) {
        rows[row * tokens + t] = words[t * batch + row];
      }
    }
    return rows;
  }

  @Override
  public void close() {
    for (IValue argument : arguments) {
      argument.close();
    }
    program.close();
    manager.close();
  }
}
