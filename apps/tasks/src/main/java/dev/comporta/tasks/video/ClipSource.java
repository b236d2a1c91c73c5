package dev.comporta.tasks.video;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.training.data.Shuffle;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Clips by their epoch and their number. */
interface ClipSource {
  /** The clips of an epoch, 1 or more. */
  int count();

  /** A clip, a pure function of both numbers. */
  Clip clip(int epoch, int number);

  /** Clips that are drawn as they are needed, new ones in each epoch. */
  static ClipSource drawn(int count, RandomSource random, Function<RandomSource, Clip> drawing) {
    return new ClipSource() {
      @Override
      public int count() {
        return count;
      }

      @Override
      public Clip clip(int epoch, int number) {
        return drawing.apply(random.stream(epoch).stream(number));
      }
    };
  }

  /** Clips at hand, in another order in each epoch. */
  static ClipSource of(List<Clip> clips, RandomSource random) {
    return new ClipSource() {
      private int ordered = -1;
      private int[] order = new int[0];

      @Override
      public int count() {
        return clips.size();
      }

      @Override
      public Clip clip(int epoch, int number) {
        if (ordered != epoch) {
          order = Shuffle.order(clips.size(), random.stream(epoch));
          ordered = epoch;
        }
        return clips.get(order[number]);
      }
    };
  }

  /** The first clips of the first epoch. */
  default List<Clip> first(int most) {
    return IntStream.range(0, Math.min(most, count())).mapToObj(i -> clip(0, i)).toList();
  }
}
