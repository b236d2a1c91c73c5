package dev.comporta.benchmarks;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.Bfloat16;
import dev.comporta.benchmarks.ours.Comporta;
import dev.comporta.benchmarks.peers.PeerProcess;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Rows that compare a stream whose parameters are stored in fewer bits with one in float32; the
 * ratio is the speed-up.
 */
final class StoredTypes {
  /** The name in the peer column. */
  static final String FLOAT32 = "float32";

  /** The timesteps after which outputs are compared. */
  private static final int STEPS = 100;

  /** How parameters are stored. */
  enum Type {
    BF16,
    INT8;

    /** The name of a row, such as {@code lstm-h512-t1-b1-bf16}. */
    String row(Workload workload) {
      return workload.name() + "-" + name().toLowerCase(Locale.ROOT);
    }

    /** The problem as a model file of this type holds it; vectors stay in float32. */
    Problem rounded(Problem problem, int outputs) {
      Map<String, float[]> parameters = new LinkedHashMap<>();
      problem
          .parameters()
          .forEach((name, values) ->
              parameters.put(name, values.length == outputs ? values : rounded(values, outputs)));
      return new Problem(problem.workload(), parameters, problem.inputs(), problem.targets());
    }

    private float[] rounded(float[] values, int outputs) {
      float[] rounded = new float[values.length];
      int each = values.length / outputs;
      for (int output = 0; output < outputs; output++) {
        float largest = 0;
        for (int i = output * each; i < (output + 1) * each; i++) {
          largest = Math.max(largest, Math.abs(values[i]));
        }
        float scale = largest / 127;
        for (int i = output * each; i < (output + 1) * each; i++) {
          rounded[i] =
              this == INT8
                  ? (int) Math.rint(values[i] / scale) * scale // whole: there is no byte for -0
                  : Bfloat16.bfloat16ToFloat(Bfloat16.floatToBfloat16(values[i]));
        }
      }
      return rounded;
    }
  }

  private StoredTypes() {}

  /** Measures both sides in alternating turns, each in a JVM of its own. */
  static Row measure(
      Workload.Inference workload, Type type, int threads, long seed, double seconds) {
    Problem problem = Problem.of(workload, seed);
    Problem rounded = type.rounded(problem, workload.cell().gates() * workload.hidden());
    try (PeerProcess small = PeerProcess.start(Comporta.launch(), _ -> true, threads);
        PeerProcess full = PeerProcess.start(Comporta.launch(), _ -> true, threads);
        Run ours = small.start(rounded);
        Run other = full.start(problem)) {
      double change = 0;
      for (int step = 0; step < STEPS; step++) {
        ours.execute();
        other.execute();
        change = Math.max(change, difference(ours.result(), other.result()));
      }
      if (change == 0) {
        throw new IllegalStateException(
            formatted("[%s] expected outputs to change but they did not", type.row(workload)));
      }
      TimeSampler stored = TimeSampler.ofOurs(ours, seconds);
      TimeSampler float32 = TimeSampler.ofOurs(other, seconds);
      Comparison comparison = Comparison.alternate(stored, float32, seconds);
      return Row.of("inference", type.row(workload), FLOAT32, comparison, workload.flops())
          .withOutputChange(change);
    }
  }

  private static double difference(float[] some, float[] others) {
    double largest = 0;
    for (int i = 0; i < some.length; i++) {
      largest = Math.max(largest, Math.abs((double) some[i] - others[i]));
    }
    return largest;
  }
}
