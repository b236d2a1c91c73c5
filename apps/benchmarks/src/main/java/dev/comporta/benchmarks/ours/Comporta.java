package dev.comporta.benchmarks.ours;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.benchmarks.peers.Launch;
import dev.comporta.benchmarks.peers.Peer;
import dev.comporta.benchmarks.peers.PeerServer;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;
import dev.comporta.tensor.WorkerPool;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.module.ResolvedModule;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Comporta with its preferred backend on this machine. */
public final class Comporta implements Peer {
  /** The name in tables. */
  public static final String NAME = "comporta";

  private static final List<String> UNWANTED =
      List.of(
          "--module-path",
          "-Djdk.module.main=",
          "--patch-module",
          "--add-reads",
          "--add-opens",
          "-Dcomporta.peers",
          "-Dcomporta.terminal",
          "-agentlib:",
          "-javaagent:");

  private final Catalog catalog = OurModel.catalog();
  private final TensorBackend backend = catalog.preferredBackend(System.err::println);
  private final WorkerPool workers;

  /** Starts a pool of threads, including the caller's; they end with the process. */
  public Comporta(int threads) {
    workers = new WorkerPool(threads);
  }

  /**
   * Serves the benchmark; see {@link PeerServer}.
   *
   * @param args the arguments described there
   * @throws IOException if the pipe breaks
   */
  public static void main(String[] args) throws IOException {
    PeerServer.main(args, Comporta::new);
  }

  /**
   * Describes how to start its JVM: with the options and paths of this one.
   *
   * @return the launch
   */
  public static Launch launch() {
    List<String> options = new ArrayList<>();
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (isWanted(option)) {
        options.add(option);
      }
    }
    Module module = Comporta.class.getModule();
    options.add(module.isNamed() ? "--module-path" : "--class-path");
    options.add(System.getProperty(module.isNamed() ? "jdk.module.path" : "java.class.path", ""));
    return new Launch(NAME, options, module.getName(), Comporta.class.getName());
  }

  /**
   * Describes how a short-lived program of ours starts fastest: with the options of this JVM, from
   * a class path of the jars that its module reads, and without the archive of another program.
   *
   * @return the launch
   */
  public static Launch classPathLaunch() {
    Launch launch = launch();
    if (launch.module() == null) {
      return launch;
    }
    List<String> options = new ArrayList<>(launch.options());
    options.removeIf(option -> option.startsWith("-XX:SharedArchiveFile="));
    options.set(options.size() - 2, "--class-path");
    options.set(options.size() - 1, jarsOf(launch.module()));
    return new Launch(NAME, options, null, launch.mainClass());
  }

  private static String jarsOf(String module) {
    Set<ResolvedModule> read = new LinkedHashSet<>();
    Deque<ResolvedModule> open =
        new ArrayDeque<>(
            List.of(ModuleLayer.boot().configuration().findModule(module).orElseThrow()));
    while (!open.isEmpty()) {
      ResolvedModule next = open.remove();
      if (read.add(next) && !next.reference().descriptor().isAutomatic()) {
        open.addAll(next.reads()); // an automatic module reads all others, without a need
      }
    }
    return read.stream()
        .flatMap(resolved -> resolved.reference().location().stream())
        .filter(location -> location.getScheme().equals("file"))
        .map(location -> Path.of(location).toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Excludes options that concern only this process: paths, terminal, debugger, test additions. */
  private static boolean isWanted(String option) {
    return UNWANTED.stream().noneMatch(option::startsWith);
  }

  /** The description of the backend, for reports. */
  public static String backend() {
    return Catalog.load().preferredBackend(System.err::println).description();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean runs(Workload workload) {
    return true;
  }

  @Override
  public Run start(Problem problem) {
    return switch (problem.workload()) {
      case Workload.Training w -> OurTraining.of(problem, w, catalog, backend, workers);
      case Workload.Inference w when w.batch() == 1 ->
          new OurSession(
              OurModel.of(problem, w, catalog), problem, w.timesteps(), backend, workers);
      case Workload.LinearCell w ->
          new OurSession(OurModel.of(w, catalog), problem, w.timesteps(), backend, workers);
      case Workload.Inference w -> new OurInference(problem, w, catalog, backend, workers);
      case Workload.Product w -> new OurProduct(problem, w, backend, workers);
      case Workload.PairTraining w -> OurTraining.of(problem, w, catalog, backend, workers);
      case Workload.Translation w -> new OurTranslation(problem, w, catalog, backend, workers);
    };
  }
}
