package dev.comporta.tasks.captions;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.Captioner;
import dev.comporta.tasks.captions.Photos.Photo;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.LengthBuckets;
import dev.comporta.training.data.PairExamples;
import dev.comporta.training.text.WordVocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Batches of photos, each with one of its captions; captions of similar length share a batch. */
final class PhotoExamples implements ChunkSource {
  /** Batches whose captions are sorted by length together. */
  private static final int POOL = 20;

  private final List<Example> examples = new ArrayList<>();
  private final WordVocabulary vocabulary;
  private final int rows;
  private final int features;
  private final LengthBuckets buckets;
  private final float[] pictures; // [1, B, 3 * side * side]

  /** A photo with one of its captions. */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  private record Example(Photo photo, int[] caption) {}

  PhotoExamples(Photos photos, WordVocabulary vocabulary, int batch, RandomSource random) {
    this.vocabulary = vocabulary;
    for (Photo photo : photos.photos()) {
      for (String caption : photo.captions()) {
        examples.add(new Example(photo, vocabulary.sentence(caption)));
      }
    }
    this.rows = Math.min(batch, examples.size());
    this.features = photos.photos().getFirst().pixels().length;
    this.buckets =
        new LengthBuckets(
            examples.stream().mapToInt(it -> it.caption().length).toArray(), rows, POOL, random);
    this.pictures = new float[Math.multiplyExact(rows, features)];
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int chunks() {
    return buckets.batches();
  }

  @Override
  public Batch batch(int epoch, int index) {
    Arrays.fill(pictures, 0);
    List<int[]> captions = new ArrayList<>();
    for (int member : buckets.batch(epoch, index)) {
      examples.get(member).photo().put(pictures, captions.size() * features);
      captions.add(examples.get(member).caption());
    }
    Captioner.toInput(pictures);
    return PairExamples.targets(captions, vocabulary.end(), rows)
        .source(Batch.ofValues(1, rows, features, pictures, null));
  }

  @Override
  public boolean continues(int index) {
    return false;
  }
}
