package dev.comporta.tasks.rating;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tasks.rating.RatedTexts.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * Generated opinions with a valence and an arousal from 1 to 5. Each clause has an adjective, which
 * the word before it strengthens, weakens or negates, and the last clause counts most, so that a
 * bag of words is not enough.
 */
final class Opinions {
  private static final List<String> THINGS =
      List.of("the film", "the food", "the room", "our guide", "the music", "the price");
  private static final List<String> ADJECTIVES =
      List.of("awful", "poor", "dull", "calm", "nice", "good", "thrilling", "superb");
  private static final double[] VALENCE = {-1, -0.7, -0.4, 0.3, 0.5, 0.7, 0.8, 1};
  private static final double[] AROUSAL = {0.6, 0, -0.8, -1, -0.3, 0, 1, 0.7};
  private static final List<String> DEGREES = List.of("", "very ", "rather ", "not ");
  private static final double[] STRENGTH = {0.7, 1, 0.4, -0.6};

  private Opinions() {}

  /** Generates texts. */
  static RatedTexts generate(int count, RandomSource random) {
    List<Text> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RandomSource own = random.stream("text " + i);
      int clauses = 1 + own.below(3, 0);
      StringBuilder text = new StringBuilder();
      double valence = 0;
      double arousal = 0;
      double weight = 0;
      for (int clause = 0; clause < clauses; clause++) {
        int thing = own.below(THINGS.size(), 10L + clause);
        int adjective = own.below(ADJECTIVES.size(), 20L + clause);
        int degree = own.below(DEGREES.size(), 30L + clause);
        text.append(clause == 0 ? "" : clause + 1 == clauses ? ", but " : ", ")
            .append(THINGS.get(thing))
            .append(" was ")
            .append(DEGREES.get(degree))
            .append(ADJECTIVES.get(adjective));
        double counts = clause + 1 == clauses ? 2 : 1;
        valence += counts * STRENGTH[degree] * VALENCE[adjective];
        arousal += counts * Math.abs(STRENGTH[degree]) * AROUSAL[adjective];
        weight += counts;
      }
      double[] ratings = {3 + 2 * valence / weight, 3 + 2 * arousal / weight};
      texts.add(new Text(RatedTexts.tokens(text.append(" .").toString()), ratings));
    }
    return new RatedTexts("generated opinions", texts);
  }
}
