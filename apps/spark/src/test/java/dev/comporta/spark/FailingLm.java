package dev.comporta.spark;

import dev.comporta.cells.model.Batch;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.tasks.language.CharLm;
import dev.comporta.training.data.ChunkSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A language model whose data fail once: what a task sees if its disk is lost. */
public final class FailingLm implements Task {
  static final String NAME = "failing-lm";

  private static final Set<Integer> SINCE = new ConcurrentSkipListSet<>();
  private static final AtomicInteger SCORES = new AtomicInteger();
  private static volatile int failing = -1;
  private static volatile @Nullable Path folder;

  private final Task model = new CharLm();

  /** The chunk that cannot be read when it is next asked for. */
  static void failAt(int chunk) {
    SINCE.clear();
    SCORES.set(0);
    failing = chunk;
  }

  /** The chunks that were read since one could not be; empty if all could. */
  static Set<Integer> readSince() {
    return failing < 0 ? SINCE : Set.of();
  }

  /** How often a model was scored. */
  static int scores() {
    return SCORES.get();
  }

  /** The folder of the trainer that opened the data last. */
  static @Nullable Path folder() {
    return folder;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return model.description();
  }

  @Override
  public Options options() {
    return model.options();
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    folder = Objects.requireNonNull(settings.get(TrainingOptions.OUT).getParent());
    Experiment whole = model.open(settings, context);
    return new Experiment(
        whole.data(),
        whole.recipe(),
        new Failing(whole.training()),
        whole.validation(),
        whole.size(),
        model -> {
          SCORES.incrementAndGet();
          return whole.test().apply(model);
        });
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return model.stepSize(settings);
  }

  @Override
  public Evaluator evaluator() {
    return model.evaluator();
  }

  @Override
  public List<Ability> abilities() {
    return model.abilities();
  }

  private record Failing(ChunkSource source) implements ChunkSource {
    @Override
    public int rows() {
      return source.rows();
    }

    @Override
    public int chunks() {
      return source.chunks();
    }

    @Override
    public int parts() {
      return source.parts();
    }

    @Override
    public Batch batch(int epoch, int index) {
      if (index == failing) {
        SINCE.clear();
        failing = -1;
        throw new IllegalStateException("the disk is gone");
      }
      SINCE.add(index);
      return source.batch(epoch, index);
    }

    @Override
    public boolean continues(int index) {
      return source.continues(index);
    }

    @Override
    public @Nullable Batch advance(int epoch, int index) {
      return source.advance(epoch, index);
    }
  }
}
