package dev.comporta.tasks.answering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.tasks.answering.Stories.Asked;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stories from files that nobody would write by hand. */
class StoryReaderTest {
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void longLinesAreReadInTimeThatGrowsWithTheirLength() {
    String gap = " ".repeat(1_000_000) + "\u2028"; // a separator of lines that ends no line
    Stories stories = Stories.of("f", "1" + gap + "Ann is here.\n2 Where is Ann?\there\t1\n");
    assertThat(stories.stories().getFirst().facts()).containsExactly("Ann is here.");
  }

  @Test
  void aQuestionHasNoMoreSentencesThanModelsRead() {
    List<String> lines = new ArrayList<>();
    for (int i = 1; i <= 3000; i++) {
      lines.add(i + " fact " + i);
    }
    lines.add("3001 Where?\there");
    Asked asked = Stories.of("f", String.join("\n", lines)).questions().getFirst();
    assertThat(asked.question().before()).isEqualTo(3000);
    assertThat(asked.told().story()).hasSize(1000).startsWith("fact 2001").endsWith("fact 3000");
  }
}
