package dev.comporta.tasks.pairs;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.tasks.programs.ProgramGenerator;
import dev.comporta.tasks.programs.ProgramGenerator.Difficulty;
import dev.comporta.tasks.programs.ProgramGenerator.Use;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.PairExamples;
import dev.comporta.training.text.ParallelText.Pair;
import java.util.ArrayList;
import java.util.List;

/**
 * Batches of new programs, each as difficult as the curriculum says at that time. Several batches
 * are generated together, so that programs of similar length share one. A batch is a pure function
 * of the stream, its epoch and its index.
 */
final class ProgramExamples implements ChunkSource {
  /** Batches whose programs are sorted by length together. */
  private static final int POOL = 16;

  private final Curriculum curriculum;
  private final Difficulty goal;
  private final ProgramCodec codec;
  private final int rows;
  private final int chunks;
  private final long updates;
  private final RandomSource random;
  private PairExamples pool;
  private long pooled = -1; // the number of the first batch of the pool

  /**
   * Data for training.
   *
   * @param goal how difficult programs are at the end
   * @param rows B
   * @param chunks batches of an epoch
   * @param updates of the whole training, over which the curriculum extends
   */
  ProgramExamples(
      Curriculum curriculum,
      Difficulty goal,
      ProgramCodec codec,
      int rows,
      int chunks,
      long updates,
      RandomSource random) {
    this.curriculum = curriculum;
    this.goal = goal;
    this.codec = codec;
    this.rows = rows;
    this.chunks = chunks;
    this.updates = updates;
    this.random = random;
    this.pool = pool(0, 0);
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int chunks() {
    return chunks;
  }

  @Override
  public Batch batch(int epoch, int index) {
    int first = index - index % POOL;
    long number = (long) epoch * chunks + first;
    if (number != pooled) {
      pool = pool(epoch, first);
    }
    return pool.batch(0, index - first);
  }

  private PairExamples pool(int epoch, int first) {
    pooled = (long) epoch * chunks + first;
    int batches = Math.min(POOL, chunks - first);
    double done = (double) pooled / updates;
    RandomSource own = random.stream(epoch).stream(first);
    List<PairExamples.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < batches * rows; i++) {
      RandomSource example = own.stream(i);
      Difficulty difficulty = curriculum.difficulty(goal, done, example.stream("difficulty"));
      pairs.add(codec.ids(pair(difficulty, Use.TRAIN, example.stream("program"))));
    }
    return new PairExamples(pairs, codec.sides().target().end(), rows, POOL, own.stream("order"));
  }

  /** A program with what it prints. */
  static Pair pair(Difficulty difficulty, Use use, RandomSource random) {
    var known = ProgramGenerator.generate(difficulty, use, random);
    return new Pair(known.program(), known.output());
  }
}
