package dev.comporta.attention.decoding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A model that depends on all previous tokens: probabilities are derived from a hash of the
 * sequence's seed and the tokens so far.
 */
final class HashModel implements NextTokens {
  static final int BEGIN = 0;
  static final int END = 1;
  static final int V = 5;
  static final int S = 3;

  private final long[] seeds;
  private final int[] positions;
  private final int most;
  private List<List<Integer>> prefixes = new ArrayList<>();
  private List<Long> owners = new ArrayList<>();

  HashModel(long... seeds) {
    this(seeds, LongStream.of(seeds).mapToInt(_ -> S).toArray());
  }

  /** With memories of different lengths. */
  HashModel(long[] seeds, int[] positions) {
    this.seeds = seeds;
    this.positions = positions;
    this.most = IntStream.of(positions).max().orElse(0);
    for (long seed : seeds) {
      prefixes.add(List.of());
      owners.add(seed);
    }
  }

  @Override
  public int sequences() {
    return seeds.length;
  }

  @Override
  public int vocabulary() {
    return V;
  }

  @Override
  public int positions() {
    return most;
  }

  @Override
  public int positions(int sequence) {
    return positions[sequence];
  }

  @Override
  public void next(int rows, int[] parents, int[] tokens, float[] logs, float[] attention) {
    List<List<Integer>> nextPrefixes = new ArrayList<>();
    List<Long> nextOwners = new ArrayList<>();
    Arrays.fill(attention, 0);
    for (int r = 0; r < rows; r++) {
      List<Integer> prefix = new ArrayList<>(prefixes.get(parents[r]));
      prefix.add(tokens[r]);
      long owner = owners.get(parents[r]);
      nextPrefixes.add(prefix);
      nextOwners.add(owner);
      System.arraycopy(logs(owner, prefix), 0, logs, r * V, V);
      int own = positions[indexOf(owner)];
      attention[r * most + prefix.size() % own] = 1;
    }
    prefixes = nextPrefixes;
    owners = nextOwners;
  }

  private int indexOf(long seed) {
    return LongStream.of(seeds).boxed().toList().indexOf(seed);
  }

  static float[] logs(long seed, List<Integer> prefix) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + prefix.hashCode());
    double[] weights = random.doubles(V).map(u -> Math.exp(3 * u)).toArray();
    weights[BEGIN] = 0;
    double sum = Arrays.stream(weights).sum();
    float[] logs = new float[V];
    for (int v = 0; v < V; v++) {
      logs[v] = (float) Math.log(weights[v] / sum);
    }
    return logs;
  }
}
