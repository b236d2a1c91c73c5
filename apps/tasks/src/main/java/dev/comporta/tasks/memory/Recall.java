package dev.comporta.tasks.memory;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.RecallProblem;

/**
 * Associative recall, a task of neural Turing machines: given one of the items of a list, can a
 * model say which one came after it (see {@link RecallProblem})?
 */
public final class Recall extends MemoryTask {
  private static final Option<Integer> ITEMS =
      Option.whole("items", RecallProblem.FEWEST)
          .or(6)
          .in(Group.DATA)
          .help("items of the longest sequence in training; the shortest has two");
  private static final Option<Integer> ITEM_LENGTH =
      Option.whole("item-length", 1).or(3).in(Group.DATA).help("vectors of each item");
  private static final Option<Integer> TEST_ITEMS =
      Option.whole("test-items", RecallProblem.FEWEST)
          .or(it -> it.get(ITEMS), "--items")
          .in(Group.EVALUATION)
          .help("items of each sequence of the test");

  /** Called by the service loader. */
  public Recall() {
    super(
        new Form(
            ITEMS,
            TEST_ITEMS,
            RecallProblem.FEWEST,
            "items",
            2,
            0,
            "[[0, 1], [1, 0], [1, 1], [0, 0], [0, 1], [1, 0]]: two items of two vectors, then the first one as the query"));
  }

  @Override
  public String name() {
    return "recall";
  }

  @Override
  public String description() {
    return "a model that stores a list of items and, asked for one of them, gives the next";
  }

  @Override
  public Options options() {
    return options(
        Options.of(ITEMS, ITEM_LENGTH, BITS.or(6)),
        Spec.of("neural-turing-machine"),
        TrainingDefaults.steps(10_000, 0.003));
  }

  @Override
  long timesteps(Settings settings, int length) {
    return RecallProblem.timesteps(length, settings.get(ITEM_LENGTH));
  }

  @Override
  ChunkSource sequences(
      Settings settings, RandomSource random, int shortest, int longest, int rows, int chunks) {
    return new RecallProblem(
        random, shortest, longest, settings.get(ITEM_LENGTH), settings.get(BITS), rows, chunks);
  }

  @Override
  Batch asking(Settings settings, Batch given, String where) {
    int width = settings.get(ITEM_LENGTH);
    int items = given.timesteps() / width - 1;
    if (given.timesteps() % width != 0 || items < RecallProblem.FEWEST) {
      throw new ComportaException(
          formatted(
              "[recall] expected %d vectors or more, a multiple of the %d of an item, but got %d at %s",
              (RecallProblem.FEWEST + 1L) * width, width, given.timesteps(), where));
    }
    try {
      return RecallProblem.of(given.values(), items, width, 1, given.features());
    } catch (ComportaException e) {
      throw new ComportaException(formatted("%s, at %s", e.getMessage(), where), e);
    }
  }
}
