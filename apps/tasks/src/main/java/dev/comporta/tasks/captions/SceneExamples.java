package dev.comporta.tasks.captions;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.Captioner;
import dev.comporta.inference.content.StoredQuestions;
import dev.comporta.training.data.GeneratedSource;
import dev.comporta.training.data.PairExamples;
import dev.comporta.training.text.WordVocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Batches of scenes with a text about each, drawn on demand: every epoch has new scenes.
 *
 * @param <T> what belongs to a scene
 */
final class SceneExamples<T> extends GeneratedSource {
  /** The numbers of a picture. */
  static final int FEATURES = Captioner.CHANNELS * Scene.SIDE * Scene.SIDE;

  private final Function<RandomSource, Drawn<T>> drawing;
  private final Function<List<T>, Batch> targets;
  private final float[] pictures; // [1, B, 3 * side * side]

  /** A scene with its text. */
  private record Drawn<T>(Scene scene, T text) {}

  private SceneExamples(
      RandomSource random,
      int rows,
      int chunks,
      Function<RandomSource, Drawn<T>> drawing,
      Function<List<T>, Batch> targets) {
    super(random, rows, chunks);
    this.drawing = drawing;
    this.targets = targets;
    this.pictures = new float[Math.multiplyExact(rows, FEATURES)];
  }

  /**
   * Scenes of one share with a caption of each.
   *
   * @param vocabulary of the captions
   * @param rows B
   * @param chunks batches of an epoch
   */
  static SceneExamples<int[]> ofCaptions(
      RandomSource random, Scene.Share share, WordVocabulary vocabulary, int rows, int chunks) {
    return new SceneExamples<>(
        random,
        rows,
        chunks,
        own -> {
          Scene scene = SceneLayout.of(share, own.stream("scene"));
          String caption = Grammar.say(scene, new Draws(own.stream("caption")));
          return new Drawn<>(scene, vocabulary.sentence(caption));
        },
        captions -> PairExamples.targets(captions, vocabulary.end(), rows));
  }

  /**
   * Scenes of one share with a question about each.
   *
   * @param questions how they are read
   * @param answers the labels
   * @param rows B
   * @param chunks batches of an epoch
   */
  static SceneExamples<AskedScene> ofQuestions(
      RandomSource random,
      Scene.Share share,
      StoredQuestions questions,
      List<String> answers,
      int rows,
      int chunks) {
    return new SceneExamples<>(
        random,
        rows,
        chunks,
        own -> {
          AskedScene asked = AskedScene.of(share, own);
          return new Drawn<>(asked.scene(), asked);
        },
        asked ->
            Batch.ofSequences(
                    asked.stream().map(it -> questions.question(it.question().text())).toList(),
                    rows)
                .labels(
                    asked.stream().map(it -> new int[] {answers.indexOf(it.answer())}).toList()));
  }

  @Override
  protected Batch batch(RandomSource random) {
    List<T> texts = new ArrayList<>();
    for (int row = 0; row < rows(); row++) {
      Drawn<T> drawn = drawing.apply(random.stream(row));
      Pictures.put(drawn.scene().picture(Scene.SIDE), pictures, row * FEATURES);
      texts.add(drawn.text());
    }
    Captioner.toInput(pictures);
    return targets.apply(texts).source(Batch.ofValues(1, rows(), FEATURES, pictures, null));
  }
}
