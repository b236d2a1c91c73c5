package dev.comporta.cli;

import dev.comporta.attention.decoding.Sampler;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of commands that draw tokens. */
final class SamplingOptions {
  /** The flags. */
  static final List<String> NAMES = List.of("--temperature", "--top-k", "--top-p", "--seed");

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description =
          "1 draws as the model says, less more surely, 0 takes the most likely (default: ${DEFAULT-VALUE})")
  private double temperature = 0.8;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "draw among the K most likely only; 0 for all (default: ${DEFAULT-VALUE})")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description =
          "draw among the most likely that together have this probability (default: ${DEFAULT-VALUE})")
  private double topP = 1;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "seed of the draws (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  Sampler sampler() {
    return new Sampler(temperature, topK, topP);
  }

  long seed() {
    return seed;
  }
}
