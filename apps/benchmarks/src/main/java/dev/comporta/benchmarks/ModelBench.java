package dev.comporta.benchmarks;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.benchmarks.graphs.GraphProcess;
import dev.comporta.benchmarks.graphs.PeerJars;
import dev.comporta.benchmarks.models.ModelFiles;
import dev.comporta.benchmarks.models.ModelInputs;
import dev.comporta.benchmarks.ours.Comporta;
import dev.comporta.benchmarks.ours.OurGraphs;
import dev.comporta.benchmarks.peers.Measurement;
import dev.comporta.onnx.Difference;
import dev.comporta.onnx.OnnxModel;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs ONNX files in Comporta and in ONNX Runtime, compares their outputs, and measures both. Each
 * library runs each file in a JVM of its own. Before measuring, both run the same inputs several
 * times, and each goes on with its own states.
 */
public final class ModelBench {
  /** How often both libraries run before they are measured. */
  private static final int RUNS = 6;

  /** The largest difference of two libraries that compute the same. */
  private static final double BOUND = 1e-3;

  private static final long SEED = 20261129;

  private final ModelSettings settings;
  private final Consumer<String> progress;
  private final List<ModelRow> rows = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private @Nullable String peer;

  private ModelBench(ModelSettings settings, Consumer<String> progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * Runs the measurements.
   *
   * @param settings the settings
   * @param progress receives each row when it has been measured
   * @return all rows
   * @throws InvalidOptionException if there is no file, or no name of a file matches the filter
   */
  public static ModelReport run(ModelSettings settings, Consumer<String> progress) {
    List<ModelFiles.Entry> files =
        ModelFiles.find(settings.models(), settings.options()).stream()
            .filter(it -> settings.filter().matcher(it.name()).find())
            .toList();
    if (files.isEmpty()) {
      throw new InvalidOptionException(
          formatted(
              "[bench] expected a filter that matches the name of a file in %s but got '%s'",
              settings.models(), settings.filter()));
    }
    ModelBench bench = new ModelBench(settings, progress);
    try {
      Machine machine = Machine.here(Comporta.backend());
      files.forEach(bench::measure);
      return new ModelReport(bench.rows, bench.peer, machine, bench.failures);
    } catch (IOException e) {
      throw new UncheckedIOException("[bench] cannot determine the properties of this machine", e);
    }
  }

  private void measure(ModelFiles.Entry entry) {
    List<String> assumed = new ArrayList<>();
    try {
      ModelRow row = row(entry, assumed);
      rows.add(row);
      ModelReport.lines(row).lines().forEach(line -> progress.accept(Printable.line(line)));
    } catch (ComportaException | UncheckedIOException e) {
      String failure =
          Printable.line(
              formatted(
                  "%s: %s%s",
                  entry.name(),
                  Printable.sentence(String.valueOf(e.getMessage())),
                  assumed.isEmpty()
                      ? ""
                      : "; these sizes were assumed, give others if they do not fit: --size "
                          + String.join(" --size ", assumed)));
      failures.add(failure);
      progress.accept("not measured: " + failure);
    }
  }

  /** Measures a model; the sizes that were assumed are added to a list. */
  private ModelRow row(ModelFiles.Entry entry, List<String> assumed) {
    ModelInputs inputs = new ModelInputs(OnnxModel.load(entry.file()), entry.options(), SEED);
    assumed.addAll(inputs.assumed());
    Map<String, OnnxTensor> given = new LinkedHashMap<>(inputs.draw());
    given.putAll(inputs.beginnings());
    List<ModelRow.Time> times = new ArrayList<>();
    Double difference = null;
    for (int threads : settings.threads()) {
      try (GraphProcess ours = GraphProcess.open(OurGraphs.launch(), entry.file(), threads)) {
        if (settings.peersFolder() == null) {
          ours.run(given);
          ours.prepare(given, inputs.states());
          times.add(alone(threads, TimeSampler.ofOurs(ours, settings.seconds())));
          continue;
        }
        try (GraphProcess other =
            GraphProcess.open(PeerJars.graphs(settings.peersFolder()), entry.file(), threads)) {
          peer = other.version();
          if (difference == null) {
            difference = difference(ours, other, inputs);
          }
          ours.prepare(given, inputs.states());
          other.prepare(given, inputs.states());
          TimeSampler our = TimeSampler.ofOurs(ours, settings.seconds());
          TimeSampler their = TimeSampler.ofPeer(other, settings.seconds());
          Comparison both = Comparison.alternate(our, their, settings.seconds());
          times.add(
              new ModelRow.Time(
                  threads,
                  both.ours().medianMicros(),
                  both.peer().medianMicros(),
                  both.ratio(),
                  both.spread()));
        }
      }
    }
    Map<String, String> shapes = new LinkedHashMap<>();
    given.forEach((name, tensor) -> shapes.put(name, tensor.describe()));
    return new ModelRow(entry.name(), shapes, inputs.states(), times, difference);
  }

  private ModelRow.Time alone(int threads, TimeSampler sampler) {
    Measurement ours = Comparison.alone(sampler, settings.seconds());
    return new ModelRow.Time(threads, ours.medianMicros(), null, null, ours.spread());
  }

  /** The largest difference of all outputs over several runs; each library keeps its own states. */
  private static double difference(GraphProcess ours, GraphProcess other, ModelInputs inputs) {
    Map<String, OnnxValue> our = new HashMap<>(inputs.beginnings());
    Map<String, OnnxValue> their = new HashMap<>(our);
    double largest = 0;
    for (int run = 0; run < RUNS; run++) {
      Map<String, OnnxTensor> drawn = inputs.draw();
      our.putAll(drawn);
      their.putAll(drawn);
      Map<String, OnnxValue> found = ours.run(our);
      Map<String, OnnxValue> expected = other.run(their);
      for (Map.Entry<String, OnnxValue> output : found.entrySet()) {
        largest = Math.max(largest, difference(output, expected.get(output.getKey())));
      }
      inputs
          .states()
          .forEach((input, output) -> {
            keep(our, input, found.get(output));
            keep(their, input, expected.get(output));
          });
    }
    return largest;
  }

  private static void keep(Map<String, OnnxValue> values, String input, @Nullable OnnxValue next) {
    OnnxValue before = values.get(input);
    if (next == null
        || before == null
        || !Arrays.equals(before.tensor().sizes(), next.tensor().sizes())) {
      throw new OnnxException(
          formatted(
              "[bench] the state %s was %s and became %s; name the states with --state, or use --stateless",
              Printable.quoted(input),
              before == null ? "absent" : before.describe(),
              next == null ? "absent" : next.describe()));
    }
    values.put(input, next);
  }

  private static double difference(
      Map.Entry<String, OnnxValue> output, @Nullable OnnxValue expected) {
    OnnxTensor found = output.getValue().tensor();
    String remark =
        expected == null
            ? "the peer has no such output"
            : Difference.between(found, expected, 1, 1).remark(); // types, shapes, not a number
    double largest = 0;
    if (remark.isEmpty() && expected != null && found.type() != ElementType.STRING) {
      OnnxTensor other = expected.tensor();
      for (int i = 0; i < found.count(); i++) {
        double a = found.number(i);
        double b = other.number(i);
        double difference = a == b ? 0 : Math.abs(a - b) / Math.max(1, Math.abs(b));
        largest = Math.max(largest, Double.isNaN(difference) ? 0 : difference); // both are NaN
      }
    }
    if (!remark.isEmpty() || largest > BOUND) {
      throw new OnnxException(
          formatted(
              "[bench] the outputs %s differ: %s",
              Printable.quoted(output.getKey()),
              remark.isEmpty() ? formatted("by %.1e", largest) : remark));
    }
    return largest;
  }
}
