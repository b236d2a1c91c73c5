package dev.comporta.benchmarks;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.benchmarks.graphs.PeerJars;
import dev.comporta.benchmarks.ours.Comporta;
import dev.comporta.benchmarks.peers.Capabilities;
import dev.comporta.benchmarks.peers.CellKind;
import dev.comporta.benchmarks.peers.EqualWork;
import dev.comporta.benchmarks.peers.Formulation;
import dev.comporta.benchmarks.peers.Launch;
import dev.comporta.benchmarks.peers.Library;
import dev.comporta.benchmarks.peers.Measurement;
import dev.comporta.benchmarks.peers.PeerProcess;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;
import dev.comporta.benchmarks.peers.Workloads;
import dev.comporta.benchmarks.rtneural.RtNeural;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures workloads in Comporta, alone or compared with other libraries.
 *
 * <p>Every library runs in a separate JVM; Comporta gets a new one for each workload (a single one
 * for all kernels), so that JIT profiles of one workload do not affect another. Only one library
 * works at a time. Before measuring, both libraries run the workload once and their results are
 * compared.
 */
public final class Bench implements AutoCloseable {
  /** The name in the peer column of our built-in layer, compared with written-out equations. */
  static final String BUILT_IN = "built-in";

  /** The name in the peer column of ONNX Runtime's GRU, compared with linear cells. */
  private static final String GRU = "onnxruntime-gru";

  private static final long SEED = 1;

  /** The time in which each backend of RTNeural is tried for a row. */
  private static final double TRIAL_SECONDS = 0.1;

  /** Kernels are short and stable: this fraction of the measured time is enough. */
  private static final double KERNEL_TIME = 1.0 / 3;

  private final BenchSettings settings;
  private final Consumer<String> progress;
  private final Map<Library, Launch> launches = new EnumMap<>(Library.class);
  private final Map<Library, PeerProcess> processes = new EnumMap<>(Library.class);
  private final List<Row> rows = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final @Nullable RtNeural rtneural;
  private @Nullable Bounds bounds;
  private @Nullable PeerProcess kernels;

  private Bench(BenchSettings settings, Consumer<String> progress) {
    this.settings = settings;
    this.progress = progress;
    for (Library library : settings.peers()) {
      if (library != Library.RTNEURAL) {
        launches.put(library, launch(library, settings));
      }
    }
    Path sources = settings.rtneural();
    rtneural = sources == null ? null : RtNeural.compile(sources, progress);
  }

  /**
   * Runs the benchmark.
   *
   * @param settings the settings
   * @param progress receives each row when it has been measured
   * @return all rows
   * @throws InvalidOptionException if the filter matches no row
   */
  public static BenchReport run(BenchSettings settings, Consumer<String> progress) {
    try (Bench bench = new Bench(settings, progress)) {
      Machine machine = Machine.here(Comporta.backend());
      if (machine.isBusy()) {
        progress.accept(
            formatted(
                "the load average is %.1f on %d processors: libraries whose threads wait for each other will appear slow",
                machine.load(), machine.processors()));
      }
      bench.measureAll();
      if (bench.rows.isEmpty() && bench.failures.isEmpty()) {
        throw new InvalidOptionException(
            formatted(
                "[bench] expected a filter that matches a row name, such as char-lstm or lstm-h128-t1-b1, but got '%s'",
                settings.filter()));
      }
      return new BenchReport(
          bench.rows,
          machine,
          bench.bounds(),
          bench.flags(),
          settings.threads(),
          bench.failures,
          null);
    } catch (IOException e) {
      throw new UncheckedIOException("[bench] cannot determine the properties of this machine", e);
    }
  }

  private static Launch launch(Library library, BenchSettings settings) {
    Path folder = settings.peersFolder();
    if (folder == null || !PeerJars.areIn(folder)) {
      throw new InvalidOptionException(
          formatted(
              "[bench] expected the peers' jars in %s but found none; run ./comporta bench --peers",
              folder));
    }
    return PeerJars.launch(library, folder, settings.threads());
  }

  private Map<String, List<String>> flags() {
    Map<String, List<String>> flags = new LinkedHashMap<>();
    flags.put(Comporta.NAME, withoutPaths(Comporta.launch()));
    launches.forEach((library, launch) -> flags.put(library.label(), withoutPaths(launch)));
    return flags;
  }

