package dev.comporta.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExcerptTest {
  @Test
  void whatATerminalObeysIsWrittenInDigits() {
    assertThat(Excerpt.quoted("Flow\n(m3/s)")).isEqualTo("'Flow\\u000a(m3/s)'");
    assertThat(Excerpt.escaped("a\u00adb\u001b[31m\u202e\u2028"))
        .isEqualTo("a\\u00adb\\u001b[31m\\u202e\\u2028");
    assertThat(Excerpt.escaped("\ud800x")).isEqualTo("\\ud800x");
    assertThat(Excerpt.escaped("Stra\u00dfe 漢字 😀")).isEqualTo("Stra\u00dfe 漢字 😀");
    assertThat(Excerpt.isPrintable("level, m")).isTrue();
    assertThat(Excerpt.isPrintable("a\tb")).isFalse();
  }

  @Test
  void longTextsAreCut() {
    assertThat(Excerpt.of("x".repeat(80))).hasSize(80);
    assertThat(Excerpt.of("x".repeat(1_000_000))).isEqualTo("x".repeat(80) + "...");
    assertThat(Excerpt.of("abcdef", 3)).isEqualTo("abc...");
  }

  @Test
  void linesAreJoinedHoweverManySpacesThereAre() {
    assertThat(Excerpt.joinedLines("one \n\t two\r\nthree  four")).isEqualTo("one two three  four");
    String spaces = " ".repeat(1_000_000);
    assertThat(Excerpt.joinedLines("a" + spaces + "b")).isEqualTo("a" + spaces + "b");
    assertThat(Excerpt.joinedLines("a" + spaces + "\n" + spaces + "b")).isEqualTo("a b");
  }

  @Test
  void messagesAboutUnknownNamesAreBounded() {
    String megabyte = "n".repeat(1_000_000);
    assertThat(new UnknownNameException("cell", megabyte, List.of("lstm", megabyte + "x")))
        .message()
        .hasSizeLessThan(400)
        .startsWith("unknown cell 'nnn");
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      many.add("column " + i);
    }
    assertThat(new UnknownNameException("column", "colum 7", many))
        .message()
        .hasSizeLessThan(3000)
        .contains("and 19,900 more")
        .contains("did you mean 'column ");
  }
}
