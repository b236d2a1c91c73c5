package dev.comporta.tasks.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Provenance;
import dev.comporta.serialization.Vocabulary;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SidesTest {
  private static final List<PairData.Pair> PAIRS =
      List.of(
          new PairData.Pair("der hund läuft", "the dog runs"),
          new PairData.Pair("der hund schläft", "the dog sleeps"));

  private static Sides learn(String tokens, boolean shared, int minimumFrequency) {
    return Sides.learn(PAIRS, new TextSettings(tokens, 40, shared, minimumFrequency, 1000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"words", "characters", "bpe"})
  void textsComeBackAndIdsTellTheirTokens(String tokens) {
    Sides sides = learn(tokens, false, 1);
    for (PairData.Pair pair : PAIRS) {
      Side side = sides.source();
      assertThat(side.text(side.tokens(pair.source()))).isEqualTo(pair.source());
      int[] ids = side.ids(pair.source());
      assertThat(ids).doesNotContain(side.unknown()).endsWith(side.end());
      for (int i = 0; i + 1 < ids.length; i++) {
        assertThat(side.token(ids[i])).isEqualTo(side.tokens(pair.source()).get(i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"words", "characters", "bpe"})
  void everyIdHasItsTokenWhateverTheWhiteSpace(String tokens) {
    Side side = learn(tokens, false, 1).source();
    for (int space : new int[] {' ', '\t', 0x1c, 0xa0, 0x2007, 0x2009, 0x2028, 0x3000}) {
      String text = "der%shund%1$släuft schläft".formatted(Character.toString(space));
      List<String> split = side.tokens(text);
      int[] ids = side.ids(text);
      assertThat(ids).as("U+%04X", space).hasSize(split.size() + 1);
      for (int i = 0; i < split.size(); i++) {
        assertThat(ids[i]).isEqualTo(side.vocabulary().id(split.get(i)));
      }
    }
    assertThat(PlainSplitting.WORDS.length("der\u3000hund\u2028läuft")).isEqualTo(3);
    assertThat(PlainSplitting.WORDS.length(" \u3000")).isZero();
  }

  @Test
  void wordsNeverSeenAreSpelledByParts() {
    Side side = learn("bpe", false, 1).source();
    assertThat(side.ids("hundläuft der")).doesNotContain(side.unknown());
    assertThat(side.text(side.tokens("Ωhund 日本"))).isEqualTo("Ωhund 日本");
    assertThat(side.ids("Ω")).contains(side.unknown());
    assertThat(side.tokens("der hund der")).startsWith("Ġder").endsWith("Ġder");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 100})
  void aNewWordOfSeenLettersHasNoUnknownPart(int minimumFrequency) {
    for (boolean shared : new boolean[] {false, true}) {
      Side side = learn("bpe", shared, minimumFrequency).source();
      for (String word : List.of("fut", "ä", "chälus", "l", "dhe rund", "hundläufchen")) {
        assertThat(side.ids(word)).as(word).doesNotContain(side.unknown());
        assertThat(side.text(side.tokens(word))).isEqualTo(word);
      }
      for (PairData.Pair pair : PAIRS) {
        assertThat(side.ids(pair.source())).doesNotContain(side.unknown());
      }
    }
  }

  @Test
  void aVocabularyTooSmallForItsBytesIsRefused() {
    TextSettings small = new TextSettings("bpe", 40, false, 1, 10);
    assertThatThrownBy(() -> Sides.learn(PAIRS, small))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "--vocabulary expected at least 16, for each byte that the sources have and two more, but got 10");
    Side side = Sides.learn(PAIRS, new TextSettings("bpe", 40, false, 1, 17)).source();
    assertThat(side.vocabulary().size()).isEqualTo(17);
    assertThat(side.ids("der hund schläft")).doesNotContain(side.unknown());
  }

  @Test
  void rarePartsAreTakenApartUntilTheyAreFrequentEnough() {
    Side side = learn("bpe", false, 2).source();
    assertThat(side.tokens("hund")).containsExactly("Ġhund");
    assertThat(side.vocabulary().tokens()).doesNotContain("Ġschläft");
    assertThat(side.text(side.tokens("schläft"))).isEqualTo("schläft");
  }

  @Test
  void picturesShowPartsInReadableCharacters() {
    Side side = learn("bpe", false, 1).source();
    Splitting splitting = side.splitting();
    assertThat(splitting.shown("Ġhund")).isEqualTo("\u2581hund");
    assertThat(splitting.shown("lÃ¤uft")).isEqualTo("läuft");
    assertThat(splitting.shown("Ã")).isEqualTo("xc3");
    assertThat(splitting.shown("<eos>")).isEqualTo("<eos>");
  }

  @Test
  void aSharedVocabularyHasTheTokensOfBothSides() {
    Sides sides = learn("words", true, 1);
    assertThat(sides.source()).isSameAs(sides.target());
    assertThat(sides.source().vocabulary().tokens()).contains("hund", "dog");
    assertThat(learn("words", false, 1).source().vocabulary().tokens()).doesNotContain("dog");
  }

  @ParameterizedTest
  @ValueSource(strings = {"words", "characters", "bpe"})
  void aModelFileHoldsWhatTheyNeed(String tokens) {
    Sides sides = learn(tokens, false, 1);
    List<Vocabulary> kept =
        Stream.of(sides.source().forFile("source"), sides.target().forFile("target"))
            .flatMap(List::stream)
            .toList();
    ModelFile file =
        new ModelFile(
            Spec.of("m"), List.of(), kept, Provenance.of("0", 1, "", "", Spec.of("t")), Map.of());
    Side source = Side.of(file, "source", "here");
    for (String text : List.of("der hund", "ein schlauer hund")) {
      assertThat(source.ids(text)).isEqualTo(sides.source().ids(text));
    }
    assertThat(source.splitting().option()).isEqualTo(tokens);
  }

  @ParameterizedTest
  @ValueSource(strings = {"words", "characters", "bpe"})
  void reservedWordsOfATextAreNoEndAndComeBack(String tokens) {
    String text = "<eos> der <unk> hund <pad> <s> </s> \u2581 \u0120 <0x0A> <eos>";
    List<PairData.Pair> pairs =
        List.of(new PairData.Pair(text, "the dog <eos>"), new PairData.Pair(text, "the dog <unk>"));
    for (boolean shared : new boolean[] {false, true}) {
      Sides sides = Sides.learn(pairs, new TextSettings(tokens, 90, shared, 1, 1000));
      for (Side side : List.of(sides.source(), sides.target())) {
        for (String any : List.of(text, "<eos>", "a<eos>b", "the dog <eos>")) {
          int[] ids = side.ids(any);
          assertThat(ids).as(any).endsWith(side.end());
          assertThat(Arrays.copyOf(ids, ids.length - 1)).as(any).doesNotContain(side.end());
          assertThat(side.text(side.tokens(any))).isEqualTo(any);
        }
      }
      if (!tokens.equals("words")) {
        assertThat(sides.source().ids(text)).doesNotContain(sides.source().unknown());
      }
    }
  }

  @Test
  void aSpaceAndTheCharacterThatStandsForItAreTwoTokens() {
    List<PairData.Pair> pairs = List.of(new PairData.Pair("a b\u2581c", "d"));
    Side side = Sides.learn(pairs, new TextSettings("characters", 40, false, 1, 1000)).source();
    assertThat(side.tokens("a b\u2581c")).containsExactly("a", "\u2581", "b", "\u2581\u2581", "c");
    assertThat(side.text(side.tokens("a b\u2581c"))).isEqualTo("a b\u2581c");
  }

  @Test
  void anEmptyVocabularyIsRefused() {
    assertThatThrownBy(() -> learn("words", false, 9))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[vocabulary] expected tokens that the sources have 9 times or more but there is none among 4; lower --minimum-frequency");
  }
}