  private static List<String> withoutPaths(Launch launch) {
    return launch.options().subList(0, launch.options().size() - 2).stream()
        .filter(option -> !option.startsWith("-XX:SharedArchiveFile="))
        .toList();
  }

  private void measureAll() {
    for (Workload workload : Workloads.all()) {
      if (settings.wants(workload.name()) && hasRow(workload)) {
        measure(workload);
      }
    }
    for (Workload.Inference workload : Workloads.stored()) {
      for (StoredTypes.Type type : StoredTypes.Type.values()) {
        String name = type.row(workload);
        if (settings.wants(name)) {
          add(
              name,
              () ->
                  StoredTypes.measure(
                      workload, type, settings.threads(), SEED, settings.seconds()));
        }
      }
    }
    for (Workload workload : Workloads.scaling()) {
      for (int threads : Scaling.threads(Runtime.getRuntime().availableProcessors())) {
        String name = Scaling.name(workload, threads);
        if (settings.wants(name)) {
          add(name, () -> Scaling.measure(workload, threads, SEED, settings.seconds()));
        }
      }
    }
    if (settings.wants(Starts.COLD) && isMeasuredWith(Library.LIBTORCH)) {
      add(Starts.COLD, () -> Starts.cold(settings.threads(), launches.get(Library.LIBTORCH)));
    }
    if (settings.wants(Starts.FIRST_ANSWER) && isMeasuredWith(Library.ONNXRUNTIME)) {
      add(Starts.FIRST_ANSWER, () -> Starts.firstAnswer(launches.get(Library.ONNXRUNTIME)));
    }
  }

  private boolean isMeasuredWith(Library library) {
    return settings.peers().isEmpty() || launches.containsKey(library);
  }

  /** Scripted rows exist only for libtorch; ours has a single way, measured in another row. */
  private boolean hasRow(Workload workload) {
    if (workload instanceof Workload.LinearCell) {
      return isMeasuredWith(Library.ONNXRUNTIME);
    }
    return settings.peers().isEmpty()
        ? workload.formulation() != Formulation.SCRIPTED
        : builtIn(workload).isPresent()
            || settings.peers().stream().anyMatch(l -> Capabilities.runs(l, workload));
  }

  private void measure(Workload workload) {
    bounds();
    String name = workload.name();
    Problem problem = Problem.of(workload, SEED);
    PeerProcess process = ours(workload);
    try (Run run = process.start(problem)) {
      run.execute();
      float[] result = run.result();
      TimeSampler ours = TimeSampler.ofOurs(run, seconds(workload));
      if (settings.peers().isEmpty()) {
        Measurement alone = Comparison.alone(ours, seconds(workload));
        add(bounded(workload, Row.of(workload, alone)));
      }
      for (Library library : launches.keySet()) {
        if (Capabilities.runs(library, workload)) {
          against(
              library,
              name + ", " + library.label(),
              peer -> compare(workload, library.label(), peer, problem, result, ours));
        }
      }
      if (workload instanceof Workload.LinearCell linear
          && launches.containsKey(Library.ONNXRUNTIME)) {
        against(Library.ONNXRUNTIME, name + ", " + GRU, peer -> compareGru(linear, peer, ours));
      }
      if (rtneural != null && Capabilities.runs(Library.RTNEURAL, workload)) {
        RtNeural programs = rtneural;
        add(
            name + ", " + Library.RTNEURAL.label(),
            () -> compareRtNeural(programs, problem, result, ours));
      }
      builtIn(workload)
          .ifPresent(other ->
              add(
                  name + ", " + BUILT_IN,
                  () -> compareBuiltIn(workload, problem.with(other), result, ours)));
    } catch (IllegalStateException | UncheckedIOException e) {
      fail(name, e);
    } finally {
      if (process != kernels) {
        process.close();
      }
    }
  }

  /** Adds a row measured in the process of a library, which is started anew after a failure. */
  private void against(Library library, String name, Function<PeerProcess, Row> measurement) {
    PeerProcess process =
        processes.computeIfAbsent(
            library,
            l ->
                PeerProcess.start(
                    Objects.requireNonNull(launches.get(l)),
                    workload -> Capabilities.runs(l, workload),
                    settings.threads()));
    if (!add(name, () -> measurement.apply(process))) {
      processes.remove(library);
      process.close();
    }
  }

