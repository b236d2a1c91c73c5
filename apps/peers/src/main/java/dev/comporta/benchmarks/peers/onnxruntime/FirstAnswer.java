package dev.comporta.benchmarks.peers.onnxruntime;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.benchmarks.peers.Answered;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;
import dev.comporta.benchmarks.peers.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Measures the time to a first answer: {@code save WORKLOAD FILE} writes the model and prints its
 * path; {@code answer WORKLOAD FILE} loads it, runs one step and prints an {@link Answered}.
 */
public final class FirstAnswer {

  private FirstAnswer() {}

  /** Runs one of the commands described above. */
  public static void main(String[] args) throws IOException {
    if (args.length != 3 || !(Workloads.named(args[1]) instanceof Workload.Inference workload)) {
      throw new IllegalArgumentException(
          formatted(
              "[benchmarks] expected save|answer, an inference workload and a file but got '%s'",
              String.join(" ", args)));
    }
    Path file = Path.of(args[2]);
    switch (args[0]) {
      case "save" -> {
        Files.write(file, OnnxModel.of(Problem.of(workload, 1), workload));
        System.out.println(file);
      }
      case "answer" -> answer(workload, file);
      default ->
          throw new IllegalArgumentException(
              formatted("[benchmarks] expected save or answer but got '%s'", args[0]));
    }
  }

  private static void answer(Workload.Inference workload, Path file) throws IOException {
    float[] input = new float[workload.batch() * workload.input()];
    try (Run run = new OnnxRuntime(1).start(Files.readAllBytes(file), workload, input)) {
      run.execute();
      float first = run.result()[0];
      System.out.println(Answered.now(first));
    }
  }
}
