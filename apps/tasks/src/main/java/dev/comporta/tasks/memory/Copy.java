package dev.comporta.tasks.memory;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.CopyProblem;

/**
 * The copy task of neural Turing machines: can a model store a sequence of random vectors and give
 * it back, also one that is longer than those in training (see {@link CopyProblem})?
 */
public final class Copy extends MemoryTask {
  /** Called by the service loader. */
  public Copy() {
    super(new Form(LENGTH, TEST_LENGTH, 1, "vectors", 1, 0, "[[0, 1, 1], [1, 0, 1]]"));
  }

  @Override
  public String name() {
    return "copy";
  }

  @Override
  public String description() {
    return "a model that stores a sequence of random bits and gives it back, as neural Turing machines do";
  }

  @Override
  public Options options() {
    return options(
        Options.of(LENGTH.or(20), BITS.or(8)),
        Spec.of("neural-turing-machine"),
        TrainingDefaults.steps(10_000, 0.001));
  }

  @Override
  long timesteps(Settings settings, int length) {
    return 2L * length + 1;
  }

  @Override
  ChunkSource sequences(
      Settings settings, RandomSource random, int shortest, int longest, int rows, int chunks) {
    return new CopyProblem(random, shortest, longest, settings.get(BITS), rows, chunks);
  }

  @Override
  Batch asking(Settings settings, Batch given, String where) {
    return CopyProblem.of(given.values(), given.timesteps(), 1, given.features());
  }
}
