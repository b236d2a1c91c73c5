package dev.comporta.tasks.captions;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tasks.captions.Scene.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
  private static final List<Integer> FURTHER = List.of(0, 1, 2, 2, 3, 4);

  /** Scenes that are tried for an answer before another question is asked. */
  private static final int TRIES = 1000;

  /** A question at random of this share; the same stream gives the same. */
  static AskedScene of(Share share, RandomSource random) {
    Draws draws = new Draws(random);
    while (true) {
      SceneQuestion question = draws.of(QUESTIONS.get(form(draws)));
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
   * This question, and further ones at random about the same scene. Of each form, all answers that
   * the scene has are equally likely.
   *
   * @param count how many questions together
   */
  List<AskedScene> withMore(int count, RandomSource random) {
    List<AskedScene> all = new ArrayList<>(List.of(this));
    if (count == 1) {
      return all;
    }
    Draws draws = new Draws(random);
    List<Map<String, List<SceneQuestion>>> byAnswer =
        QUESTIONS.stream().map(this::byAnswer).toList();
    while (all.size() < count) {
      Map<String, List<SceneQuestion>> known = byAnswer.get(further(draws));
      if (!known.isEmpty()) {
        Map.Entry<String, List<SceneQuestion>> drawn = draws.of(List.copyOf(known.entrySet()));
        List<SceneQuestion> some = drawn.getValue();
        List<SceneQuestion> close = some.stream().filter(it -> it.isClose(scene)).toList();
        boolean chosen = !close.isEmpty() && draws.below(2) == 0;
        all.add(new AskedScene(scene, draws.of(chosen ? close : some), drawn.getKey()));
      }
    }
    return all;
  }

  /** The questions of a form that can be asked about this scene, by their answers. */
  private Map<String, List<SceneQuestion>> byAnswer(List<SceneQuestion> form) {
    return form.stream()
        .filter(it -> it.isAskable(scene))
        .collect(
            Collectors.groupingBy(
                it -> it.answer(scene), TreeMap::new, Collectors.toCollection(ArrayList::new)));
  }

  private static int form(Draws draws) {
    int form = draws.below(YES_NO + 1);
    return form == YES_NO ? YES_NO + draws.below(2) : form;
  }

  /** The form of a further question: relations, also with yes or no, are the hardest. */
  private static int further(Draws draws) {
    return FURTHER.get(draws.below(FURTHER.size()));
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
