package dev.comporta.benchmarks;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.benchmarks.ours.Comporta;
import dev.comporta.benchmarks.ours.OurFirstAnswer;
import dev.comporta.benchmarks.peers.Answered;
import dev.comporta.benchmarks.peers.Launch;
import dev.comporta.benchmarks.peers.Measurement;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Workload;
import dev.comporta.benchmarks.peers.Workloads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Rows that are measured from the start of a JVM. */
final class Starts {
  static final String COLD = "cold-char-lstm";
  static final String FIRST_ANSWER = "first-answer-lstm-h128-t1-b1";

  private static final String TRAINED = "char-lstm";
  private static final String ANSWERED = "lstm-h128-t1-b1";
  private static final String PEER_ANSWER = "dev.comporta.benchmarks.peers.onnxruntime.FirstAnswer";
  private static final double COLD_SECONDS = 20;
  private static final int COLD_TURNS = 3;
  private static final int ANSWER_TURNS = 7;

  /** The maximum difference of the two answers. */
  private static final double TOLERANCE = 1e-5;

  private Starts() {}

  /** Microseconds per character, over the characters trained in the first 20 s of a JVM. */
  static Row cold(int threads, @Nullable Launch peer) {
    List<Double> ours = new ArrayList<>();
    List<Double> others = new ArrayList<>();
    for (int turn = 0; turn < COLD_TURNS; turn++) {
      ours.add(nanosOfACharacter(Comporta.launch(), threads));
      if (peer != null) {
        others.add(nanosOfACharacter(peer, threads));
      }
    }
    return row("training", COLD, peer, ours, others);
  }

  private static double nanosOfACharacter(Launch launch, int threads) {
    List<String> command =
        launch.command("cold", Integer.toString(threads), TRAINED, Double.toString(COLD_SECONDS));
    return COLD_SECONDS * 1e9 / Math.max(1, Long.parseLong(Child.lastLine(command)));
  }

  /** The time from the start of the JVM to the first answer of a saved model. */
  static Row firstAnswer(@Nullable Launch peer) {
    try {
      Path folder = Files.createTempDirectory("comporta-bench");
      Path ourFile = folder.resolve("model.comporta");
      Path peerFile = folder.resolve("model.onnx");
      try {
        Workload.Inference workload = (Workload.Inference) Workloads.named(ANSWERED);
        OurFirstAnswer.save(Problem.of(workload, 1), workload, ourFile);
        if (peer != null) {
          Child.lastLine(peer.withMain(PEER_ANSWER).command("save", ANSWERED, peerFile.toString()));
        }
        return firstAnswer(peer, folder, ourFile, peerFile);
      } finally {
        for (Path file : entries(folder)) {
          Files.delete(file);
        }
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("[benchmarks] the model could not be saved", e);
    }
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  /** Both sides start with an archive of the classes that they load. */
  private static Row firstAnswer(@Nullable Launch peer, Path folder, Path ourFile, Path peerFile) {
    String[] ourArguments = {ourFile.toString()};
    String[] peerArguments = {"answer", ANSWERED, peerFile.toString()};
    Launch our =
        ClassArchive.of(
            Comporta.classPathLaunch().withMain(OurFirstAnswer.class.getName()),
            folder,
            ourArguments);
    Launch other =
        peer == null ? null : ClassArchive.of(peer.withMain(PEER_ANSWER), folder, peerArguments);
    List<Answered> ours = new ArrayList<>();
    List<Answered> others = new ArrayList<>();
    for (int turn = 0; turn < ANSWER_TURNS; turn++) {
      ours.add(answered(our.command(ourArguments)));
      if (other != null) {
        others.add(answered(other.command(peerArguments)));
        requireEqual(ours.getLast(), others.getLast());
      }
    }
    ToDoubleFunction<Answered> nanos = answer -> answer.seconds() * 1e9;
    return row("inference", FIRST_ANSWER, peer, all(ours, nanos), all(others, nanos))
        .withMegabytes(
            median(all(ours, Answered::megabytes)),
            peer == null ? null : median(all(others, Answered::megabytes)));
  }

  private static Answered answered(List<String> command) {
    return Answered.parse(Child.lastLine(command));
  }

  private static void requireEqual(Answered ours, Answered peer) {
    if (!(Math.abs(ours.answer() - peer.answer()) <= TOLERANCE)) {
      throw new IllegalStateException(
          formatted(
              "[%s] expected equal answers from both libraries but got %s and %s",
              FIRST_ANSWER, ours.answer(), peer.answer()));
    }
  }

  private static Row row(
      String kind, String name, @Nullable Launch peer, List<Double> ours, List<Double> others) {
    Measurement our = measurement(ours);
    if (peer == null) {
      return Row.alone(kind, name, our, 0);
    }
    double[] ratios = new double[ours.size()];
    for (int turn = 0; turn < ratios.length; turn++) {
      ratios[turn] = others.get(turn) / ours.get(turn);
    }
    return Row.of(
        kind,
        name,
        peer.label(),
        new Comparison(our, measurement(others), new Measurement(ratios).spread()),
        0);
  }

  private static List<Double> all(List<Answered> answers, ToDoubleFunction<Answered> what) {
    return answers.stream().mapToDouble(what).boxed().toList();
  }

  private static double median(List<Double> values) {
    return 1e3 * measurement(values).medianMicros();
  }

  private static Measurement measurement(List<Double> values) {
    return new Measurement(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
