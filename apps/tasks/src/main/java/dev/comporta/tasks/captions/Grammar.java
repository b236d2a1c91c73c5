package dev.comporta.tasks.captions;

import dev.comporta.tasks.captions.Figure.Colour;
import dev.comporta.tasks.captions.Figure.Size;
import dev.comporta.tasks.captions.Statement.Fact;
import dev.comporta.tasks.captions.Statement.Field;
import dev.comporta.tasks.captions.Statement.Relation;
import dev.comporta.view.ShapeDrawing.Form;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The sentences that describe scenes, said and understood.
 *
 * <pre>
 * caption  = ["there is"] figure place
 *          | ["there is"] figure relation figure more
 *          | figure "is" relation figure more
 * more     = "" | "and" relation figure | "which is" relation figure
 * figure   = "a" size colour form
 * </pre>
 *
 * <p>After "and" the first figure is spoken of, after "which is" the second. Sizes, forms,
 * relations and places have several words or phrases for one meaning. A scene of one figure is
 * described by the figure and its place, one of n by all n and n - 1 relations, whichever the
 * speaker likes: many sentences, and every true one is as good as another. Figures are told in
 * {@linkplain Figure#compareTo their order}, so that a picture, not a coin, says which comes next.
 */
final class Grammar {
  private static final String THERE_IS = "there is";
  private static final String IS = "is";
  private static final String AND = "and";
  private static final String WHICH_IS = "which is";
  private static final String A = "a";

  private static final Map<String, Size> SIZES =
      meanings(Size.values(), "small, little", "large, big");
  private static final Map<String, Colour> COLOURS =
      meanings(Colour.values(), "red", "orange", "yellow", "green", "blue", "purple");
  private static final Map<String, Form> FORMS =
      meanings(Form.values(), "circle, disc", "square, box", "triangle", "star");
  private static final Map<String, Relation> RELATIONS =
      meanings(
          Relation.values(),
          "left of, to the left of",
          "right of, to the right of",
          "above, over",
          "below, under");
  private static final Map<String, Field> PLACES =
      meanings(
          Field.values(),
          "in the top left corner, in the upper left corner",
          "at the top",
          "in the top right corner, in the upper right corner",
          "on the left",
          "in the middle, in the centre",
          "on the right",
          "in the bottom left corner, in the lower left corner",
          "at the bottom",
          "in the bottom right corner, in the lower right corner");

  private Grammar() {}

  /** The meanings of phrases; commas separate phrases of one meaning. */
  private static <T> Map<String, T> meanings(T[] values, String... phrases) {
    Map<String, T> meanings = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      for (String phrase : phrases[i].split(", ", -1)) {
        meanings.put(phrase, values[i]);
      }
    }
    return meanings;
  }

  /** The phrases that mean it, in order. */
  static List<String> phrases(Field place) {
    return phrases(PLACES, place);
  }

  private static <T> List<String> phrases(Map<String, T> meanings, T value) {
    return meanings.entrySet().stream()
        .filter(meaning -> meaning.getValue().equals(value))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** A figure without its size, as in "a red circle" and "an orange star". */
  static String name(Figure figure) {
    return String.join(
        " ",
        figure.colour() == Colour.ORANGE ? "an" : A,
        phrases(COLOURS, figure.colour()).getFirst(),
        phrases(FORMS, figure.form()).getFirst());
  }

  /** The first of the phrases that mean it. */
  static String phrase(Relation relation) {
    return phrases(RELATIONS, relation).getFirst();
  }

  /** All words of all sentences, each once. */
  static Set<String> words() {
    Set<String> words = new LinkedHashSet<>();
    List<Collection<String>> phrases =
        List.of(
            List.of(A, THERE_IS, AND, WHICH_IS),
            SIZES.keySet(),
            COLOURS.keySet(),
            FORMS.keySet(),
            RELATIONS.keySet(),
            PLACES.keySet());
    phrases.forEach(
        group -> group.forEach(phrase -> words.addAll(Arrays.asList(phrase.split(" ", -1)))));
    return words;
  }

  /** One of the sentences that describe a scene. */
  static String say(Scene scene, Draws draws) {
    List<Figure> figures = scene.figures();
    List<Integer> order =
        IntStream.range(0, figures.size())
            .boxed()
            .sorted(Comparator.comparing(figures::get))
            .toList();
    List<String> parts = new ArrayList<>();
    int opening = draws.below(order.size() == 1 ? 2 : 3);
    if (opening == 1) {
      parts.add(THERE_IS);
    }
    int first = order.getFirst();
    parts.add(figure(scene, first, draws));
    if (order.size() == 1) {
      parts.add(draws.of(phrases(PLACES, scene.place(first))));
      return String.join(" ", parts);
    }
    if (opening == 2) {
      parts.add(IS);
    }
    int second = order.get(1);
    parts.add(draws.of(phrases(RELATIONS, scene.relation(first, second))));
    parts.add(figure(scene, second, draws));
    if (order.size() > 2) {
      boolean ofFirst = draws.below(2) == 0;
      parts.add(ofFirst ? AND : WHICH_IS);
      int third = order.get(2);
      parts.add(draws.of(phrases(RELATIONS, scene.relation(ofFirst ? first : second, third))));
      parts.add(figure(scene, third, draws));
    }
    return String.join(" ", parts);
  }

  private static String figure(Scene scene, int thing, Draws draws) {
    Figure figure = scene.things().get(thing).figure();
    return String.join(
        " ",
        A,
        draws.of(phrases(SIZES, figure.size())),
        phrases(COLOURS, figure.colour()).getFirst(),
        draws.of(phrases(FORMS, figure.form())));
  }

  /** What a sentence says; null if it is none of these sentences. */
  static @Nullable Statement parse(String caption) {
    Reading reading = new Reading(caption);
    boolean there = reading.take(THERE_IS);
    List<Figure> figures = new ArrayList<>();
    if (!reading.figure(figures)) {
      return null;
    }
    Field place = reading.one(PLACES);
    List<Fact> facts = new ArrayList<>();
    if (place == null) {
      if (!there) {
        reading.take(IS);
      }
      if (!reading.fact(0, figures, facts)) {
        return null;
      }
      if (reading.more()) {
        int subject = reading.take(AND) ? 0 : reading.take(WHICH_IS) ? 1 : -1;
        if (subject < 0 || !reading.fact(subject, figures, facts)) {
          return null;
        }
      }
    }
    return reading.more() ? null : new Statement(figures, place, facts);
  }

  /** A sentence and how far it was understood. */
  private static final class Reading {
    private final String words; // a space after each
    private int at;

    Reading(String caption) {
      words = caption + " ";
    }

    boolean more() {
      return at < words.length();
    }

    boolean take(String phrase) {
      boolean taken = words.startsWith(phrase + " ", at);
      at += taken ? phrase.length() + 1 : 0;
      return taken;
    }

    <T> @Nullable T one(Map<String, T> meanings) {
      for (Map.Entry<String, T> meaning : meanings.entrySet()) {
        if (take(meaning.getKey())) {
          return meaning.getValue();
        }
      }
      return null;
    }

    boolean figure(List<Figure> figures) {
      boolean article = take(A);
      Size size = one(SIZES);
      Colour colour = one(COLOURS);
      Form form = one(FORMS);
      if (!article || size == null || colour == null || form == null) {
        return false;
      }
      return figures.add(new Figure(size, colour, form));
    }

    boolean fact(int subject, List<Figure> figures, List<Fact> facts) {
      Relation relation = one(RELATIONS);
      return relation != null
          && figure(figures)
          && facts.add(new Fact(figures.get(subject), relation, figures.getLast()));
    }
  }
}
