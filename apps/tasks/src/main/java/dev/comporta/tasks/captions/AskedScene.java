package dev.comporta.tasks.captions;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tasks.captions.Scene.Share;
import java.util.List;
import java.util.stream.Stream;

/**
 * A scene with a question about it and the answer.
 *
 * @param scene what is seen
 * @param question about it
 * @param answer the right one
 */
record AskedScene(Scene scene, SceneQuestion question, String answer) {
  private static final List<List<SceneQuestion>> QUESTIONS = SceneQuestion.all();
  private static final int YES_NO = 3; // the last two forms are one kind

  /** Scenes that are tried for an answer before another question is asked. */
  private static final int TRIES = 1000;

  /** A question at random of this share; the same stream gives the same. */
  static AskedScene of(Share share, RandomSource random) {
    Draws draws = new Draws(random);
    while (true) {
      int form = draws.below(YES_NO + 1);
      SceneQuestion question =
          draws.of(QUESTIONS.get(form == YES_NO ? YES_NO + draws.below(2) : form));
      String answer = draws.of(question.answers());
      for (int tries = 0; tries < TRIES; tries++) {
        List<Figure> figures = question.figures(answer, draws);
        Scene scene = share(figures) == share ? SceneLayout.of(figures, draws) : null;
        if (scene != null && question.answer(scene).equals(answer)) {
          return new AskedScene(scene, question, answer);
        }
      }
    }
  }

  /**
   * What a scene may be used for. Every pair of figures, and every figure alone, belongs to one
   * share by a hash of what it is, wherever the figures are: so all answers of a question have
   * scenes of the same shares. Training has seen none of the test's pairs.
   */
  static Share share(List<Figure> figures) {
    if (figures.size() == 1) {
      return Scene.share("alone: " + figures.getFirst());
    }
    Share share = Share.TRAINING;
    for (int i = 0; i < figures.size(); i++) {
      for (int j = 0; j < i; j++) {
        List<Figure> pair = Stream.of(figures.get(i), figures.get(j)).sorted().toList();
        Share of = Scene.share("together: " + pair);
        share = of.compareTo(share) > 0 ? of : share;
      }
    }
    return share;
  }
}
