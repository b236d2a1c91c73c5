package dev.comporta.benchmarks.peers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How long the sentences of some batches of pairs are: 8 to 20 tokens, 13 in the mean, as those of
 * Multi30k with the token that ends a sentence, a target being at most 3 tokens shorter or longer
 * than its source. As in a training, pairs of similar length come together: a pool of 20 batches is
 * sorted by length, and the batches are taken at even distances from it. Within a batch the longest
 * source stands first, as libtorch's packed sequences want it.
 *
 * @param sources for each batch, the length of each row's source
 * @param targets for each batch, the length of each row's target
 */
public record PairLengths(List<int[]> sources, List<int[]> targets) {
  private static final int SHORTEST = 8;
  private static final int LONGEST = 20;
  private static final int APART = 3;
  private static final int POOL = 20;
  private static final long SEED = 13;

  /** Copies the lists. */
  public PairLengths {
    sources = List.copyOf(sources);
    targets = List.copyOf(targets);
  }

  /**
   * The lengths of some batches; equal arguments give equal lengths on every machine.
   *
   * @param batch B, pairs in a batch
   * @param batches how many batches, at most 20
   * @param even whether all sources of a batch get the length of its middle one
   */
  public static PairLengths of(int batch, int batches, boolean even) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<int[]> pool = new ArrayList<>();
    for (int i = 0; i < POOL * batch; i++) {
      int source = length(random);
      int target = source + random.nextInt(2 * APART + 1) - APART;
      pool.add(new int[] {source, Math.clamp(target, SHORTEST, LONGEST)});
    }
    pool.sort(Comparator.comparingInt((int[] pair) -> pair[0] + pair[1]));
    List<int[]> sources = new ArrayList<>();
    List<int[]> targets = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      int first = (2 * i + 1) * POOL / (2 * batches) * batch;
      List<int[]> members = new ArrayList<>(pool.subList(first, first + batch));
      members.sort(Comparator.comparingInt((int[] pair) -> pair[0]).reversed());
      int middle = members.get(batch / 2)[0];
      sources.add(members.stream().mapToInt(pair -> even ? middle : pair[0]).toArray());
      targets.add(members.stream().mapToInt(pair -> pair[1]).toArray());
    }
    return new PairLengths(sources, targets);
  }

  /** Skewed to the short side, as sentences are. */
  private static int length(SplittableRandom random) {
    int range = LONGEST - SHORTEST + 1;
    int low = Math.min(random.nextInt(range), random.nextInt(range));
    return SHORTEST + (low + random.nextInt(range) + 1) / 2;
  }

  /** The pairs of all batches. */
  public int pairs() {
    return sources.stream().mapToInt(batch -> batch.length).sum();
  }

  /** The source's tokens of all batches, padding not counted. */
  public int sourceTokens() {
    return sum(sources);
  }

  /** The target's tokens of all batches, padding not counted. */
  public int targetTokens() {
    return sum(targets);
  }

  /** How often a target's token looks at a source's. */
  double meetings() {
    double meetings = 0;
    for (int i = 0; i < sources.size(); i++) {
      for (int row = 0; row < sources.get(i).length; row++) {
        meetings += (double) sources.get(i)[row] * targets.get(i)[row];
      }
    }
    return meetings;
  }

  /** Sources alone, each with a target of so many tokens. */
  PairLengths withTargets(int tokens) {
    return new PairLengths(
        sources,
        sources.stream()
            .map(batch -> {
              int[] each = new int[batch.length];
              Arrays.fill(each, tokens);
              return each;
            })
            .toList());
  }

  private static int sum(List<int[]> lengths) {
    return lengths.stream().flatMapToInt(Arrays::stream).sum();
  }
}
