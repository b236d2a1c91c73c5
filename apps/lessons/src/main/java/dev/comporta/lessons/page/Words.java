package dev.comporta.lessons.page;

import dev.comporta.api.UnknownNameException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.MissingResourceException;
import java.util.Objects;
import java.util.PropertyResourceBundle;
import java.util.ResourceBundle;

/** The texts of one language. A key is looked up for the lesson first, then among common texts. */
public final class Words {
  /** The languages; the first one is that of the lectures. */
  public static final List<String> LANGUAGES = List.of("pt", "en", "de", "es");

  /** The language unless another one is chosen. */
  public static final String DEFAULT = "en";

  private static final String COMMON = "common.";

  private final String language;
  private final ResourceBundle bundle;
  private final String scope;

  private Words(String language, ResourceBundle bundle, String scope) {
    this.language = language;
    this.bundle = bundle;
    this.scope = scope;
  }

  /**
   * The texts of a language.
   *
   * @param language one of {@link #LANGUAGES}
   * @return its texts
   * @throws UnknownNameException if the language is not available
   */
  public static Words of(String language) {
    if (!LANGUAGES.contains(language)) {
      throw new UnknownNameException("language", language, LANGUAGES);
    }
    return new Words(language, bundle(language), COMMON);
  }

  private static ResourceBundle bundle(String language) {
    String file = "messages_" + language + ".properties";
    try (InputStream in = Objects.requireNonNull(Words.class.getResourceAsStream(file), file)) {
      return new PropertyResourceBundle(new InputStreamReader(in, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The texts of a lesson.
   *
   * @param lesson its name
   * @return texts that look for its keys first
   */
  public Words in(String lesson) {
    return new Words(language, bundle, lesson + ".");
  }

  /**
   * The language.
   *
   * @return its code
   */
  public String language() {
    return language;
  }

  /**
   * A text.
   *
   * @param key its key
   * @param values the values of {0}, {1} and so on
   * @return the text
   * @throws MissingResourceException if there is none
   */
  public String text(String key, Object... values) {
    String text = bundle.getString(bundle.containsKey(scope + key) ? scope + key : COMMON + key);
    for (int i = 0; i < values.length; i++) {
      text = text.replace("{" + i + "}", value(values[i]));
    }
    return text;
  }

  /** A number as text, or a label. */
  String value(Object value) {
    return switch (value) {
      case Double number -> Numbers.text(number);
      case Float number -> Numbers.text(number);
      case String label -> label(label);
      default -> value.toString();
    };
  }

  /** The text of a label that begins with @, or the label. */
  String label(String label) {
    return label.startsWith("@") ? text(label.substring(1)) : label;
  }
}
