package dev.comporta.tasks.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Settings;
import dev.comporta.training.text.ParallelText.Pair;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
  private static final Option<String> TO = Option.text("to", "LANGUAGE");

  private static Set<Long> numbers(List<Pair> pairs) {
    return pairs.stream().map(pair -> Long.valueOf(pair.source())).collect(Collectors.toSet());
  }

  private static PairTask.PairData data(String from, String to, int pairs, long seed) {
    Numbers numbers = new Numbers();
    Map<String, Object> given =
        Map.of("source-language", from, "to", to, "pairs", (long) pairs, "seed", seed);
    return numbers.data(Settings.of("numbers", numbers.options(), given), _ -> {});
  }

  @Test
  void whatIsMeasuredWithIsNeverLearnedFromWhateverTheSeed() {
    Set<Long> learned = new HashSet<>();
    Set<Long> validated = new HashSet<>();
    Set<Long> tested = new HashSet<>();
    for (long seed = 1; seed <= 3; seed++) {
      PairTask.PairData data = data("digits", "en", 5000, seed);
      assertThat(data.training()).hasSize(5000);
      assertThat(data.validation()).hasSize(1000).doesNotHaveDuplicates();
      assertThat(data.test()).hasSize(1000).doesNotHaveDuplicates();
      learned.addAll(numbers(data.training()));
      validated.addAll(numbers(data.validation()));
      tested.addAll(numbers(data.test()));
    }
    assertThat(learned)
        .containsAll(LongStream.range(0, 100).boxed().toList())
        .doesNotContainAnyElementsOf(validated)
        .doesNotContainAnyElementsOf(tested)
        .allSatisfy(number -> assertThat(number).isBetween(0L, 999_999L));
    assertThat(validated).doesNotContainAnyElementsOf(tested);
    assertThat(tested).anyMatch(number -> number < 1000).anyMatch(number -> number > 900_000);
  }

  @Test
  void aTwentiethOfAllNumbersIsForTheTest() {
    long tested =
        LongStream.range(100, 100_100).filter(n -> Numbers.use(n) == Numbers.Use.TEST).count();
    assertThat(tested).isBetween(4700L, 5300L);
  }

  @Test
  void theSameSeedDrawsTheSame() {
    PairTask.PairData data = data("en", "pt", 300, 5);
    assertThat(data("en", "pt", 300, 5)).isEqualTo(data);
    assertThat(data("en", "pt", 300, 6).training()).isNotEqualTo(data.training());
  }

  @Test
  void theLanguagesOfAnOlderFileKeepTheirMeaning() {
    Spec old = Spec.of("numbers").with("from", "digits").with("to", "de").with("digits", 4);
    Numbers numbers = new Numbers();
    Spec upgraded = numbers.upgraded(old);
    Settings settings = Settings.of("numbers", numbers.options(), upgraded.options());
    assertThat(settings.kept().options())
        .containsEntry("source-language", "digits")
        .containsEntry("target-language", "de")
        .doesNotContainKey("from");
    assertThat(numbers.upgraded(settings.kept())).isEqualTo(settings.kept());
  }

  @ParameterizedTest
  @CsvSource({
    "en, 423691, four hundred twenty-three thousand six hundred ninety-one",
    "pt, 42, quarenta e dois",
    "de, 21, einundzwanzig",
    "fr-CH, 99, nonante-neuf",
    "digits, 100200, 100200"
  })
  void spellings(String language, long number, String words) {
    assertThat(Numbers.spelling(TO, language).apply(number)).isEqualTo(words);
  }

  @Test
  void anUnknownLanguageNamesTheKnownOnes() {
    for (String unknown : List.of("xx", "", "root", "no such")) {
      assertThatThrownBy(() -> Numbers.spelling(TO, unknown))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageStartingWith(
              "--to expected a language whose numbers ICU4J spells, or digits, but got '"
                  + unknown
                  + "'; it spells af, ak, am, ar")
          .hasMessageContaining(" pt, ")
          .hasMessageNotContaining("und,");
    }
  }
}
