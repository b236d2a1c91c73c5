package dev.comporta.inference.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Words that a tagger does not know share an id with rare words that look alike. */
class StoredWordsTest {
  private static final List<List<String>> SENTENCES =
      List.of(
          List.of("the", "Ann", "Bob", "USA", "XYZ", "@me", "@you", "#a", "#b", "7", "42"),
          List.of("the", "run", "sit", "iPod", "eBay", "e-mail", "low-cost", "B2B", "THE"),
          List.of("http://a", "www.b", "!", "?", "Mp3"));

  private static int id(StoredWords words, String word) {
    return words.encode(List.of(word), 1)[0];
  }

  @Test
  void unknownWordsHaveShapes() {
    StoredWords words = StoredWords.count(SENTENCES, 2, _ -> false);
    assertThat(words.tokens())
        .containsExactly(
            "<unk>",
            "<eos>",
            "the",
            "<unk #>",
            "<unk 0>",
            "<unk >",
            "<unk @>",
            "<unk XX>",
            "<unk Xx>",
            "<unk url>",
            "<unk x->",
            "<unk x>",
            "<unk xX>")
        .hasSize(words.words());
    assertThat(id(words, "The")).isEqualTo(words.tokens().indexOf("the"));
    assertThat(id(words, "Zoe")).isEqualTo(id(words, "Ann")).isNotEqualTo(id(words, "zoe"));
    assertThat(words.tokens().get(id(words, "Zoe"))).isEqualTo("<unk Xx>");
    assertThat(words.tokens().get(id(words, "NATO"))).isEqualTo("<unk XX>");
    assertThat(words.tokens().get(id(words, "@zoe"))).isEqualTo("<unk @>");
    assertThat(words.tokens().get(id(words, "https://b.c/D"))).isEqualTo("<unk url>");
    assertThat(words.tokens().get(id(words, "..."))).isEqualTo("<unk >");
    assertThat(id(words, "Xy1-z")).isZero(); // no such words occurred
    assertThat(id(words, "")).isEqualTo(id(words, "!"));
  }

  /** Files of earlier versions have no shapes, and read what they did. */
  @Test
  void withoutShapesAllUnknownWordsAreOne() {
    StoredWords words = StoredWords.count(SENTENCES, 1, _ -> false);
    assertThat(words.tokens()).noneMatch(it -> it.startsWith("<unk "));
    assertThat(id(words, "Zoe")).isZero();
    StoredWords also = StoredWords.count(SENTENCES, 2, "ann"::equals);
    assertThat(also.tokens().get(id(also, "ANN"))).isEqualTo("ann");
  }
}
