package dev.comporta.benchmarks.peers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The sentence lengths of batches of pairs: 8 to 20 tokens with a mean of 13, as in Multi30k
 * including the end token; a target is at most 3 tokens shorter or longer than its source. As in
 * training, pairs of similar length are batched together: a pool of 20 batches is sorted by length,
 * and batches are taken from it at equal intervals. Within a batch the longest source is first, as
 * required by libtorch's packed sequences.
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
   * The lengths of batches; equal arguments give equal lengths on every machine.
   *
   * @param batch B, the number of pairs per batch
   * @param batches the number of batches, at most 20
   * @param even whether all sources of a batch have the batch's median length
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

  /** A random length, skewed to short ones, as in real text. */
  private static int length(SplittableRandom random) {
    int range = LONGEST - SHORTEST + 1;
    int low = Math.min(random.nextInt(range), random.nextInt(range));
    return SHORTEST + (low + random.nextInt(range) + 1) / 2;
  }

  /** The number of pairs in all batches. */
  public int pairs() {
    return sources.stream().mapToInt(batch -> batch.length).sum();
  }

  /** The number of source tokens in all batches, without padding. */
  public int sourceTokens() {
    return sum(sources);
  }

  /** The number of target tokens in all batches, without padding. */
  public int targetTokens() {
    return sum(targets);
  }

  /** The number of attention scores: pairs of a target token and a source token. */
  double meetings() {
    double meetings = 0;
    for (int i = 0; i < sources.size(); i++) {
      for (int row = 0; row < sources.get(i).length; row++) {
        meetings += (double) sources.get(i)[row] * targets.get(i)[row];
      }
    }
    return meetings;
  }

  /** The same sources, each with a target of the given number of tokens. */
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
