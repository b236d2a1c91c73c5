package dev.comporta.training.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** BLEU and chrF compared with values from sacreBLEU's tests and with manual computations. */
class TranslationMetricsTest {
  private static final List<String> ANSWERS =
      List.of("The dog bit the man.", "It wasn't surprising.", "The man had just bitten him.");
  private static final List<List<String>> REFERENCES =
      List.of(
          List.of("The dog bit the man.", "The dog had bit the man."),
          List.of("It was not unexpected.", "No one was surprised."),
          List.of("The man bit him first.", "The man had bitten the dog."));

  private static Bleu bleu(Bleu.Tokenization tokenization) {
    Bleu bleu = new Bleu(tokenization);
    for (int i = 0; i < ANSWERS.size(); i++) {
      bleu.add(ANSWERS.get(i), REFERENCES.get(i));
    }
    return bleu;
  }

  @Test
  void theExampleOfSacreBleu() {
    assertThat(bleu(Bleu.Tokenization.MTEVAL_13A).score()).isCloseTo(48.530827, within(1e-6));
    assertThat(bleu(Bleu.Tokenization.NONE).score()).isCloseTo(49.1919566, within(1e-6));
  }

  @Test
  void countsOfAnAnswerByHand() {
    Bleu bleu = new Bleu(Bleu.Tokenization.NONE);
    bleu.add("am I am a character sequence", "I am a symbol string sequence a a");
    assertThat(bleu.counts()).containsExactly(new long[] {4, 2, 1, 0}, new long[] {6, 5, 4, 3});
    // precisions 4/6, 2/5, 1/4 and, smoothed once, 1/(2*3); six tokens against eight
    double expected = 100 * Math.exp(1 - 8.0 / 6) * Math.pow(4.0 / 6 * 0.4 * 0.25 / 6, 0.25);
    assertThat(bleu.score()).isCloseTo(expected, within(1e-9));
  }

  @Test
  void anOrderWithoutMatchesIsHalvedAgainAndAgain() {
    Bleu bleu = new Bleu(Bleu.Tokenization.NONE);
    bleu.add("a b x c d", "a y b c z"); // unigrams 3 of 5; no bigrams, trigrams or 4-grams
    assertThat(bleu.precisions()).containsExactly(60, 100.0 / 8, 100.0 / 12, 100.0 / 16);
  }

  @Test
  void nothingScoresNothing() {
    Bleu empty = new Bleu(Bleu.Tokenization.MTEVAL_13A);
    assertThat(empty.score()).isZero();
    empty.add("", "a reference of five words");
    assertThat(empty.score()).isZero();
    assertThat(empty.brevityPenalty()).isZero();
    Bleu strange = new Bleu(Bleu.Tokenization.NONE);
    strange.add("this is a test", "ref1 ref2 ref3 ref4");
    assertThat(strange.score()).isZero();
  }

  @Test
  void theSameTextScoresAHundred() {
    Bleu bleu = new Bleu(Bleu.Tokenization.NONE);
    bleu.add("this is a test", "this is a test");
    assertThat(bleu.score()).isCloseTo(100, within(1e-9));
    assertThat(bleu)
        .hasToString(
            "BLEU = 100.00 100.0/100.0/100.0/100.0 (BP = 1.000 ratio = 1.000 hyp_len = 4 ref_len = 4)");
  }

  @Test
  void ofTwoLengthsAsCloseTheShorterCounts() {
    Bleu bleu = new Bleu(Bleu.Tokenization.NONE);
    bleu.add("a b c", List.of("a b c d", "a b"));
    assertThat(bleu.referenceLength()).isEqualTo(2);
    assertThatThrownBy(() -> bleu.add("a", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("[bleu] expected at least one reference for a translation but got none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Hello, world! | Hello , world !",
        "1,000.5 of them. | 1,000.5 of them .",
        "a 10-year plan | a 10 - year plan",
        "a well-known one | a well-known one",
        "&quot;yes&quot; &amp; no | \" yes \" & no",
        "it's 5% (at most) | it's 5 % ( at most )",
        "x<y>z [ok] | x < y > z [ ok ]",
      })
  void tokensOfMteval(String text, String tokens) {
    assertThat(String.join(" ", Bleu.Tokenization.MTEVAL_13A.tokens(text))).isEqualTo(tokens);
  }

  @ParameterizedTest
  @CsvSource({
    "a, a, 100",
    "'', reference, 0",
    "a b c, a b c, 100",
    "a b c, abc, 100",
    "'', c, 0",
    "aa, ab, 25",
    "abcdefg, hijklmnop, 0"
  })
  void sentencesOfSacreBleuScoreAsThere(String answer, String reference, double score) {
    ChrF chrF = new ChrF(3);
    chrF.add(answer, reference);
    assertThat(chrF.score()).isCloseTo(score, within(1e-4));
  }

  @Test
  void countsAreSummedOverTheCorpus() {
    ChrF chrF = new ChrF(3);
    chrF.add("a", "a");
    chrF.add("b", "c");
    assertThat(chrF.score()).isCloseTo(50, within(1e-9));
  }

  @Test
  void longSentencesByTheDefinition() {
    // unigrams: 5 of 6 match on both sides; bigrams 3 of 5, trigrams 2 of 4, 4-grams 1 of 3
    ChrF chrF = new ChrF();
    chrF.add("abc def", "abc dyf");
    double p = (5.0 / 6 + 3.0 / 5 + 2.0 / 4 + 1.0 / 3 + 0 + 0) / 6;
    assertThat(chrF.score()).isCloseTo(100 * p, within(1e-9));
    assertThat(chrF).hasToString(String.format(java.util.Locale.ROOT, "chrF2 = %.2f", 100 * p));
  }

  @Test
  void betaMustBePositive() {
    assertThatThrownBy(() -> new ChrF(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("[chrf] expected beta above 0 but got 0.0");
  }
}
