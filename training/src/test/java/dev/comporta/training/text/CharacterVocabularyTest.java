package dev.comporta.training.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CharacterVocabularyTest {
  private static final CharacterVocabulary SHEEP = CharacterVocabulary.of("baa \uD83D\uDC11!");

  @Test
  void charactersAreCodePointsInTheirOrder() {
    assertThat(SHEEP.tokens()).containsExactly(" ", "!", "a", "b", "\uD83D\uDC11");
    assertThat(SHEEP.encode("ab\uD83D\uDC11", "it")).containsExactly(2, 3, 4);
    assertThat(SHEEP.decode(new int[] {4, 2, 0})).isEqualTo("\uD83D\uDC11a ");
  }

  @Test
  void tokensAreReadBack() {
    CharacterVocabulary again = CharacterVocabulary.ofTokens(SHEEP.tokens());
    assertThat(again.tokens()).isEqualTo(SHEEP.tokens());
    assertThatThrownBy(() -> CharacterVocabulary.ofTokens(List.of("a", "bc")))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("expected one character for id 1 but got 2");
    assertThatThrownBy(() -> CharacterVocabulary.ofTokens(List.of("b", "a")))
        .hasMessageContaining("ascending order but id 1 is 'a' (U+0061) after 'b' (U+0062)");
  }

  @Test
  void anUnknownCharacterIsNamedWithItsPlaceAndTheNearest() {
    assertThatThrownBy(() -> SHEEP.encode("b\u00e1a", "the prompt"))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[vocabulary] the character '\u00e1' (U+00E1) at position 1 of the prompt is not among the 5 known to the model; the nearest is 'a' (U+0061)");
    assertThatThrownBy(() -> SHEEP.encode("\t", "the prompt"))
        .hasMessageContaining("the character U+0009 at position 0")
        .hasMessageEndingWith("the nearest is ' ' (U+0020)");
  }

  @ParameterizedTest
  @CsvSource({"A,a", "\u00c1,a", "\u2019,!", "c,b", "\uD83D\uDC12,\uD83D\uDC11"})
  void theNearestIsWhatOneWouldHaveTyped(String typed, String nearest) {
    assertThat(Character.toString(SHEEP.nearest(typed.codePointAt(0)))).isEqualTo(nearest);
  }

  @Test
  void aLoneSurrogateIsNamedByItsNumber() {
    assertThatThrownBy(() -> SHEEP.encode("\uD83D", "the prompt"))
        .hasMessageContaining("the character U+D83D at position 0");
  }
}
