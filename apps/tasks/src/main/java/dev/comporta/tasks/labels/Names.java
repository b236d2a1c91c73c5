package dev.comporta.tasks.labels;

import dev.comporta.tasks.labels.LabelledTexts.Text;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Data that need no file: the names of countries, languages and currencies in several languages, as
 * the JDK knows them, each labelled with the language that it is in. Names that several languages
 * share are left out.
 */
final class Names {
  private static final List<String> LANGUAGES =
      List.of("cs", "de", "en", "es", "fi", "fr", "hu", "it", "nl", "pl", "pt", "sv", "tr");
  private static final String SHARED = "";

  private Names() {}

  static LabelledTexts read() {
    Map<String, String> languages = new LinkedHashMap<>(); // by name
    for (String language : LANGUAGES) {
      Locale in = Locale.of(language);
      List<String> names = new ArrayList<>();
      for (String country : Locale.getISOCountries()) {
        names.add(Locale.of("", country).getDisplayCountry(in));
      }
      for (String other : Locale.getISOLanguages()) {
        names.add(Locale.of(other).getDisplayLanguage(in));
      }
      for (Currency currency : Currency.getAvailableCurrencies()) {
        names.add(currency.getDisplayName(in));
      }
      for (String name : names) {
        String known = languages.get(name);
        boolean isCode = name.length() <= 3; // a name that the JDK does not know in this language
        languages.put(
            name, isCode || (known != null && !known.equals(language)) ? SHARED : language);
      }
    }
    List<Text> texts = new ArrayList<>();
    languages.forEach((name, language) -> {
      if (!language.equals(SHARED)) {
        texts.add(new Text(language, name, "the names of the JDK"));
      }
    });
    return new LabelledTexts(
        "names of countries, languages and currencies, from the JDK", texts, List.of());
  }
}
