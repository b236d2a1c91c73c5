package dev.comporta.tasks.translation;

import static dev.comporta.api.Formatting.formatted;

import com.ibm.icu.text.RuleBasedNumberFormat;
import com.ibm.icu.util.ULocale;
import dev.comporta.api.InvalidOptionException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Numbers in the words of a language, as ICU4J spells them. */
final class NumberWords {
  /** The language of figures. */
  static final String DIGITS = "digits";

  /** Marks where a long word may be broken; nobody types it. */
  private static final String SOFT_HYPHEN = "\u00ad";

  private final @Nullable RuleBasedNumberFormat rules;

  private NumberWords(@Nullable RuleBasedNumberFormat rules) {
    this.rules = rules;
  }

  /**
   * The words of a language.
   *
   * @param option the option that names it, for messages
   * @param language a language tag such as {@code pt} or {@code fr-CH}, or {@link #DIGITS}
   * @throws InvalidOptionException if ICU4J has no spellings of this language
   */
  static NumberWords of(String option, String language) {
    if (language.equals(DIGITS)) {
      return new NumberWords(null);
    }
    RuleBasedNumberFormat rules = rules(language);
    if (rules == null) {
      throw new InvalidOptionException(
          formatted(
              "--%s expected a language whose numbers ICU4J spells, or %s, but got '%s'; it spells %s",
              option,
              DIGITS,
              language,
              Arrays.stream(ULocale.getISOLanguages())
                  .filter(known -> rules(known) != null)
                  .sorted()
                  .collect(Collectors.joining(", "))));
    }
    return new NumberWords(rules);
  }

  /** Null where ICU4J would fall back on another language. */
  private static @Nullable RuleBasedNumberFormat rules(String language) {
    ULocale locale = ULocale.forLanguageTag(language);
    RuleBasedNumberFormat rules = new RuleBasedNumberFormat(locale, RuleBasedNumberFormat.SPELLOUT);
    String found = rules.getLocale(ULocale.ACTUAL_LOCALE).getLanguage();
    return found.isEmpty() || !found.equals(locale.getLanguage()) ? null : rules;
  }

  /** The number in words, without marks of where they may be broken. */
  String spell(long number) {
    return rules == null ? Long.toString(number) : rules.format(number).replace(SOFT_HYPHEN, "");
  }
}
