package dev.comporta.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.NamedProvider;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every option of every provider of the catalog is used, and any other is refused. */
class OptionsOfProvidersTest {
  private static final Catalog CATALOG = Catalog.load();
  private static final ProviderRuns RUNS = new ProviderRuns(CATALOG);
  private static final String UNKNOWN = "no-such-option";

  private static final Pattern MISSING =
      Pattern.compile("expected an option '([a-z0-9-]+)'|option '(cutoffs)' expected");
  private static final Pattern KNOWN = Pattern.compile("expected one of ([a-z0-9, -]+)");

  /** Values of options that must be given. */
  private static final Map<String, Object> REQUIRED =
      Map.ofEntries(
          Map.entry("cell", Spec.of("lstm")),
          Map.entry("hidden", 6),
          Map.entry("units", 8),
          Map.entry("size", 5),
          Map.entry("characters", 5),
          Map.entry("character-size", 3),
          Map.entry("word-length", 2),
          Map.entry("vocabulary", 5),
          Map.entry("layers", List.of(Spec.of("dense").with("units", 12))),
          Map.entry("filters", 2),
          Map.entry("width", 3),
          Map.entry("height", 4),
          Map.entry("channels", 1),
          Map.entry("kernel", 2),
          Map.entry("kernel-time", 2),
          Map.entry("cutoffs", List.of(3, 5)),
          Map.entry("layer", Spec.of("recurrent").with("cell", "gru").with("hidden", 12)),
          Map.entry("depth", 2),
          Map.entry("longest", 9),
          Map.entry("lags", 3),
          Map.entry("steps", 3),
          Map.entry("length", 6),
          Map.entry("every", 3));

  /** Values to try. */
  private static final List<Object> VALUES =
      List.of(
          2,
          3,
          1,
          4,
          5,
          0.5,
          0.05,
          0.9,
          0.0,
          1.5,
          12.5,
          true,
          false,
          0,
          List.of(0.5, 1.0, 2.0, 3.0),
          List.of(2, 4),
          List.of(0.25),
          "ones",
          "tanh",
          "same",
          "causal",
          "infinity",
          Spec.of("gru"),
          Spec.of("ones"),
          Spec.of("cosine"),
          Spec.of("dot"),
          List.of(Spec.of("dense").with("units", 12).with("activation", "tanh")),
          List.of(
              Spec.of("recurrent").with("cell", "gru").with("hidden", 8).with("returns", "last")));

  static Stream<Arguments> providers() {
    List<Arguments> all = new ArrayList<>();
    for (Kind<?> kind : Kind.all()) {
      if (kind != Kind.BACKEND) { // has no options
        for (NamedProvider provider : CATALOG.all(kind)) {
          all.add(Arguments.of(kind.label(), provider.name(), kind));
        }
      }
    }
    return all.stream();
  }

  /** The provider's specification with what must be given. */
  private static Spec base(Kind<?> kind, String name) {
    Spec spec = Spec.of(name);
    for (int tries = 0; tries < 10; tries++) {
      try {
        RUNS.of(kind, spec);
        return spec;
      } catch (ComportaException e) {
        Matcher missing = MISSING.matcher(e.getMessage());
        if (!missing.find()) {
          throw e;
        }
        String option = missing.group(1) == null ? missing.group(2) : missing.group(1);
        option = option.equals("kernel-height") ? "kernel" : option;
        Object value = REQUIRED.get(option);
        assertThat(value).as("a value for option %s of %s", option, name).isNotNull();
        spec = spec.with(option, value);
      }
    }
    throw new AssertionError(name + " is not complete with " + spec);
  }

  /** The options that the message about an unknown one lists. */
  private static List<String> known(Kind<?> kind, Spec base) {
    try {
      RUNS.of(kind, base.with(UNKNOWN, 1));
    } catch (UnknownNameException e) {
      return words(e);
    }
    throw new AssertionError(base.name() + " took an unknown option");
  }

  private static List<String> words(ComportaException e) {
    Matcher list = KNOWN.matcher(e.getMessage());
    return list.find() ? List.of(list.group(1).strip().split(", ")) : List.of();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("providers")
  void anUnknownOptionIsRefusedWithTheNearestKnownOne(String label, String name, Kind<?> kind) {
    Spec base = base(kind, name);
    assertThatThrownBy(() -> RUNS.of(kind, base.with(UNKNOWN, 1)))
        .isInstanceOf(UnknownNameException.class)
        .hasMessageContaining("'" + UNKNOWN + "'")
        .hasMessageContaining("option of " + name);
    for (String option : known(kind, base)) {
      assertThatThrownBy(() -> RUNS.of(kind, base.with(option + "q", 1)))
          .isInstanceOf(UnknownNameException.class)
          .hasMessageContaining("unknown option of " + name + " '" + option + "q'")
          .hasMessageContaining("did you mean '" + option + "'?");
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("providers")
  void everyOptionChangesSomething(String label, String name, Kind<?> kind) {
    Spec base = base(kind, name);
    List<String> known = new ArrayList<>(known(kind, base));
    known.remove("tied"); // names a layer before; TiedTest of cells has such models
    Map<String, List<Object>> accepted = new LinkedHashMap<>();
    List<String> open = new ArrayList<>();
    for (String option : known) {
      accepted.put(option, candidates(kind, base, option));
      if (!changes(kind, base, option, accepted.get(option))) {
        open.add(option);
      }
    }
    open.removeIf(option -> changesBesideAnother(kind, base, option, accepted));
    assertThat(open).as("options of %s %s without effect", label, name).isEmpty();
  }

  private static List<Object> candidates(Kind<?> kind, Spec base, String option) {
    List<Object> all = new ArrayList<>(VALUES);
    try {
      RUNS.of(kind, base.with(option, UNKNOWN));
    } catch (ComportaException e) {
      all.addAll(words(e)); // of a choice
    }
    return all;
  }

  private static boolean changes(Kind<?> kind, Spec base, String option, List<Object> values) {
    String without = run(kind, base);
    return without != null
        && values.stream()
            .anyMatch(value -> {
              String with = run(kind, base.with(option, value));
              return with != null && !with.equals(without);
            });
  }

  /** Some options count only beside another, such as Nesterov's momentum. */
  private static boolean changesBesideAnother(
      Kind<?> kind, Spec base, String option, Map<String, List<Object>> accepted) {
    for (var other : accepted.entrySet()) {
      if (!other.getKey().equals(option)) {
        for (Object value : other.getValue()) {
          if (changes(kind, base.with(other.getKey(), value), option, accepted.get(option))) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static @org.jspecify.annotations.Nullable String run(Kind<?> kind, Spec spec) {
    try {
      return RUNS.of(kind, spec);
    } catch (ComportaException e) {
      return null; // refused: it has no silent effect either
    }
  }
}
