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

  /** The minimum warm-up as a multiple of the measured time; less for native libraries. */
  private static final double LEAST_WARM_UP = 2;

  private static final double LEAST_WARM_UP_OF_A_PEER = 0.5;

  /** Warm-up continues while it helps, at most for this multiple of the measured time. */
  private static final double MOST_WARM_UP = 10;

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
    return launch.options().subList(0, launch.options().size() - 2);
  }

  private void measureAll() {
    for (Workload workload : Workloads.all()) {
      if (settings.wants(workload.name()) && hasRow(workload)) {
        measure(workload);
      }
    }
    for (Workload workload : Workloads.scaling()) {
      for (int threads : Scaling.threads(Runtime.getRuntime().availableProcessors())) {
        String name = Scaling.name(workload, threads);
        if (settings.wants(name)) {
          start(name, () -> Scaling.measure(workload, threads, SEED, settings.seconds()));
        }
      }
    }
    if (settings.wants(Starts.COLD) && isMeasuredWith(Library.LIBTORCH)) {
      start(Starts.COLD, () -> Starts.cold(settings.threads(), launches.get(Library.LIBTORCH)));
    }
    if (settings.wants(Starts.FIRST_ANSWER) && isMeasuredWith(Library.ONNXRUNTIME)) {
      start(Starts.FIRST_ANSWER, () -> Starts.firstAnswer(launches.get(Library.ONNXRUNTIME)));
    }
  }

  private boolean isMeasuredWith(Library library) {
    return settings.peers().isEmpty() || launches.containsKey(library);
  }

  /** Scripted rows exist only for libtorch; ours has a single way, measured in another row. */
  private boolean hasRow(Workload workload) {
    boolean scripted =
        switch (workload) {
          case Workload.Training w -> w.formulation() == Formulation.SCRIPTED;
          case Workload.PairTraining w -> w.formulation() == Formulation.SCRIPTED;
          case Workload.Inference _,
              Workload.Product _,
              Workload.Translation _,
              Workload.LinearCell _ ->
              false;
        };
    if (workload instanceof Workload.LinearCell) {
      return isMeasuredWith(Library.ONNXRUNTIME);
    }
    return settings.peers().isEmpty()
        ? !scripted
        : builtIn(workload).isPresent()
            || settings.peers().stream().anyMatch(l -> Capabilities.runs(l, workload));
  }

  private void measure(Workload workload) {
    bounds();
    Problem problem = Problem.of(workload, SEED);
    PeerProcess process = ours(workload);
    try (Run ours = process.start(problem)) {
      ours.execute();
      float[] result = ours.result();
      TimeSampler sampler = new TimeSampler(ours);
      double seconds = seconds(workload);
      warmUp(sampler, seconds);
      if (settings.peers().isEmpty()) {
        add(workload, Row.of(workload, Comparison.alone(sampler, seconds)));
      }
      for (Library library : launches.keySet()) {
        if (Capabilities.runs(library, workload)) {
          against(library, problem, result, sampler);
        }
      }
      if (workload instanceof Workload.LinearCell linear
          && launches.containsKey(Library.ONNXRUNTIME)) {
        againstGru(linear, sampler);
      }
      if (rtneural != null && Capabilities.runs(Library.RTNEURAL, workload)) {
        againstRtNeural(rtneural, problem, result, sampler);
      }
      builtIn(workload)
          .ifPresent(other -> againstBuiltIn(workload, problem.with(other), result, sampler));
    } catch (IllegalStateException | UncheckedIOException e) {
      fail(workload.name(), e);
    } finally {
      if (process != kernels) {
        process.close();
      }
    }
  }

  /** Warms up a process of Comporta. */
  static void warmUp(TimeSampler ours, double seconds) {
    ours.warmUp(LEAST_WARM_UP * seconds, MOST_WARM_UP * seconds);
  }

  private void against(Library library, Problem problem, float[] result, TimeSampler ours) {
    PeerProcess process = process(library);
    try {
      Workload workload = problem.workload();
      add(workload, compare(workload, library.label(), process, problem, result, ours));
    } catch (IllegalStateException | UncheckedIOException e) {
      fail(problem.workload().name() + ", " + library.label(), e);
      processes.remove(library);
      process.close();
    }
  }

  private PeerProcess process(Library library) {
    return processes.computeIfAbsent(
        library,
        l ->
            PeerProcess.start(
                Objects.requireNonNull(launches.get(l)),
                workload -> Capabilities.runs(l, workload),
                settings.threads()));
  }

  /** Compares a linear cell with ONNX Runtime's GRU of the same sizes, which is other work. */
  private void againstGru(Workload.LinearCell workload, TimeSampler ours) {
    PeerProcess process = process(Library.ONNXRUNTIME);
    try (Run peer = process.start(Problem.of(workload.gru(), SEED))) {
      peer.execute();
      TimeSampler sampler = new TimeSampler(peer);
      double seconds = seconds(workload);
      sampler.warmUp(LEAST_WARM_UP_OF_A_PEER * seconds, MOST_WARM_UP * seconds);
      Comparison comparison = Comparison.alternate(ours, sampler, seconds);
      String kind = workload.kind();
      add(workload, Row.of(kind, workload.name(), GRU, comparison, 0)); // FLOPs differ
    } catch (IllegalStateException | UncheckedIOException e) {
      fail(workload.name() + ", " + GRU, e);
      processes.remove(Library.ONNXRUNTIME);
      process.close();
    }
  }

  /** Compares with the fastest backend of RTNeural. */
  private void againstRtNeural(
      RtNeural programs, Problem problem, float[] result, TimeSampler ours) {
    Workload workload = problem.workload();
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
      add(workload, compare(workload, fastest.name(), fastest, problem, result, ours));
    } catch (IllegalStateException | UncheckedIOException e) {
      fail(workload.name() + ", " + Library.RTNEURAL.label(), e);
    } finally {
      backends.forEach(PeerProcess::close);
    }
  }

  private void againstBuiltIn(
      Workload workload, Problem problem, float[] result, TimeSampler ours) {
    try (PeerProcess process = startOurs()) {
      add(workload, compare(workload, BUILT_IN, process, problem, result, ours));
    } catch (IllegalStateException | UncheckedIOException e) {
      fail(workload.name() + ", " + BUILT_IN, e);
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
      TimeSampler sampler = new TimeSampler(peer);
      double seconds = seconds(workload);
      double least = name.equals(BUILT_IN) ? LEAST_WARM_UP : LEAST_WARM_UP_OF_A_PEER;
      sampler.warmUp(least * seconds, MOST_WARM_UP * seconds);
      return Row.of(workload, name, Comparison.alternate(ours, sampler, seconds));
    }
  }

  /** The workload with our built-in LSTM layer, for a workload with written-out LSTM equations. */
  private static Optional<Workload> builtIn(Workload workload) {
    return switch (workload) {
      case Workload.Training w when isWrittenOutLstm(w.formulation(), w.cell()) ->
          Optional.of(w.builtIn());
      case Workload.Inference w when isWrittenOutLstm(w.formulation(), w.cell()) ->
          Optional.of(w.builtIn());
      case Workload.Training _,
          Workload.Inference _,
          Workload.Product _,
          Workload.PairTraining _,
          Workload.Translation _,
          Workload.LinearCell _ ->
          Optional.empty();
    };
  }

  private static boolean isWrittenOutLstm(Formulation formulation, CellKind cell) {
    return formulation == Formulation.WRITTEN_OUT && cell == CellKind.LSTM;
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

  private void start(String name, Supplier<Row> measurement) {
    try {
      add(measurement.get());
    } catch (IllegalStateException | UncheckedIOException e) {
      fail(name, e);
    }
  }

  private void add(Workload workload, Row row) {
    add(row.within(bounds().of(workload, row.ours())));
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

  private void add(Row row) {
    rows.add(row);
    progress.accept(BenchReport.line(row).strip());
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
