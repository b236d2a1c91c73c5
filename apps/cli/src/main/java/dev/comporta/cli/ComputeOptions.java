package dev.comporta.cli;

import dev.comporta.tasks.Compute;
import dev.comporta.tasks.ComputeFactory;
import picocli.CommandLine.Option;

/** The options of commands that run a model. */
final class ComputeOptions {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "threads that share the work (default: all processors)")
  private int threads = ComputeFactory.defaultThreads();

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "simd or reference (default: the fastest here)")
  private String backend = ComputeFactory.PREFERRED;

  @Option(
      names = "--execution",
      paramLabel = "HOW",
      description = "how cells run: plan or definition (default: plan)")
  private String execution = "plan";

  Compute open(ComputeFactory computers) {
    return computers.open(backend, threads, execution);
  }
}
