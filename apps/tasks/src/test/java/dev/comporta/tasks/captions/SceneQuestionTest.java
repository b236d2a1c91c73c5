package dev.comporta.tasks.captions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.tasks.captions.Scene.Share;
import dev.comporta.tasks.captions.Scene.Thing;
import dev.comporta.tensor.CounterRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Questions about scenes: their answers are right, and cannot be told from the questions. */
class SceneQuestionTest {
  private static List<String> words(Thing thing) {
    return List.of(thing.figure().toString().split(" "));
  }

  private static List<Thing> matching(Scene scene, String phrase) {
    List<String> wanted =
        List.of(phrase.strip().replaceFirst("^figures?$", "").replace("figures", "").split(" +"));
    return scene.things().stream()
        .filter(it -> wanted.stream().allMatch(w -> w.isEmpty() || words(it).contains(w)))
        .toList();
  }

  private static Thing only(Scene scene, String phrase) {
    List<Thing> found = matching(scene, phrase);
    assertThat(found).as(phrase).hasSize(1);
    return found.getFirst();
  }

  private static String side(Thing a, Thing b) {
    float right = a.x() - b.x();
    float down = a.y() - b.y();
    return Math.abs(right) > Math.abs(down)
        ? right > 0 ? "right" : "left"
        : down > 0 ? "below" : "above";
  }

  /** The answer from the words of the question and the scene, without the question's own code. */
  private static String answer(String question, Scene scene) {
    Matcher m = Pattern.compile("how many (.*?)s are there").matcher(question);
    if (m.matches()) {
      return Integer.toString(matching(scene, m.group(1).replace("figure", "")).size());
    }
    m = Pattern.compile("what colour is the (.*)").matcher(question);
    if (m.matches()) {
      return only(scene, m.group(1)).figure().colour().name().toLowerCase(Locale.ROOT);
    }
    m = Pattern.compile("where is the (.*) relative to the (.*)").matcher(question);
    if (m.matches()) {
      return side(only(scene, m.group(1)), only(scene, m.group(2)));
    }
    m = Pattern.compile("is there a (.*)").matcher(question);
    if (m.matches()) {
      return matching(scene, m.group(1)).isEmpty() ? "no" : "yes";
    }
    m = Pattern.compile("is the (.*) (left|right|above|below)(?: of)? the (.*)").matcher(question);
    assertThat(m.matches()).as(question).isTrue();
    String side = side(only(scene, m.group(1)), only(scene, m.group(3)));
    return side.equals(m.group(2)) ? "yes" : "no";
  }

  @ParameterizedTest
  @EnumSource
  void answersAreRight(Share share) {
    CounterRandom random = new CounterRandom(share.ordinal());
    Set<String> kinds = new HashSet<>();
    for (int i = 0; i < 400; i++) {
      AskedScene it = AskedScene.of(share, random.stream(i));
      assertThat(it.answer())
          .as(it.question().text())
          .isEqualTo(answer(it.question().text(), it.scene()))
          .isIn(it.question().answers());
      assertThat(AskedScene.share(it.scene().figures())).isEqualTo(share);
      kinds.add(it.question().kind());
    }
    assertThat(kinds).containsExactlyInAnyOrder("count", "colour", "relation", "yes/no");
  }

  /** Of each form of question, every answer is as frequent as another, whatever is asked. */
  @Test
  void noAnswerCanBeDerivedFromTheQuestion() {
    CounterRandom random = new CounterRandom(11);
    Map<String, Map<String, Integer>> counts = new HashMap<>();
    for (int i = 0; i < 12_000; i++) {
      SceneQuestion question = AskedScene.of(Share.TEST, random.stream(i)).question();
      String answer = AskedScene.of(Share.TEST, random.stream(i)).answer();
      String group =
          question.kind().equals("count") || question.kind().equals("colour")
              ? question.text()
              : question.kind() + question.text().split(" ")[1];
      counts.computeIfAbsent(group, _ -> new HashMap<>()).merge(answer, 1, Integer::sum);
    }
    counts.forEach((group, answers) -> {
      int total = answers.values().stream().mapToInt(Integer::intValue).sum();
      double share = 1.0 / answers.size();
      double deviation = Math.sqrt(total * share * (1 - share)); // of a binomial
      answers.forEach((answer, count) ->
          assertThat((double) count)
              .as("%s of %d %s", answer, total, group)
              .isBetween(total * share - 4.5 * deviation, total * share + 4.5 * deviation));
    });
    assertThat(counts).hasSize(12 + 12 + 1 + 2);
  }

  /** Further questions are about the same scene, of all kinds, and have the right answers. */
  @Test
  void moreQuestionsAreAskedAboutAScene() {
    CounterRandom random = new CounterRandom(5);
    Map<String, Integer> kinds = new HashMap<>();
    Map<String, Integer> answers = new HashMap<>();
    int close = 0;
    for (int i = 0; i < 300; i++) {
      AskedScene first = AskedScene.of(Share.TRAINING, random.stream(i));
      List<AskedScene> all = first.withMore(16, random.stream(i).stream("more"));
      assertThat(all).hasSize(16).startsWith(first);
      assertThat(first.withMore(16, random.stream(i).stream("more")))
          .as("the same stream asks the same")
          .isEqualTo(all);
      for (AskedScene it : all.subList(1, 16)) {
        String text = it.question().text();
        assertThat(it.scene()).isSameAs(first.scene());
        assertThat(it.answer()).as(text).isEqualTo(answer(text, it.scene()));
        kinds.merge(it.question().kind(), 1, Integer::sum);
        if (it.question().kind().equals("yes/no")) {
          answers.merge(it.answer(), 1, Integer::sum);
          close += it.question().isClose(it.scene()) ? 1 : 0;
        }
      }
    }
    assertThat(kinds).containsOnlyKeys("count", "colour", "relation", "yes/no");
    assertThat(kinds.values())
        .as("of 4,500: %s", kinds)
        .allSatisfy(it -> assertThat(it).isBetween(700, 1700));
    assertThat(answers.get("yes")).as("of %s", answers).isBetween(400, 800);
    assertThat(close).as("colour and form of different figures").isBetween(50, 300);
    AskedScene alone = AskedScene.of(Share.TEST, random);
    assertThat(alone.withMore(1, random)).containsExactly(alone);
  }

  @Test
  void questionsAreDifferentAndTheirScenesRepeatable() {
    Set<String> texts = new HashSet<>();
    int questions = 0;
    for (List<SceneQuestion> form : SceneQuestion.all()) {
      questions += form.size();
      form.forEach(it -> texts.add(it.text()));
    }
    assertThat(texts).hasSize(questions).hasSize(12 + 12 + 24 * 23 + 24 + 24 * 23 * 4);
    AskedScene once = AskedScene.of(Share.TRAINING, new CounterRandom(3));
    AskedScene twice = AskedScene.of(Share.TRAINING, new CounterRandom(3));
    assertThat(twice.scene()).isEqualTo(once.scene());
    assertThat(twice.question().text()).isEqualTo(once.question().text());
  }
}
