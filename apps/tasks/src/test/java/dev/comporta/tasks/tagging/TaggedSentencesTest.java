package dev.comporta.tasks.tagging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.tasks.tagging.TaggedSentences.Parts;
import dev.comporta.tasks.tagging.TaggedSentences.Sentence;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.text.Corpus;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of tagged sentences, and what is wrong with some. */
class TaggedSentencesTest {
  private static final String CONLLU =
      """
      # sent_id = 1
      1-2\tCannot\t_\t_\t_\t_\t_\t_\t_\t_
      1\tCan\tcan\tAUX\tMD\t_\t2\taux\t_\t_
      2\tnot\tnot\tPART\tRB\t_\t0\troot\t_\t_
      2.1\tgo\tgo\tVERB\tVB\t_\t_\t_\t_\t_

      # sent_id = 2
      1\t1 000\t1000\tNUM\tCD\t_\t0\troot\t_\t_
      """;

  private static TaggedSentences read(String text, @Nullable String column) {
    return TaggedSentences.of(new Corpus("F", text, 1), column);
  }

  private static List<String> tags(String text, @Nullable String column) {
    return read(text, column).sentences().stream().flatMap(it -> it.tags().stream()).toList();
  }

  @Test
  void conlluHasItsWordsAndAnyOfItsColumns() {
    List<Sentence> sentences = read(CONLLU, null).sentences();
    assertThat(sentences).hasSize(2);
    assertThat(sentences.getFirst().words()).containsExactly("Can", "not");
    assertThat(sentences.getFirst().place(1)).isEqualTo("line 4 of F");
    assertThat(sentences.getLast().words()).containsExactly("1 000");
    assertThat(tags(CONLLU, null)).containsExactly("AUX", "PART", "NUM");
    assertThat(tags(CONLLU, "xpos")).containsExactly("MD", "RB", "CD");
    assertThat(tags(CONLLU, "8")).containsExactly("aux", "root", "root");
    String bare =
        CONLLU.lines().filter(line -> !line.startsWith("#")).reduce("", (a, b) -> a + b + "\r\n");
    assertThat(tags(bare, null)).containsExactly("AUX", "PART", "NUM");
  }

  @Test
  void otherFilesHaveAWordAndItsTag() {
    String bio = "Kim\tB-person\n#\tO\n\t\nRio\tB-place\nGrande\tI-place\n \n\n\n";
    List<Sentence> sentences = read(bio, null).sentences();
    assertThat(sentences).hasSize(2);
    assertThat(sentences.getFirst().words()).containsExactly("Kim", "#");
    assertThat(sentences.getLast().place(1)).isEqualTo("line 5 of F");
    assertThat(tags("EU NNP I-NP B-ORG\nrejects VBZ I-VP O\n", null)).containsExactly("B-ORG", "O");
    assertThat(tags("EU NNP I-NP B-ORG\nrejects VBZ I-VP O\n", "2")).containsExactly("NNP", "VBZ");
    assertThat(read(bio, null).sha256()).isEqualTo(read(bio + "\n", null).sha256());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a\\tO\\nb\\n | '' | a word and its tag in line 2 of F but got 1",
        "a\\tO\\n\\tO\\n | '' | in line 2 of F but the word is empty",
        "a\\tO\\nb\\t\\n | '' | in line 2 of F but the tag is empty",
        "a\\tO\\nb\\tI-x\\n | '' | in line 2 of F but got 'I-x' after 'O'",
        "a\\tB-x\\n\\nb\\tI-x\\n | '' | in line 3 of F but got 'I-x' at the start of a sentence",
        "a\\tB-x\\nb\\tB_x\\n | '' | in line 2 of F but got 'B_x' after 'B-x'",
        "a\\tO\\n | FORM | expected the number of a column, from 1, but got 'FORM'",
        "a x O\\nb O\\n | 3 | expected 3 columns or more in line 2 of F but got 2",
        "\\t\\n\\n | '' | expected sentences, a word and its tag on each line, in F but found none",
        "# c\\n1\\ta\\t_\\tX\\n | '' | expected 10 columns in line 2 of F but got 4",
        "# c\\nx\\ta\\t_\\tX\\t_\\t_\\t_\\t_\\t_\\t_\\n | '' | number of a word at the start of line 2 of F but got 'x'",
        "# c\\n\\n | '' | after the comment in line 1 of F but it has no word",
        "# c\\n1\\ta\\t_\\tX\\t_\\t_\\t_\\t_\\t_\\t_\\n | LEMM | expected one of [ID, FORM",
        "# c\\n1\\ta\\t_\\tX\\t_\\t_\\t_\\t_\\t_\\t_\\n | 11 | or its number but got '11'",
      })
  void whatCannotBeUsedIsNamedWithItsLine(String text, String column, String message) {
    String lines = text.replace("\\n", "\n").replace("\\t", "\t");
    assertThatThrownBy(() -> read(lines, column.isEmpty() ? null : column))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining(message);
  }

  @Test
  void heldOutSentencesHaveTagsThatOthersHave() {
    StringBuilder text = new StringBuilder("rare\tX\n\n");
    for (int i = 0; i < 40; i++) {
      text.append("a\tY\nb\tZ\n\n");
    }
    for (int seed = 0; seed < 20; seed++) {
      Parts parts = read(text.toString(), null).split(0.25, new CounterRandom(seed));
      assertThat(parts.heldOut()).hasSizeBetween(9, 10);
      assertThat(parts.training()).hasSize(41 - parts.heldOut().size());
      TaggedSentences.requireKnown(TaggedSentences.tags(parts.training()), parts.heldOut());
    }
    assertThatThrownBy(() -> read("a\tX\n\nb\tY\n", null).split(0.5, new CounterRandom(1)))
        .hasMessageContaining("each has a tag of its own");
  }

  @Test
  void theBaselinesAreThoseOfTheTrainingPart() {
    Baselines known =
        new Baselines(
            read("New\tB-place\nYork\tI-place\nis\tO\n\nYork\tB-place\nis\tO\nis\tO\n", null)
                .sentences());
    List<String> words = List.of("New", "York", "is", "not", "York");
    assertThat(known.dictionary(words)).containsExactly("B-place", "I-place", "O", "O", "B-place");
    assertThat(known.tags(words)).containsExactly("B-place", "B-place", "O", "O", "B-place");
  }
}
