package dev.comporta.tasks.captions;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.tasks.captions.CaptionedImages.Captioned;
import dev.comporta.training.data.BucketedSource;
import dev.comporta.training.data.PairExamples;
import dev.comporta.training.text.WordVocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Batches of pictures or clips, each with one of its captions; captions of similar length share a
 * batch.
 */
final class CaptionedExamples extends BucketedSource {
  /** Batches whose captions are sorted by length together. */
  private static final int POOL = 20;

  private final List<Example> examples;
  private final WordVocabulary vocabulary;
  private final CaptionedImages images;
  private final int size;
  private final float[] numbers; // [B, size]

  /** An image with one of its captions. */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  private record Example(Captioned image, int[] caption) {}

  static CaptionedExamples of(
      CaptionedImages images, WordVocabulary vocabulary, int batch, RandomSource random) {
    List<Example> examples = new ArrayList<>();
    for (Captioned image : images.images()) {
      for (String caption : image.captions()) {
        examples.add(new Example(image, vocabulary.sentence(caption)));
      }
    }
    return new CaptionedExamples(
        examples, vocabulary, images, Math.min(batch, examples.size()), random);
  }

  private CaptionedExamples(
      List<Example> examples,
      WordVocabulary vocabulary,
      CaptionedImages images,
      int batch,
      RandomSource random) {
    super(examples.stream().mapToInt(it -> it.caption().length).toArray(), batch, POOL, random);
    this.examples = List.copyOf(examples);
    this.vocabulary = vocabulary;
    this.images = images;
    this.size = examples.getFirst().image().numbers().count();
    this.numbers = new float[Math.multiplyExact(batch, size)];
  }

  @Override
  protected Batch batch(int[] members, int epoch, int index) {
    Arrays.fill(numbers, 0);
    List<int[]> captions = new ArrayList<>();
    for (int member : members) {
      examples.get(member).image().numbers().put(numbers, captions.size() * size);
      captions.add(examples.get(member).caption());
    }
    return PairExamples.targets(captions, vocabulary.end(), rows())
        .source(images.source(numbers, rows()));
  }
}
