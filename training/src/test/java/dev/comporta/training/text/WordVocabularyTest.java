package dev.comporta.training.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordVocabularyTest {
  private static WordVocabulary.Counter counted(String... sentences) {
    WordVocabulary.Counter counter = new WordVocabulary.Counter();
    for (String sentence : sentences) {
      counter.add(sentence);
    }
    return counter;
  }

  @Test
  void idsFollowFrequencyAndThenTheOrderOfCharacters() {
    WordVocabulary.Counter counter = counted("b a  c\ta", " b d c ", "");
    assertThat(counter.words()).isEqualTo(7);
    assertThat(counter.different()).isEqualTo(4);
    assertThat(counter.vocabulary(1, 100).tokens())
        .containsExactly("<unk>", "<eos>", "a", "b", "c", "d");
    assertThat(counted("c d b", "a c b a").vocabulary(1, 100).tokens())
        .containsExactly("<unk>", "<eos>", "a", "b", "c", "d");
  }

  @Test
  void rareWordsAndThoseBeyondTheSizeAreUnknown() {
    WordVocabulary.Counter counter = counted("a a a b b c");
    assertThat(counter.vocabulary(2, 100).tokens()).containsExactly("<unk>", "<eos>", "a", "b");
    WordVocabulary small = counter.vocabulary(1, 3);
    assertThat(small.tokens()).containsExactly("<unk>", "<eos>", "a");
    assertThat(small.sentence("a b a")).containsExactly(2, 0, 2, 1);
    assertThat(small.words("z a")).containsExactly(0, 2);
    assertThat(small.decode(new int[] {2, 0, 1, 1, 2})).isEqualTo("a <unk>\n\na");
  }

  @Test
  void unknownWordsOfTheTextItselfKeepTheirToken() {
    WordVocabulary.Counter counter = counted("a <unk> b <unk>");
    assertThat(counter.count("<unk>")).isEqualTo(2);
    assertThat(counter.different()).isEqualTo(2);
    assertThat(counter.vocabulary(1, 100).tokens()).containsExactly("<unk>", "<eos>", "a", "b");
    assertThat(counter.vocabulary(1, 100).sentence("<unk> a")).containsExactly(0, 2, 1);
  }

  @Test
  void comesBackFromItsTokens() {
    WordVocabulary vocabulary = counted("der Hund , das Tor").vocabulary(1, 100);
    WordVocabulary again = WordVocabulary.ofTokens(vocabulary.tokens());
    assertThat(again.sentence("das Tor")).isEqualTo(vocabulary.sentence("das Tor"));
    assertThatThrownBy(() -> WordVocabulary.ofTokens(List.of("<unk>", "a")))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("expected '<eos>' among the words but it is missing");
    assertThatThrownBy(() -> WordVocabulary.ofTokens(List.of("<unk>", "<eos>", "a", "a")))
        .hasMessageContaining("'a' is there twice");
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThatThrownBy(() -> counted("a").vocabulary(0, 10))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("but got 0 and 10");
    assertThatThrownBy(() -> counted("a").vocabulary(1, 2)).hasMessageContaining("but got 1 and 2");
  }

  @Test
  void noWordOfATextIsTheEndOfASentence() {
    WordVocabulary vocabulary = counted("a <eos> b <eos>", "a <unk>").vocabulary(1, 100);
    assertThat(vocabulary.tokens()).containsExactly("<unk>", "<eos>", "a", "b");
    assertThat(vocabulary.sentence("a <eos>")).containsExactly(2, vocabulary.unknown(), 1);
    assertThat(vocabulary.words("<eos> <unk> b")).containsExactly(0, 0, 3);
    assertThat(vocabulary.id("<eos>"))
        .isEqualTo(vocabulary.unknown())
        .isNotEqualTo(vocabulary.end());
    WordVocabulary again = WordVocabulary.ofTokens(List.of("a", "<eos>", "<unk>"));
    assertThat(again.sentence("<eos> a b")).containsExactly(2, 0, 2, 1);
  }

  @Test
  void aReservedWordIsFoundOnlyAsAWord() {
    for (String text :
        List.of("<eos>", "a <eos>", "<eos>\tb", "<eos><eos> <eos>", "x<eos> \u3000<eos>")) {
      assertThat(WordVocabulary.hasEnd(text)).as(text).isTrue();
    }
    for (String text : List.of("", "<eos>.", "<<eos>", "eos", "<EOS>", "<unk>")) {
      assertThat(WordVocabulary.hasEnd(text)).as(text).isFalse();
    }
    assertThat(WordVocabulary.hasUnknown("the <unk>")).isTrue();
  }
}
