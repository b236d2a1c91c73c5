package dev.comporta.tasks.memory;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.SortProblem;

/**
 * Priority sort, a task of neural Turing machines: can a model give vectors back in the order of
 * their priorities (see {@link SortProblem})?
 */
public final class Sort extends MemoryTask {
  private static final Spec CELL =
      Spec.of("neural-turing-machine").with("read-heads", 2).with("write-heads", 2);

  /** Called by the service loader. */
  public Sort() {
    super(
        new Form(
            LENGTH,
            TEST_LENGTH,
            1,
            "vectors",
            2,
            1,
            "[[0, 1, 1, -0.3], [1, 0, 1, 0.8]], where the last number is the priority"));
  }

  @Override
  public String name() {
    return "sort";
  }

  @Override
  public String description() {
    return "a model that stores vectors of bits and gives them back in the order of their priorities";
  }

  @Override
  public Options options() {
    return options(
        Options.of(LENGTH.or(10), BITS.or(8)), CELL, TrainingDefaults.steps(10_000, 0.003));
  }

  @Override
  long timesteps(Settings settings, int length) {
    return SortProblem.timesteps(length);
  }

  @Override
  ChunkSource sequences(
      Settings settings, RandomSource random, int shortest, int longest, int rows, int chunks) {
    return new SortProblem(random, shortest, longest, settings.get(BITS), rows, chunks);
  }

  @Override
  Batch asking(Settings settings, Batch given, String where) {
    return SortProblem.of(given.values(), given.timesteps(), 1, settings.get(BITS));
  }
}
