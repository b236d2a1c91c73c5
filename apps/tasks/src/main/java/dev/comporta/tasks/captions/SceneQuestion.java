package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.tasks.captions.Figure.Colour;
import dev.comporta.tasks.captions.Figure.Size;
import dev.comporta.tasks.captions.Statement.Relation;
import dev.comporta.view.ShapeDrawing.Form;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A question about a scene with one answer. Every answer that a question has occurs equally often,
 * because the answer is drawn first and the scene then; so nothing can be derived from the question
 * alone.
 */
sealed interface SceneQuestion {
  /** The most figures of a scene. */
  int MOST = 3;

  List<Figure> FIGURES = Figure.all();
  List<String> YES_OR_NO = List.of("yes", "no");

  /** The kind of question, for tables. */
  String kind();

  /** The question in words, without a question mark. */
  String text();

  /** All answers, each as likely as another. */
  List<String> answers();

  /** Figures of a scene that may have this answer, where they are is left open. */
  List<Figure> figures(String answer, Draws draws);

  /** Whether a scene has the figures that the question speaks of, each once. */
  default boolean isAskable(Scene scene) {
    return true;
  }

  /** Whether the answer is no although a scene has all properties that the question asks for. */
  default boolean isClose(Scene scene) {
    return false;
  }

  /** The right answer for a scene that has the figures that the question speaks of. */
  String answer(Scene scene);

  /** All questions of each of the five forms. */
  static List<List<SceneQuestion>> all() {
    List<SceneQuestion> counts = new ArrayList<>();
    List<SceneQuestion> colours = new ArrayList<>();
    List<SceneQuestion> relations = new ArrayList<>();
    List<SceneQuestion> existences = new ArrayList<>();
    List<SceneQuestion> statements = new ArrayList<>();
    for (Size size : Size.values()) {
      counts.add(new Count(word(size) + " figures", it -> it.size() == size));
    }
    for (Colour colour : Colour.values()) {
      counts.add(new Count(word(colour) + " figures", it -> it.colour() == colour));
    }
    List<Named> named = new ArrayList<>();
    for (Form form : Form.values()) {
      counts.add(new Count(word(form) + "s", it -> it.form() == form));
      colours.add(new ColourOf(null, form));
      Arrays.stream(Size.values()).forEach(size -> colours.add(new ColourOf(size, form)));
      Arrays.stream(Colour.values()).forEach(colour -> named.add(new Named(colour, form)));
    }
    for (Named first : named) {
      existences.add(new Existence(first));
      for (Named second : named) {
        if (!first.equals(second)) {
          relations.add(new Where(first, second));
          for (Relation relation : Relation.values()) {
            statements.add(new IsThere(new Where(first, second), relation));
          }
        }
      }
    }
    return List.of(counts, colours, relations, existences, statements);
  }

  /** A figure of a colour and a form, of either size. */
  record Named(Colour colour, Form form) {
    boolean is(Figure figure) {
      return figure.colour() == colour && figure.form() == form;
    }

    String text() {
      return word(colour) + " " + word(form);
    }
  }

  /** How many figures have a property. */
  record Count(String plural, Predicate<Figure> property) implements SceneQuestion {
    @Override
    public String kind() {
      return "count";
    }

    @Override
    public String text() {
      return formatted("how many %s are there", plural);
    }

    @Override
    public List<String> answers() {
      return List.of("0", "1", "2", "3");
    }

    @Override
    public List<Figure> figures(String answer, Draws draws) {
      int count = Integer.parseInt(answer);
      List<Figure> figures = new ArrayList<>();
      add(figures, count, property, draws);
      int least = count == 0 ? 1 : 0;
      add(figures, least + draws.below(MOST - count - least + 1), property.negate(), draws);
      return figures;
    }

    @Override
    public String answer(Scene scene) {
      return Long.toString(scene.figures().stream().filter(property).count());
    }
  }

  /** Of which colour the one figure of a form is, or the one of a size and a form. */
  record ColourOf(@Nullable Size size, Form form) implements SceneQuestion {
    private boolean is(Figure figure) {
      return figure.form() == form && (size == null || figure.size() == size);
    }

    @Override
    public String kind() {
      return "colour";
    }

    @Override
    public String text() {
      return formatted("what colour is the %s%s", size == null ? "" : word(size) + " ", word(form));
    }

    @Override
    public List<String> answers() {
      return Arrays.stream(Colour.values()).map(SceneQuestion::word).toList();
    }

    @Override
    public List<Figure> figures(String answer, Draws draws) {
      List<Figure> figures = new ArrayList<>();
      add(figures, 1, it -> is(it) && word(it.colour()).equals(answer), draws);
      add(figures, draws.below(MOST), it -> !is(it), draws);
      return figures;
    }

