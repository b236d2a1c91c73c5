package dev.comporta.lessons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.UnknownNameException;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Words;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every language has every text, with the same placeholders. */
class WordsTest {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\d+}");

  @ParameterizedTest
  @ValueSource(strings = {"pt", "en", "de", "es"})
  void languageIsComplete(String language) throws Exception {
    Properties english = texts("en");
    Properties texts = texts(language);
    assertThat(texts.stringPropertyNames()).isEqualTo(english.stringPropertyNames());
    for (String key : texts.stringPropertyNames()) {
      String text = texts.getProperty(key);
      assertThat(text).as(key).isNotBlank();
      assertThat(placeholders(text)).as(key).isEqualTo(placeholders(english.getProperty(key)));
    }
  }

  /** Longer texts that are equal in two languages have not been translated. */
  @Test
  void textsAreTranslated() throws Exception {
    Properties english = texts("en");
    for (String language : List.of("pt", "de", "es")) {
      Properties texts = texts(language);
      for (String key : texts.stringPropertyNames()) {
        if (english.getProperty(key).length() > 25) {
          assertThat(texts.getProperty(key)).as(key).isNotEqualTo(english.getProperty(key));
        }
      }
    }
  }

  @Test
  void everyLessonHasTitleSummaryAndResult() throws Exception {
    Properties english = texts("en");
    for (Lesson lesson : Lessons.all()) {
      for (String key : List.of("title", "summary", "result")) {
        assertThat(english).containsKey(lesson.name() + "." + key);
      }
    }
  }

  @Test
  void unknownLanguageIsRefused() {
    assertThatThrownBy(() -> Words.of("fr"))
        .isInstanceOf(UnknownNameException.class)
        .hasMessageContaining("expected one of de, en, es, pt");
  }

  private static TreeSet<String> placeholders(String text) {
    TreeSet<String> found = new TreeSet<>();
    PLACEHOLDER.matcher(text).results().map(MatchResult::group).forEach(found::add);
    return found;
  }

  private static Properties texts(String language) throws IOException {
    Properties texts = new Properties();
    String file = "messages_" + language + ".properties";
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(Words.class.getResourceAsStream(file)),
            StandardCharsets.UTF_8)) {
      texts.load(reader);
    }
    return texts;
  }
}
