package dev.comporta.training.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextCodecTest {
  private static final List<String> TEXTS = List.of("der hund läuft", "der hund schläft");

  private static TextCodec learn(String tokens, int minimumFrequency) {
    return learn(TEXTS, tokens, 40, minimumFrequency, 1000);
  }

  private static TextCodec learn(
      List<String> texts, String tokens, int merges, int minimumFrequency, int vocabulary) {
    TextCodec.Rules rules = new TextCodec.Rules(tokens, merges, minimumFrequency, vocabulary);
    return TextCodec.learn(texts, rules, "sources");
  }

  @ParameterizedTest
  @ValueSource(strings = {"words", "characters", "bpe"})
  void textsComeBackAndIdsTellTheirTokens(String tokens) {
    TextCodec codec = learn(tokens, 1);
    for (String text : TEXTS) {
      assertThat(codec.text(codec.tokens(text))).isEqualTo(text);
      int[] ids = codec.ids(text);
      assertThat(ids).doesNotContain(codec.unknown()).endsWith(codec.end());
      for (int i = 0; i + 1 < ids.length; i++) {
        assertThat(codec.token(ids[i])).isEqualTo(codec.tokens(text).get(i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"words", "characters", "bpe"})
  void everyIdHasItsTokenWhateverTheWhiteSpace(String tokens) {
    TextCodec codec = learn(tokens, 1);
    for (int space : new int[] {' ', '\t', 0x1c, 0xa0, 0x2007, 0x2009, 0x2028, 0x3000}) {
      String text = "der%shund%1$släuft schläft".formatted(Character.toString(space));
      List<String> split = codec.tokens(text);
      int[] ids = codec.ids(text);
      assertThat(ids).as("U+%04X", space).hasSize(split.size() + 1);
      for (int i = 0; i < split.size(); i++) {
        assertThat(ids[i]).isEqualTo(codec.vocabulary().id(split.get(i)));
      }
    }
    assertThat(PlainSplitting.WORDS.length("der\u3000hund\u2028läuft")).isEqualTo(3);
    assertThat(PlainSplitting.WORDS.length(" \u3000")).isZero();
  }

  @Test
  void wordsNeverSeenAreSpelledByParts() {
    TextCodec codec = learn("bpe", 1);
    assertThat(codec.ids("hundläuft der")).doesNotContain(codec.unknown());
    assertThat(codec.text(codec.tokens("Ωhund 日本"))).isEqualTo("Ωhund 日本");
    assertThat(codec.ids("Ω")).contains(codec.unknown());
    assertThat(codec.tokens("der hund der")).startsWith("Ġder").endsWith("Ġder");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 100})
  void aNewWordOfSeenLettersHasNoUnknownPart(int minimumFrequency) {
    TextCodec codec = learn("bpe", minimumFrequency);
    for (String word : List.of("fut", "ä", "chälus", "l", "dhe rund", "hundläufchen")) {
      assertThat(codec.ids(word)).as(word).doesNotContain(codec.unknown());
      assertThat(codec.text(codec.tokens(word))).isEqualTo(word);
    }
    for (String text : TEXTS) {
      assertThat(codec.ids(text)).doesNotContain(codec.unknown());
    }
  }

  @Test
  void aVocabularyTooSmallForItsBytesIsRefused() {
    assertThatThrownBy(() -> learn(TEXTS, "bpe", 40, 1, 10))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "--vocabulary expected at least 16, for each byte that the sources have and two more, but got 10");
    TextCodec codec = learn(TEXTS, "bpe", 40, 1, 17);
    assertThat(codec.vocabulary().size()).isEqualTo(17);
    assertThat(codec.ids("der hund schläft")).doesNotContain(codec.unknown());
  }

  @Test
  void rarePartsAreTakenApartUntilTheyAreFrequentEnough() {
    TextCodec codec = learn("bpe", 2);
    assertThat(codec.tokens("hund")).containsExactly("Ġhund");
    assertThat(codec.vocabulary().tokens()).doesNotContain("Ġschläft");
    assertThat(codec.text(codec.tokens("schläft"))).isEqualTo("schläft");
  }

  @Test
  void picturesShowPartsInReadableCharacters() {
    TextCodec codec = learn("bpe", 1);
    Splitting splitting = codec.splitting();
    assertThat(splitting.shown("Ġhund")).isEqualTo("\u00b7hund");
    assertThat(splitting.shown("lÃ¤uft")).isEqualTo("läuft");
    assertThat(splitting.shown("Ã")).isEqualTo("xc3");
    assertThat(splitting.shown("<eos>")).isEqualTo("<eos>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"words", "characters", "bpe"})
  void reservedWordsOfATextAreNoEndAndComeBack(String tokens) {
    String text = "<eos> der <unk> hund <pad> <s> </s> \u2581 \u0120 <0x0A> <eos>";
    TextCodec codec = learn(List.of(text, text), tokens, 90, 1, 1000);
    for (String any : List.of(text, "<eos>", "a<eos>b", "the dog <eos>")) {
      int[] ids = codec.ids(any);
      assertThat(ids).as(any).endsWith(codec.end());
      assertThat(Arrays.copyOf(ids, ids.length - 1)).as(any).doesNotContain(codec.end());
      assertThat(codec.text(codec.tokens(any))).isEqualTo(any);
    }
    if (!tokens.equals("words")) {
      assertThat(codec.ids(text)).doesNotContain(codec.unknown());
    }
  }

  @Test
  void aSpaceAndTheCharacterThatStandsForItAreTwoTokens() {
    TextCodec codec = learn(List.of("a b\u2581c"), "characters", 40, 1, 1000);
    assertThat(codec.tokens("a b\u2581c")).containsExactly("a", "\u2581", "b", "\u2581\u2581", "c");
    assertThat(codec.text(codec.tokens("a b\u2581c"))).isEqualTo("a b\u2581c");
  }

  @Test
  void picturesShowASpaceAsADot() {
    Splitting splitting = PlainSplitting.CHARACTERS;
    assertThat(splitting.shown("\u2581")).isEqualTo("\u00b7");
    assertThat(splitting.shown("\u2581\u2581")).isEqualTo("\u2581");
    assertThat(splitting.shown("a")).isEqualTo("a");
  }

  @Test
  void anEmptyVocabularyIsRefused() {
    assertThatThrownBy(() -> learn("words", 9))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[vocabulary] expected tokens that the sources have 9 times or more but there is none among 4; lower --minimum-frequency");
  }
}
