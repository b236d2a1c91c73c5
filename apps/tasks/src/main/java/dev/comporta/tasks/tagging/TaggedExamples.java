package dev.comporta.tasks.tagging;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.content.StoredWords;
import dev.comporta.tasks.tagging.TaggedSentences.Sentence;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.LengthBuckets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sentences as the layer {@code word-characters} reads them, padded to the longest of their batch
 * and batched by similar length. Not thread-safe.
 */
final class TaggedExamples implements ChunkSource {
  /** Sentences of so many batches are sorted by length together. */
  private static final int POOL = 20;

  private final List<int[]> ids = new ArrayList<>(); // [(1 + K) T] each
  private final List<int[]> labels = new ArrayList<>(); // [T] each
  private final int batch;
  private final LengthBuckets buckets;

  /**
   * Creates a source of batches.
   *
   * @param sentences one or more, with known tags
   * @param tags the tags by their ids
   * @param words the words that have ids
   * @param wordLength K
   * @param most the largest B
   * @param random shuffles
   */
  TaggedExamples(
      List<Sentence> sentences,
      List<String> tags,
      StoredWords words,
      int wordLength,
      int most,
      RandomSource random) {
    this.batch = Math.min(most, sentences.size());
    for (Sentence sentence : sentences) {
      ids.add(words.encode(sentence.words(), wordLength));
      labels.add(sentence.tags().stream().mapToInt(tags::indexOf).toArray());
    }
    int[] lengths = labels.stream().mapToInt(each -> each.length).toArray();
    this.buckets = new LengthBuckets(lengths, batch, POOL, random);
  }

  @Override
  public int rows() {
    return batch;
  }

  @Override
  public int chunks() {
    return buckets.batches();
  }

  @Override
  public Batch batch(int epoch, int index) {
    int[] members = buckets.batch(epoch, index);
    List<int[]> sequences = new ArrayList<>();
    int words = 0;
    for (int member : members) {
      sequences.add(ids.get(member));
      words = Math.max(words, labels.get(member).length);
    }
    int[] target = new int[words * batch];
    Arrays.fill(target, -1);
    for (int row = 0; row < members.length; row++) {
      int[] own = labels.get(members[row]);
      for (int t = 0; t < own.length; t++) {
        target[t * batch + row] = own[t];
      }
    }
    return Batch.ofSequences(sequences, batch).labels(new Ids(words, batch, target));
  }

  @Override
  public boolean continues(int index) {
    return false;
  }
}
