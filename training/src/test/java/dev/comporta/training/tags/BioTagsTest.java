package dev.comporta.training.tags;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.training.tags.BioTags.Span;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spans that BIO tags mark. */
class BioTagsTest {
  private static List<String> tags(String words) {
    return List.of(words.split(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "O B-x I-x O, -1",
    "B-x B-x I-x, -1",
    "B-x I-x B-y I-y, -1",
    "I-x O, 0",
    "O I-x, 1",
    "B-x O I-x, 2",
    "B-x I-y, 1",
    "B-, 0",
    "O o, 1",
    "O B_x, 1"
  })
  void anInsideTagContinuesASpanOfItsType(String words, int invalid) {
    assertThat(BioTags.firstInvalid(tags(words))).isEqualTo(invalid);
  }

  @Test
  void spansAreExact() {
    assertThat(BioTags.spans(tags("O B-x I-x B-x O B-y"))) //
        .containsExactly(new Span(1, 3, "x"), new Span(3, 4, "x"), new Span(5, 6, "y"));
    assertThat(BioTags.spans(tags("I-x I-x I-y"))) // as conlleval reads them
        .containsExactly(new Span(0, 2, "x"), new Span(2, 3, "y"));
    assertThat(BioTags.spans(tags("O O"))).isEmpty();
  }

  @Test
  void partsOfSpeechAndOtherSchemesDoNotMarkSpans() {
    assertThat(BioTags.mark(tags("O B-x"))).isTrue();
    assertThat(BioTags.mark(tags("NOUN VERB O"))).isFalse();
    assertThat(BioTags.mark(tags("O B-x I-x E-x S-x"))).isFalse();
  }

  @Test
  void whatMayFollowIsWhatIsValid() {
    List<String> tags = tags("O B-x I-x B-y I-y");
    boolean[] allowed = BioTags.allowed(tags);
    assertThat(allowed).hasSize(7 * 5);
    for (int to = 0; to < 5; to++) {
      assertThat(allowed[to]).isEqualTo(BioTags.firstInvalid(List.of(tags.get(to))) < 0);
      assertThat(allowed[6 * 5 + to]).as("end with " + tags.get(to)).isTrue();
      for (int from = 0; from < 5; from++) {
        String begin = tags.get(from).replace("I-", "B-");
        List<String> three = List.of(begin, tags.get(from), tags.get(to));
        assertThat(allowed[(1 + from) * 5 + to])
            .as(three.toString())
            .isEqualTo(BioTags.firstInvalid(three) < 0);
      }
    }
  }
}
