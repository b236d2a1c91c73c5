package dev.comporta.training.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BytePairVocabularyTest {
  private static BytePairVocabulary trained(int size, String... lines) {
    BytePairVocabulary.Counter counter = new BytePairVocabulary.Counter();
    for (String line : lines) {
      counter.add(line);
    }
    return counter.vocabulary(size);
  }

  /** The example of Sennrich et al. 2016, figure 1, without their mark of the end of a word. */
  private static BytePairVocabulary paper(int size) {
    return trained(
        size, "low\n".repeat(5), "lower\n".repeat(2), "newest\n".repeat(6), "widest\n".repeat(3));
  }

  @Test
  void joinsTheMostFrequentPairsOfEqualOnesTheSmaller() {
    // es and st stand 9 times; 'e' is below 's'. Then es t (9), then l o and o w (7), lo w, n e ...
    assertThat(paper(262).tokens()).containsExactly("e s", "es t", "l o", "lo w", "e w", "n ew");
  }

  @Test
  void encodesByTheSameJoins() {
    BytePairVocabulary vocabulary = paper(262);
    assertThat(vocabulary.size()).isEqualTo(262);
    assertThat(vocabulary.encode("lowest")).containsExactly(259, 257);
    assertThat(vocabulary.encode("newest")).containsExactly(261, 257);
    assertThat(vocabulary.encode("")).isEmpty();
    assertThat(vocabulary.decode(new int[] {259, 257, ' ', 'x'})).isEqualTo("lowest x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "low  lower\t\n\n newest 42nd",
        "Äpfel, naïve café 漢字 😀!",
        "a\u0000b\u00adc\u00a0d",
        "lowestlowestnewest  ",
        "x1y22 33z"
      })
  void everyTextComesBack(String text) {
    for (BytePairVocabulary vocabulary : List.of(BytePairVocabulary.bytes(), paper(300))) {
      assertThat(vocabulary.decode(vocabulary.encode(text))).isEqualTo(text);
      assertThat(Arrays.stream(vocabulary.encode(text)).map(vocabulary::characters).sum())
          .isEqualTo(text.codePointCount(0, text.length()));
      assertThat(String.join("", Pieces.of(text))).isEqualTo(text);
    }
  }

  @Test
  void piecesKeepTheSpaceBeforeThem() {
    assertThat(Pieces.of("ab 12,  c\n\nd"))
        .containsExactly("ab", " 12", ",", " ", " c", "\n\n", "d");
  }

  @Test
  void theOrderOfTheTextMakesNoDifference() {
    String[] lines = {"the gate", "a gate opens", "water flows", "the water", "gates, waters"};
    String[] other = {"water flows", "gates, waters", "the gate", "the water", "a gate opens"};
    assertThat(trained(290, other).tokens()).isEqualTo(trained(290, lines).tokens());
  }

  @Test
  void joinsThatGiveTheSameBytesGiveOneId() {
    // Both ways to "abc" become joins in turn.
    BytePairVocabulary vocabulary =
        BytePairVocabulary.ofTokens(List.of("a b", "b c", "ab c", "a bc"));
    assertThat(vocabulary.size()).isEqualTo(256 + 3);
    assertThat(vocabulary.encode("abc")).containsExactly(258);
    assertThat(vocabulary.tokens()).containsExactly("a b", "b c", "ab c", "a bc");
  }

  @Test
  void comesBackFromItsTokens() {
    BytePairVocabulary vocabulary =
        trained(320, "für die größten Äpfel", "die größeren für die Äpfel", "\tfür  die");
    BytePairVocabulary again = BytePairVocabulary.ofTokens(vocabulary.tokens());
    assertThat(vocabulary.size()).isGreaterThan(266);
    assertThat(again.tokens()).isEqualTo(vocabulary.tokens());
    assertThat(again.encode("die größten"))
        .isEqualTo(vocabulary.encode("die größten"))
        .hasSizeLessThan(8);
    assertThat(BytePairVocabulary.ofTokens(List.of()).size()).isEqualTo(256);
    for (String wrong : List.of("ab c", "a", "a b c", "", "a ")) {
      assertThatThrownBy(() -> BytePairVocabulary.ofTokens(List.of(wrong)))
          .isInstanceOf(ComportaException.class)
          .hasMessageContaining("expected join 0 to name two parts")
          .hasMessageContaining("'" + wrong + "'");
    }
  }

  @Test
  void stopsWhereNoPairStandsTwice() {
    assertThat(trained(1000, "abcdef").size()).isEqualTo(256);
    assertThatThrownBy(() -> trained(255, "abc"))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("expected a size of 256 or more, one id for each byte, but got 255");
  }

  @Test
  void nothingGrowsWithoutBound() {
    List<String> doubling = new ArrayList<>();
    for (int length = 1; length <= 1024; length *= 2) {
      doubling.add("a".repeat(length) + " " + "a".repeat(length));
    }
    assertThatThrownBy(() -> BytePairVocabulary.ofTokens(doubling))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("expected joins of at most 1024 bytes but join 10 gives 2048");
    doubling.removeLast();
    assertThat(BytePairVocabulary.ofTokens(doubling).encode("a".repeat(1025)))
        .containsExactly(265, 'a');
    assertThat(trained(1000, "a".repeat(100_000)).tokens()).isEqualTo(doubling);
  }

  @Test
  void bytesThatAreNoUtf8AreShownAsSuch() {
    assertThat(BytePairVocabulary.bytes().decode(new int[] {'a', 0xff})).isEqualTo("a\uFFFD");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "der Hund  läuft", " 3. März\t1999", "日本 🙂 \u00a0x", "\u0001\u00ad"})
  void partsJoinBackWhicheverAreKept(String text) {
    BytePairVocabulary vocabulary = trained(400, "der hund der hund", "läuft läuft 日本 日本");
    for (Predicate<String> kept :
        List.<Predicate<String>>of(part -> true, part -> false, part -> part.length() < 3)) {
      List<String> parts = vocabulary.parts(text, kept);
      assertThat(BytePairVocabulary.text(parts)).isEqualTo(text);
      assertThat(parts).noneMatch(part -> part.chars().anyMatch(Character::isWhitespace));
      assertThat(vocabulary.parts()).containsAll(parts);
    }
  }

  @Test
  void aPartThatIsNotKeptIsTakenApartAgain() {
    BytePairVocabulary vocabulary = trained(400, "ab abc", "ab abc");
    assertThat(vocabulary.parts(" abc", part -> true)).containsExactly("Ġabc");
    assertThat(vocabulary.parts(" abc", part -> !part.equals("Ġabc"))).containsExactly("Ġab", "c");
    assertThat(vocabulary.parts(" abc", part -> part.length() == 1))
        .containsExactly("Ġ", "a", "b", "c");
    assertThat(BytePairVocabulary.bytes("Ġä")).containsExactly(' ', (byte) 0xe4);
  }

  @Test
  void partsOfRarePartsAreCountedWhereTheyAreTakenApart() {
    BytePairVocabulary vocabulary =
        BytePairVocabulary.ofTokens(List.of("a b", "ab c", "d e", "abc de", "x y"));
    List<String> texts = List.of("abcde", "abc", "abcx", "xy");
    assertThat(vocabulary.frequentParts(texts, 1))
        .containsEntry("abcde", 1L)
        .containsEntry("abc", 2L)
        .containsEntry("x", 1L)
        .containsEntry("y", 0L)
        .doesNotContainKeys("ab", "de", "z");
    assertThat(vocabulary.frequentParts(texts, 3))
        .as("abc is there twice, and once in what is taken apart")
        .containsEntry("abc", 3L)
        .containsEntry("d", 1L)
        .containsEntry("x", 2L)
        .containsEntry("y", 1L)
        .containsEntry("a", 0L)
        .doesNotContainKeys("abcde", "de", "xy", "ab");
  }

  /** The rule of {@link BytePairVocabulary#encode} word for word. */
  private static List<String> joinedOneByOne(BytePairVocabulary vocabulary, String piece) {
    List<String> parts = new ArrayList<>(Arrays.asList(piece.split("", -1)));
    parts.removeIf(String::isEmpty);
    for (boolean changed = true; changed; ) {
      changed = false;
      for (String join : vocabulary.tokens()) {
        String[] both = join.split(" ", -1);
        for (int i = 0; i + 1 < parts.size(); i++) {
          if (parts.get(i).equals(both[0]) && parts.get(i + 1).equals(both[1])) {
            parts.set(i, both[0] + both[1]);
            parts.remove(i + 1);
            changed = true;
          }
        }
        if (changed) {
          break;
        }
      }
    }
    return parts;
  }

  @Test
  void longPiecesAreJoinedLikeShortOnes() {
    Random random = new Random(5);
    for (int round = 0; round < 40; round++) {
      int letters = 1 + random.nextInt(4);
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 65 + random.nextInt(150); i++) {
        text.append((char) ('a' + random.nextInt(letters)));
      }
      String piece = text.toString();
      BytePairVocabulary vocabulary = trained(256 + random.nextInt(60), piece, piece.substring(40));
      assertThat(vocabulary.parts(piece, part -> true))
          .as(piece)
          .isEqualTo(joinedOneByOne(vocabulary, piece));
    }
  }

  @Test
  void aLongWordIsEncodedAndLearnedFrom() {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 200_000; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    String word = text.toString();
    BytePairVocabulary vocabulary = trained(400, word);
    int[] ids = vocabulary.encode(word);
    assertThat(ids.length).isLessThan(180_000);
    assertThat(vocabulary.decode(ids)).isEqualTo(word);
    assertThat(vocabulary.encode("a".repeat(1_000_000))).hasSizeLessThan(1_000_001);
  }
}
