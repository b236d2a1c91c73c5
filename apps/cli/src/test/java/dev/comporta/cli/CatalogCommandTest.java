package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.ComportaException;
import dev.comporta.api.NamedProvider;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.model.OptionDescription;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The catalog lists what is installed, and shows the options that a provider reads. */
class CatalogCommandTest {
  private static final Catalog CATALOG = Catalog.load();

  private static List<String> options(String name) throws Exception {
    return Cli.run("catalog", name, "--json")
        .json()
        .at("/entries/0/options")
        .findValuesAsText("name");
  }

  @Test
  void everyKindIsListedTasksAmongThem() throws Exception {
    JsonNode all = Cli.run("catalog", "--json").json();
    for (Kind<?> kind : Kind.all()) {
      assertThat(all.get(kind.label()).findValuesAsText("name")).isEqualTo(CATALOG.names(kind));
    }
    assertThat(all.get("task").findValuesAsText("name")).contains("adding");
    assertThat(Cli.run("catalog").out())
        .containsSubsequence(
            "cell", "  lstm ", "layer", "optimizer", "  adam ", "task", "  adding ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lstm|peepholes|true or false (default: false)",
        "lstm|forget-bias|(default: 1.0)",
        "recurrent|hidden|a whole number of 1 or more (required)",
        "recurrent|zoneout|a number from 0.0 to 0.99 (default: 0.0)",
        "adam|beta1|(default: 0.9)",
        "sgd|nesterov|true or false (default: false)",
        "linear-warmup|then|a name with options (default: constant)",
        "cross-entropy|label-smoothing|(default: 0.0)",
        "adaptive-softmax|cutoffs|a list of numbers",
        "attention-decoder|attention|(default: additive)",
        "adding|length|a whole number of 2 or more (default: 200)",
      })
  void anEntryShowsItsOptions(String name, String option, String expected) {
    Cli.Result result = Cli.run("catalog", name);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains(" " + name + ": ", "  from module dev.comporta.");
    assertThat(result.out().lines().filter(line -> line.strip().startsWith(option + " ")))
        .as(result.out())
        .singleElement()
        .asString()
        .contains(expected);
  }

  @Test
  void anUnknownNameIsRefusedWithTheNearest() {
    assertThat(Cli.run("catalog", "lstn").refusal())
        .contains("unknown catalog entry 'lstn'", "did you mean 'lstm'?");
  }

  @Test
  void optionsThatAreReadBesideAnotherAreListed() throws Exception {
    assertThat(options("sgd")).contains("momentum", "nesterov");
    assertThat(options("embedding")).contains("vocabulary", "size", "initializer");
  }

  static Stream<Arguments> layers() {
    return CATALOG.all(Kind.LAYER).stream().map(it -> Arguments.of(it.name(), it));
  }

  /** The message about an unknown option names those that the provider knows. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void layersHaveTheOptionsThatTheirRefusalsName(String name, LayerProvider layer) {
    List<String> found = names(layer);
    assertThat(found).doesNotHaveDuplicates();
    OptionReader reader =
        OptionReader.describing(Spec.of(name), java.util.Map.of("hidden", 4, "cell", "gru"));
    try {
      layer.create(12, reader, CATALOG);
    } catch (UnknownNameException e) {
      throw e;
    } catch (ComportaException e) {
      // the placeholders do not suit this layer; what it read before is known
    }
    assertThat(found).containsAll(reader.known());
  }

  private static List<String> names(NamedProvider provider) {
    return ProviderOptions.of(provider, CATALOG).stream().map(OptionDescription::name).toList();
  }
}
