package dev.comporta.training.text;

import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * The n-gram baseline of language models: interpolated Witten-Bell smoothing (method C) over
 * contexts of 0 to {@code order} characters (Witten and Bell 1991, "The zero-frequency problem";
 * Chen and Goodman 1999, equation 17).
 *
 * <p>Let {@code n(h)} be the number of occurrences of context h, {@code t(h)} the number of
 * distinct characters that followed it, and {@code h'} the context without its oldest character:
 *
 * <pre>{@code
 * P(x | h) = (count(h x) + t(h) P(x | h')) / (n(h) + t(h))
 * }</pre>
 *
 * A context that never occurred backs off to {@code P(x | h')}, and the empty context is
 * interpolated with the uniform distribution over the vocabulary.
 *
 * <p>Contexts are nodes of a tree: the root is the empty context, and a child adds one older
 * character in front. One table maps (node, older character) to a node, another maps (node, next
 * character) to a count. Three million characters take seconds and less than 200 MB of RAM.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class WittenBellModel {
  private static final int ROOT = 0;
  private static final int NONE = -1;

  private final int order;
  private final int vocabulary;
  private final CountTable children = new CountTable();
  private final CountTable counts = new CountTable();
  private int[] followers = new int[1024]; // n(h) of each node
  private int[] kinds = new int[1024]; // t(h) of each node
  private int nodes = 1;

  private WittenBellModel(int order, int vocabulary) {
    this.order = order;
    this.vocabulary = vocabulary;
  }

  /**
   * Counts a text.
   *
   * @param ids the training text
   * @param vocabulary V, the vocabulary size
   * @param order the length of the longest context, 0 or more
   * @return the model
   */
  public static WittenBellModel train(int[] ids, int vocabulary, int order) {
    if (order < 0) {
      throw new IllegalArgumentException(
          "[witten-bell] expected an order of 0 or more but got " + order);
    }
    WittenBellModel model = new WittenBellModel(order, vocabulary);
    for (int position = 0; position < ids.length; position++) {
      model.count(ids, position);
    }
    return model;
  }

  private void count(int[] ids, int position) {
    int next = ids[position];
    int node = ROOT;
    for (int length = 0; ; length++) {
      followers[node]++;
      if (counts.add(key(node, next), 1) == 1) {
        kinds[node]++;
      }
      if (length == order || length == position) {
        return;
      }
      node = child(node, ids[position - 1 - length]);
    }
  }

  private int child(int node, int older) {
    long key = key(node, older);
    int known = children.get(key);
    if (known != 0) {
      return known;
    }
    if (nodes == followers.length) {
      followers = Arrays.copyOf(followers, 2 * nodes);
      kinds = Arrays.copyOf(kinds, 2 * nodes);
    }
    children.add(key, nodes);
    return nodes++;
  }

  private long key(int node, int id) {
    return (long) node * vocabulary + id;
  }

  /**
   * The probability of one id given the previous ones.
   *
   * @param ids a text
   * @param position the index of the id; the ids before it are the context
   * @return in (0, 1]
   */
  public double probability(int[] ids, int position) {
    double probability = 1.0 / vocabulary;
    int next = ids[position];
    int node = ROOT;
    for (int length = 0; node != NONE; length++) {
      double kind = kinds[node];
      if (kind == 0) { // nothing was counted here
        return probability;
      }
      int count = counts.get(key(node, next));
      probability = (count + kind * probability) / (followers[node] + kind);
      node = length == order || length == position ? NONE : known(node, ids[position - 1 - length]);
    }
    return probability;
  }

  private int known(int node, int older) {
    int child = children.get(key(node, older));
    return child == 0 ? NONE : child;
  }

  /**
   * The mean loss over a text, without its first id, as for a recurrent model.
   *
   * @param ids a held-out text
   * @return nats per id; NaN if there are fewer than two ids
   */
  public double loss(int[] ids) {
    double sum = 0;
    for (int position = 1; position < ids.length; position++) {
      sum -= Math.log(probability(ids, position));
    }
    return sum / (ids.length - 1);
  }

  /** Open addressing from non-negative long keys to positive counts; zero means absent. */
  private static final class CountTable {
    private long[] keys = new long[1 << 12]; // key + 1; zero is free
    private int[] values = new int[1 << 12];
    private int size;

    int get(long key) {
      int slot = slot(keys, key);
      return keys[slot] == 0 ? 0 : values[slot];
    }

    /** Adds to a key's value and returns the sum. */
    int add(long key, int amount) {
      int slot = slot(keys, key);
      if (keys[slot] == 0) {
        if (2 * (size + 1) > keys.length) {
          grow();
          slot = slot(keys, key);
        }
        keys[slot] = key + 1;
        size++;
      }
      values[slot] += amount;
      return values[slot];
    }

    private static int slot(long[] keys, long key) {
      long hash = key * 0x9E3779B97F4A7C15L;
      int mask = keys.length - 1;
      int slot = (int) (hash >>> 32) & mask;
      while (keys[slot] != 0 && keys[slot] != key + 1) {
        slot = (slot + 1) & mask;
      }
      return slot;
    }

    private void grow() {
      long[] oldKeys = keys;
      int[] oldValues = values;
      keys = new long[2 * oldKeys.length];
      values = new int[2 * oldKeys.length];
      for (int i = 0; i < oldKeys.length; i++) {
        if (oldKeys[i] != 0) {
          int slot = slot(keys, oldKeys[i] - 1);
          keys[slot] = oldKeys[i];
          values[slot] = oldValues[i];
        }
      }
    }
  }
}