    @Override
    public boolean isAskable(Scene scene) {
      return hasOne(scene, this::is);
    }

    @Override
    public String answer(Scene scene) {
      return word(scene.figures().get(only(scene, this::is)).colour());
    }
  }

  /** Where a figure is, seen from another. */
  record Where(Named figure, Named from) implements SceneQuestion {
    @Override
    public String kind() {
      return "relation";
    }

    @Override
    public String text() {
      return formatted("where is the %s relative to the %s", figure.text(), from.text());
    }

    @Override
    public List<String> answers() {
      return Arrays.stream(Relation.values()).map(SceneQuestion::word).toList();
    }

    @Override
    public List<Figure> figures(String answer, Draws draws) {
      List<Figure> figures = new ArrayList<>();
      add(figures, 1, figure::is, draws);
      add(figures, 1, from::is, draws);
      add(figures, draws.below(MOST - 1), it -> !figure.is(it) && !from.is(it), draws);
      return figures;
    }

    @Override
    public boolean isAskable(Scene scene) {
      return hasOne(scene, figure::is) && hasOne(scene, from::is);
    }

    @Override
    public String answer(Scene scene) {
      return word(relation(scene));
    }

    Relation relation(Scene scene) {
      return scene.relation(only(scene, figure::is), only(scene, from::is));
    }
  }

  /** Whether there is a figure of a colour and a form. */
  record Existence(Named figure) implements SceneQuestion {
    @Override
    public String kind() {
      return "yes/no";
    }

    @Override
    public String text() {
      return "is there a " + figure.text();
    }

    @Override
    public List<String> answers() {
      return YES_OR_NO;
    }

    @Override
    public List<Figure> figures(String answer, Draws draws) {
      List<Figure> figures = new ArrayList<>();
      int others = draws.below(MOST);
      if (answer.equals("yes")) {
        add(figures, 1, figure::is, draws);
        add(figures, others, _ -> true, draws);
        return figures;
      }
      if (others > 0 && draws.below(2) == 0) { // its colour and its form, of different figures
        add(figures, 1, it -> it.colour() == figure.colour() && !figure.is(it), draws);
        add(figures, 1, it -> it.form() == figure.form() && !figure.is(it), draws);
      }
      add(figures, others + 1 - figures.size(), it -> !figure.is(it), draws);
      return figures;
    }

    @Override
    public boolean isClose(Scene scene) {
      List<Figure> figures = scene.figures();
      return figures.stream().noneMatch(figure::is)
          && figures.stream().anyMatch(it -> it.colour() == figure.colour())
          && figures.stream().anyMatch(it -> it.form() == figure.form());
    }

    @Override
    public String answer(Scene scene) {
      return scene.figures().stream().anyMatch(figure::is) ? "yes" : "no";
    }
  }

  /** Whether a figure is where a statement says, seen from another. */
  record IsThere(Where where, Relation relation) implements SceneQuestion {
    @Override
    public String kind() {
      return "yes/no";
    }

    @Override
    public String text() {
      boolean of = relation == Relation.LEFT || relation == Relation.RIGHT;
      return formatted(
          "is the %s %s%s the %s",
          where.figure().text(), word(relation), of ? " of" : "", where.from().text());
    }

    @Override
    public List<String> answers() {
      return YES_OR_NO;
    }

    @Override
    public List<Figure> figures(String answer, Draws draws) {
      return where.figures(answer, draws);
    }

    @Override
    public boolean isAskable(Scene scene) {
      return where.isAskable(scene);
    }

    @Override
    public String answer(Scene scene) {
      return where.relation(scene) == relation ? "yes" : "no";
    }
  }

  /** Adds so many different figures of a kind. */
  private static void add(List<Figure> figures, int count, Predicate<Figure> kind, Draws draws) {
    for (int i = 0; i < count; i++) {
      figures.add(
          draws.of(FIGURES.stream().filter(kind).filter(it -> !figures.contains(it)).toList()));
    }
  }

  private static boolean hasOne(Scene scene, Predicate<Figure> kind) {
    int found = 0;
    for (Scene.Thing thing : scene.things()) { // no stream: asked thousands of times about a scene
      found += kind.test(thing.figure()) ? 1 : 0;
    }
    return found == 1;
  }

  /** The number of the one figure of a kind. */
  private static int only(Scene scene, Predicate<Figure> kind) {
    List<Figure> figures = scene.figures();
    List<Figure> found = figures.stream().filter(kind).toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(found.size() + " figures in " + figures);
    }
    return figures.indexOf(found.getFirst());
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
