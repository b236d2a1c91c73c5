package dev.comporta.kit;

import static dev.comporta.api.Formatting.formatted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.comporta.api.ComportaException;
import dev.comporta.api.NamedProvider;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.OptionDescription;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is the same for providers of all kinds: their name and description, and how they read their
 * options. Extend the contract of a kind, such as {@link CellContract}, not this class.
 *
 * @param <P> the provider interface
 */
@API(status = API.Status.EXPERIMENTAL)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ProviderContract<P extends NamedProvider> {
  private static final int LONGEST_DESCRIPTION = 200;

  private static final Pattern FROM_TO =
      Pattern.compile("a (?:whole )?number from (\\S+) to (\\S+)");
  private static final Pattern OR_MORE = Pattern.compile("a (?:whole )?number of (\\S+) or more");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  private final Kind<P> kind;

  ProviderContract(Kind<P> kind) {
    this.kind = kind;
  }

  /**
   * The specifications to test, all of the same provider. Each test of the contract runs with each
   * of them, so give one for every option that changes a formula.
   *
   * @return one or more, with the options that must be given
   */
  protected abstract List<Spec> specs();

  /**
   * The catalog that has the provider.
   *
   * @return the installed providers by default
   */
  protected Catalog catalog() {
    return Catalog.load();
  }

  /** Builds what a specification describes, of any sizes. */
  abstract Object build(Spec spec);

  /** Calls the provider with a reader of the contract's own. */
  abstract void create(P provider, OptionReader options);

  private P provider() {
    return catalog().find(kind, specs().getFirst().name());
  }

  /**
   * The provider can be found by its name, which is lower-case letters, digits and hyphens, and
   * described by one line.
   */
  @Test
  public void nameAndDescriptionKeepTheRules() {
    P provider = provider();
    assertThat(specs()).as("specifications").isNotEmpty();
    assertThat(new TreeSet<>(specs().stream().map(Spec::name).toList()))
        .as("the providers of the specifications")
        .containsExactly(provider.name());
    assertThat(provider.name()).as("name").matches(NAME);
    assertThat(provider.description())
        .as("description")
        .isNotBlank()
        .isEqualTo(provider.description().strip());
    assertThat(provider.description().chars().noneMatch(Character::isISOControl))
        .as("description '%s' is one line", provider.description())
        .isTrue();
    assertThat(provider.description().length())
        .as("characters of the description '%s'", provider.description())
        .isLessThanOrEqualTo(LONGEST_DESCRIPTION);
    assertThat(provider.description()).as("description").doesNotEndWith(".");
  }

  /**
   * A misspelt option is refused, and the message lists the options that exist.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void anUnknownOptionIsRefused(Spec spec) {
    List<OptionDescription> known = described(spec);
    for (OptionDescription option : known) {
      String misspelt = option.name() + "x";
      ComportaException refused = refused(spec.with(misspelt, 1), "the option '" + misspelt + "'");
      assertThat(refused).hasMessageStartingWith("unknown option of " + spec.name());
      for (OptionDescription other : known) {
        assertThat(refused).hasMessageContaining(other.name());
      }
    }
    refused(spec.with("no-such-option", 1), "the option 'no-such-option'");
  }

  /**
   * A value of another type is refused by a message that names the option.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void aValueOfAnotherTypeIsRefused(Spec spec) {
    for (OptionDescription option : described(spec)) {
      Object wrong = isNumber(option) ? "seven" : 7.25;
      Spec changed = spec.with(option.name(), wrong);
      requireNamed(spec, refused(changed, "'" + option.name() + "' = " + wrong));
    }
  }

  /**
   * A number outside the range of its option is refused by a message that names the option.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void aNumberOutOfRangeIsRefused(Spec spec) {
    for (OptionDescription option : described(spec)) {
      for (Object outside : outside(option)) {
        Spec changed = spec.with(option.name(), outside);
        requireNamed(spec, refused(changed, "'" + option.name() + "' = " + outside));
      }
    }
  }

  /**
   * Whatever number an option has, the provider accepts it or refuses it in one sentence.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void extremeNumbersAreAcceptedOrRefusedInOneSentence(Spec spec) {
    Object[] extremes = {
      0,
      1,
      2,
      -1,
      3.5,
      -0.0,
      1e-300,
      1e300,
      -1e300,
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Long.MIN_VALUE,
      Long.MAX_VALUE,
      Integer.MAX_VALUE,
      1 << 24
    };
    for (OptionDescription option : described(spec)) {
      if (!isNumber(option)) {
        continue;
      }
      for (Object extreme : extremes) {
        try {
          build(spec.with(option.name(), extreme));
        } catch (ComportaException e) {
          assertThat(e.getMessage()).isNotBlank();
        } catch (RuntimeException e) {
          fail(
              formatted(
                  "expected '%s' = %s to be accepted, or refused by a ComportaException, but got %s",
                  option.name(), extreme, e),
              e);
        }
      }
    }
  }

  /** The message is about an option, which may be another one that excludes the changed one. */
  private void requireNamed(Spec spec, ComportaException refused) {
    assertThat(described(spec))
        .as("the options, one of which the message '%s' names", refused.getMessage())
        .anyMatch(option -> String.valueOf(refused.getMessage()).contains(option.name()));
  }

  private ComportaException refused(Spec spec, String what) {
    try {
      build(spec);
    } catch (ComportaException e) {
      return e;
    } catch (RuntimeException e) {
      return fail(
          formatted(
              "expected %s of '%s' to be refused by a ComportaException but got %s",
              what, spec.name(), e),
          e);
    }
    return fail(formatted("expected %s of '%s' to be refused", what, spec.name()));
  }

  /** What the provider asks for when it creates what the specification describes. */
  private List<OptionDescription> described(Spec spec) {
    OptionReader reader = OptionReader.describing(spec, Map.of());
    create(provider(), reader);
    return reader.described();
  }

  private static boolean isNumber(OptionDescription option) {
    return option.values().startsWith("a whole number") || option.values().startsWith("a number");
  }

  private static List<Object> outside(OptionDescription option) {
    List<Object> outside = new ArrayList<>();
    boolean whole = option.values().startsWith("a whole number");
    Matcher range = FROM_TO.matcher(option.values());
    Matcher least = OR_MORE.matcher(option.values());
    if (range.matches()) {
      outside.add(moved(range.group(1), -1, whole));
      outside.add(moved(range.group(2), 1, whole));
    } else if (least.matches()) {
      outside.add(moved(least.group(1), -1, whole));
    } else if (option.values().equals("a number above 0")) {
      outside.add(0.0);
      outside.add(-1.0);
    }
    if (isNumber(option) && !whole) {
      outside.add(Double.NaN);
    }
    return outside;
  }

  private static Object moved(String bound, int by, boolean whole) {
    if (whole) {
      return Long.parseLong(bound) + by;
    }
    double number = Double.parseDouble(bound);
    return number + by * Math.max(1, Math.abs(number));
  }

  static void requireSame(String what, float[] expected, float[] actual) {
    assertThat(actual).as(what).isEqualTo(expected);
  }
}
