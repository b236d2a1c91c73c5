package dev.comporta.benchmarks.ours;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.benchmarks.peers.Answered;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Workload;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.cells.model.Session;
import dev.comporta.cells.model.StreamingModel;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.Provenance;
import java.io.IOException;
import java.nio.file.Path;

/** Loads a model file, runs one step, and prints an {@link Answered}. */
public final class OurFirstAnswer {
  private OurFirstAnswer() {}

  /**
   * Saves the model of a workload.
   *
   * @param problem the workload with its parameters
   * @param workload the same workload
   * @param file the model file to write
   */
  public static void save(Problem problem, Workload.Inference workload, Path file) {
    SequenceModel model = OurModel.of(problem, workload, Catalog.load());
    ModelFiles.write(
        file,
        ModelFile.of(
            model.spec(),
            model.parameters(),
            Provenance.of("benchmark", 0, workload.name(), "", Spec.of("none"))));
  }

  /**
   * Runs one step with an input of zeros.
   *
   * @param args the path of the model file
   * @throws IOException if the memory usage of this process cannot be read
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      throw new IllegalArgumentException(
          formatted("[benchmarks] expected a model file but got %d arguments", args.length));
    }
    Catalog catalog = Catalog.load();
    ModelFile file = ModelFiles.read(Path.of(args[0]));
    SequenceModel model = SequenceModel.build(file.spec(), catalog);
    file.restore(model.parameters());
    TensorBackend backend = catalog.preferredBackend(System.err::println);
    StreamingModel streaming = new StreamingModel(model, backend);
    float[] answer = new float[streaming.outputSize()];
    try (Session session = streaming.newSession()) {
      session.step(new float[streaming.inputSize()], answer);
    }
    System.out.println(Answered.now(answer[0]));
  }
}
