package dev.comporta.tasks.captions;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.Captioner;
import dev.comporta.inference.content.StoredQuestions;
import dev.comporta.training.data.ChunkSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Batches of scenes with a question about each, drawn on demand. A batch is a pure function of the
 * stream, its epoch and its index: every epoch has new scenes.
 */
final class QuestionExamples implements ChunkSource {
  private final RandomSource random;
  private final Scene.Share share;
  private final StoredQuestions questions;
  private final List<String> answers;
  private final int rows;
  private final int chunks;
  private final float[] pictures; // [1, B, 3 * side * side]

  /**
   * Data of one share.
   *
   * @param questions how they are read
   * @param answers the labels
   * @param rows B
   * @param chunks batches of an epoch
   */
  QuestionExamples(
      RandomSource random,
      Scene.Share share,
      StoredQuestions questions,
      List<String> answers,
      int rows,
      int chunks) {
    this.random = random;
    this.share = share;
    this.questions = questions;
    this.answers = List.copyOf(answers);
    this.rows = rows;
    this.chunks = chunks;
    this.pictures = new float[Math.multiplyExact(rows, SceneExamples.FEATURES)];
  }

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
    List<int[]> asked = new ArrayList<>();
    int[] labels = new int[rows];
    for (int row = 0; row < rows; row++) {
      AskedScene it = AskedScene.of(share, batch.stream(row));
      Pictures.put(it.scene().picture(Scene.SIDE), pictures, row * SceneExamples.FEATURES);
      asked.add(questions.question(it.question().text()));
      labels[row] = answers.indexOf(it.answer());
    }
    Captioner.toInput(pictures);
    return Batch.ofSequences(asked, rows)
        .source(Batch.ofValues(1, rows, SceneExamples.FEATURES, pictures, null))
        .labels(new Ids(1, rows, labels));
  }
}
