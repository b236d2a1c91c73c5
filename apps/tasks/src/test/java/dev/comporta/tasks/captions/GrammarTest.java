package dev.comporta.tasks.captions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.tasks.captions.Figure.Colour;
import dev.comporta.tasks.captions.Figure.Size;
import dev.comporta.tasks.captions.Scene.Thing;
import dev.comporta.tasks.captions.Statement.Field;
import dev.comporta.tasks.captions.Statement.Verdict;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.view.ShapeDrawing.Form;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of a scene is understood as what is in it, and nothing else is. */
class GrammarTest {
  /** A red circle; to its right a blue star; below the circle a green square. */
  private static final Scene THREE =
      new Scene(
          List.of(
              thing(Size.SMALL, Colour.RED, Form.CIRCLE, 0.2f, 0.2f),
              thing(Size.LARGE, Colour.BLUE, Form.STAR, 0.8f, 0.25f),
              thing(Size.LARGE, Colour.GREEN, Form.SQUARE, 0.25f, 0.75f)),
          1);

  private static Thing thing(Size size, Colour colour, Form form, float x, float y) {
    return new Thing(new Figure(size, colour, form), x, y, 0.1f, 0, colour.hue(), 1, 1);
  }

  @Test
  void whatIsSaidIsUnderstoodAndTrue() {
    CounterRandom random = new CounterRandom(5);
    Set<String> said = new HashSet<>();
    for (Scene.Share share : Scene.Share.values()) {
      for (int i = 0; i < 300; i++) {
        Scene scene = SceneLayout.of(share, random.stream(share.name()).stream(i));
        Draws draws = new Draws(random.stream("captions").stream(i));
        for (int n = 0; n < 4; n++) {
          String caption = Grammar.say(scene, draws);
          assertThat(scene.truth().verdict(caption)).as(caption).isEqualTo(Verdict.EXACT);
          said.addAll(Arrays.asList(caption.split(" ", -1)));
        }
      }
    }
    assertThat(said).as("all words are used, and no others").isEqualTo(Grammar.words());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a small red circle is left of a large blue star and above a large green square",
        "a little red disc to the left of a big blue star and over a big green box",
        "there is a large blue star right of a small red circle which is above a large green square",
        "a big green square is under a small red disc which is to the left of a large blue star",
        "a large green square below a small red circle and left of a large blue star",
      })
  void oneMeaningHasManySentences(String caption) {
    assertThat(THREE.truth().verdict(caption)).isEqualTo(Verdict.EXACT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a small red circle is right of a large blue star and above a large green square",
        "a small red circle is left of a large blue star and below a large green square",
        "a small red circle is above a large blue star and above a large green square",
        "a small red circle left of a large blue star which is below a large green square",
      })
  void aWrongRelationIsWrong(String caption) {
    assertThat(THREE.truth().verdict(caption)).isEqualTo(Verdict.WRONG_RELATION);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a small red circle is left of a large blue star",
        "a small red circle in the top left corner",
        "a large red circle is left of a large blue star and above a large green square",
        "a small orange circle is left of a large blue star and above a large green square",
        "a small red square is left of a large blue star and above a large green square",
        "a small red circle is left of a large blue star and above a small red circle",
      })
  void trueOrNotOtherFiguresAreWrong(String caption) {
    assertThat(THREE.truth().verdict(caption)).isEqualTo(Verdict.WRONG_FIGURES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a",
        "a small red circle",
        "a red small circle in the middle",
        "a small red circles in the middle",
        "small red circle in the middle",
        "there is a small red circle is left of a large blue star",
        "a small red circle is in the middle",
        "a small red circle is left of a large blue star and",
        "a small red circle is left of a large blue star above a large green square",
        "a small red circle is left of a large blue star and above a large green square and",
        "a small red circle in the middle and left of a large blue star",
        "a small red  circle in the middle",
        "a small red circle in the top",
      })
  void otherWordsAreNoSentence(String caption) {
    assertThat(Grammar.parse(caption)).isNull();
    assertThat(THREE.truth().verdict(caption)).isEqualTo(Verdict.NO_SENTENCE);
  }

  @ParameterizedTest
  @EnumSource(Field.class)
  void aFigureAloneIsInItsField(Field place) {
    float y = (place.ordinal() / 3) * 0.35f + 0.15f;
    float x = (place.ordinal() % 3) * 0.35f + 0.15f;
    Scene scene = new Scene(List.of(thing(Size.LARGE, Colour.PURPLE, Form.TRIANGLE, x, y)), 1);
    for (Field said : Field.values()) {
      for (String phrase : Grammar.phrases(said)) {
        assertThat(scene.truth().verdict("there is a big purple triangle " + phrase))
            .as(phrase)
            .isEqualTo(said == place ? Verdict.EXACT : Verdict.WRONG_RELATION);
      }
    }
  }

  @Test
  void aCaptionIsComparedWithWhatOtherCaptionsState() {
    Statement truth =
        parsed("a small red circle is left of a large blue star and above a large green square");
    assertThat(truth.verdict("a big blue star right of a little red disc and over a big green box"))
        .as("a relation that nothing contradicts")
        .isEqualTo(Verdict.EXACT);
    Statement more =
        truth.and(
            parsed("a large blue star right of a small red circle and below a large green square"));
    assertThat(more.verdict("a big blue star right of a little red disc and over a big green box"))
        .isEqualTo(Verdict.WRONG_RELATION);
    assertThat(
            truth.verdict(
                "a large green square is over a small red circle and left of a large blue star"))
        .isEqualTo(Verdict.WRONG_RELATION);
  }

  private static Statement parsed(String caption) {
    return Objects.requireNonNull(Grammar.parse(caption));
  }
}
