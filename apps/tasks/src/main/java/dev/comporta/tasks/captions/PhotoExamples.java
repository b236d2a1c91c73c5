package dev.comporta.tasks.captions;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.Captioner;
import dev.comporta.tasks.captions.Photos.Photo;
import dev.comporta.training.data.BucketedSource;
import dev.comporta.training.data.PairExamples;
import dev.comporta.training.text.WordVocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Batches of photos, each with one of its captions; captions of similar length share a batch. */
final class PhotoExamples extends BucketedSource {
  /** Batches whose captions are sorted by length together. */
  private static final int POOL = 20;

  private final List<Example> examples;
  private final WordVocabulary vocabulary;
  private final int features;
  private final float[] pictures; // [1, B, 3 * side * side]

  /** A photo with one of its captions. */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  private record Example(Photo photo, int[] caption) {}

  static PhotoExamples of(
      Photos photos, WordVocabulary vocabulary, int batch, RandomSource random) {
    List<Example> examples = new ArrayList<>();
    for (Photo photo : photos.photos()) {
      for (String caption : photo.captions()) {
        examples.add(new Example(photo, vocabulary.sentence(caption)));
      }
    }
    return new PhotoExamples(examples, vocabulary, Math.min(batch, examples.size()), random);
  }

  private PhotoExamples(
      List<Example> examples, WordVocabulary vocabulary, int batch, RandomSource random) {
    super(examples.stream().mapToInt(it -> it.caption().length).toArray(), batch, POOL, random);
    this.examples = List.copyOf(examples);
    this.vocabulary = vocabulary;
    this.features = examples.getFirst().photo().pixels().length;
    this.pictures = new float[Math.multiplyExact(batch, features)];
  }

  @Override
  protected Batch batch(int[] members, int epoch, int index) {
    Arrays.fill(pictures, 0);
    List<int[]> captions = new ArrayList<>();
    for (int member : members) {
      examples.get(member).photo().put(pictures, captions.size() * features);
      captions.add(examples.get(member).caption());
    }
    Captioner.toInput(pictures);
    return PairExamples.targets(captions, vocabulary.end(), rows())
        .source(Batch.ofValues(1, rows(), features, pictures, null));
  }
}