  /** Compares a linear cell with ONNX Runtime's GRU of the same sizes, which is other work. */
  private Row compareGru(Workload.LinearCell workload, PeerProcess process, TimeSampler ours) {
    try (Run peer = process.start(Problem.of(workload.gru(), SEED))) {
      peer.execute();
      double seconds = seconds(workload);
      Comparison comparison =
          Comparison.alternate(ours, TimeSampler.ofPeer(peer, seconds), seconds);
      return bounded(
          workload, Row.of(workload.kind(), workload.name(), GRU, comparison, 0)); // FLOPs differ
    }
  }

  /** Compares with the fastest backend of RTNeural. */
  private Row compareRtNeural(
      RtNeural programs, Problem problem, float[] result, TimeSampler ours) {
    List<PeerProcess> backends = programs.start();
    try {
      PeerProcess fastest = backends.getFirst();
      double least = Double.POSITIVE_INFINITY;
      for (PeerProcess backend : backends) {
        try (Run run = backend.start(problem)) {
          TimeSampler sampler = new TimeSampler(run);
          sampler.warmUp(TRIAL_SECONDS, TRIAL_SECONDS);
          double micros = new Measurement(sampler.block(TRIAL_SECONDS)).medianMicros();
          if (micros < least) {
            least = micros;
            fastest = backend;
          }
        }
      }
      return compare(problem.workload(), fastest.name(), fastest, problem, result, ours);
    } finally {
      backends.forEach(PeerProcess::close);
    }
  }

  private Row compareBuiltIn(Workload workload, Problem problem, float[] result, TimeSampler ours) {
    try (PeerProcess process = startOurs()) {
      return compare(workload, BUILT_IN, process, problem, result, ours);
    }
  }

  private Row compare(
      Workload workload,
      String name,
      PeerProcess process,
      Problem problem,
      float[] result,
      TimeSampler ours) {
    try (Run peer = process.start(problem)) {
      peer.execute();
      EqualWork.require(workload, result, peer.result());
      double seconds = seconds(workload);
      TimeSampler sampler =
          name.equals(BUILT_IN)
              ? TimeSampler.ofOurs(peer, seconds)
              : TimeSampler.ofPeer(peer, seconds);
      return bounded(
          workload, Row.of(workload, name, Comparison.alternate(ours, sampler, seconds)));
    }
  }

  /** The workload with our built-in LSTM layer, for a workload with written-out LSTM equations. */
  private static Optional<Workload> builtIn(Workload workload) {
    if (workload.formulation() != Formulation.WRITTEN_OUT) {
      return Optional.empty();
    }
    return switch (workload) {
      case Workload.Training w when w.cell() == CellKind.LSTM -> Optional.of(w.builtIn());
      case Workload.Inference w when w.cell() == CellKind.LSTM -> Optional.of(w.builtIn());
      default -> Optional.empty();
    };
  }

  private double seconds(Workload workload) {
    return workload instanceof Workload.Product
        ? settings.seconds() * KERNEL_TIME
        : settings.seconds();
  }

  private PeerProcess ours(Workload workload) {
    if (!(workload instanceof Workload.Product)) {
      return startOurs();
    }
    if (kernels == null) {
      kernels = startOurs();
    }
    return kernels;
  }

  private PeerProcess startOurs() {
    return PeerProcess.start(Comporta.launch(), _ -> true, settings.threads());
  }

  /** Adds a row, or says why it was not measured; returns whether it was. */
  private boolean add(String name, Supplier<Row> measurement) {
    try {
      add(measurement.get());
      return true;
    } catch (IllegalStateException | UncheckedIOException e) {
      fail(name, e);
      return false;
    }
  }

  private void add(Row row) {
    rows.add(row);
    progress.accept(BenchReport.line(row).strip());
  }

  private Row bounded(Workload workload, Row row) {
    return row.within(bounds().of(workload, row.ours()));
  }

  /** What this machine can do, measured before the first row. */
  private Bounds bounds() {
    Bounds known = bounds;
    if (known == null) {
      known = Bounds.measure(settings.threads());
      bounds = known;
      progress.accept(known.line());
    }
    return known;
  }

  private void fail(String what, RuntimeException why) {
    String failure = formatted("%s: %s", what, why.getMessage());
    failures.add(failure);
    progress.accept("not measured: " + failure);
  }

  @Override
  public void close() {
    processes.values().forEach(PeerProcess::close);
    if (kernels != null) {
      kernels.close();
    }
    if (rtneural != null) {
      rtneural.close();
    }
  }
}
