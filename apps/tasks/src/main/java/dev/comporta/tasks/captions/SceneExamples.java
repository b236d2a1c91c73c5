package dev.comporta.tasks.captions;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.Captioner;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.PairExamples;
import dev.comporta.training.text.WordVocabulary;
import java.util.ArrayList;
import java.util.List;

/**
 * Batches of scenes with a caption of each, drawn on demand. A batch is a pure function of the
 * stream, its epoch and its index: every epoch has new scenes.
 */
final class SceneExamples implements ChunkSource {
  private final RandomSource random;
  private final Scene.Share share;
  private final WordVocabulary vocabulary;
  private final int rows;
  private final int chunks;
  private final float[] pictures; // [1, B, 3 * side * side]

  /**
   * Data of one share.
   *
   * @param vocabulary of the captions
   * @param rows B
   * @param chunks batches of an epoch
   */
  SceneExamples(
      RandomSource random, Scene.Share share, WordVocabulary vocabulary, int rows, int chunks) {
    this.random = random;
    this.share = share;
    this.vocabulary = vocabulary;
    this.rows = rows;
    this.chunks = chunks;
    this.pictures = new float[Math.multiplyExact(rows, FEATURES)];
  }

  static final int FEATURES = Captioner.CHANNELS * Scene.SIDE * Scene.SIDE;

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
    RandomSource batch = random.stream(epoch).stream(index);
    List<int[]> captions = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      RandomSource example = batch.stream(row);
      Scene scene = SceneLayout.of(share, example.stream("scene"));
      Pictures.put(scene.picture(Scene.SIDE), pictures, row * FEATURES);
      captions.add(vocabulary.sentence(Grammar.say(scene, new Draws(example.stream("caption")))));
    }
    Captioner.toInput(pictures);
    return PairExamples.targets(captions, vocabulary.end(), rows)
        .source(Batch.ofValues(1, rows, FEATURES, pictures, null));
  }
}
