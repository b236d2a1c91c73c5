package dev.comporta.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Source;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.testkit.Allocation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Whatever numbers a file gives, building is cheap or refused in a sentence. */
class CatalogLimitsTest {
  private static final Catalog CATALOG = Catalog.load();
  private static final long SEED = 7;
  private static final int DRAWS = 300;
  private static final long MOST_BYTES = 4 << 20;

  private static final List<Object> VALUES =
      List.of(
          0,
          -1,
          1,
          2,
          46_341,
          65_536,
          OptionReader.LARGEST_SIZE,
          1 << 30,
          Integer.MAX_VALUE,
          1L << 40,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          0.5,
          Double.NaN,
          1e308,
          -1e308,
          Double.POSITIVE_INFINITY,
          Double.MIN_VALUE,
          "word",
          true,
          List.of(1, 1 << 30));

  private static final List<Integer> INPUTS = List.of(1, 12, 46_341, OptionReader.LARGEST_SIZE);

  /** What providers cannot do without. */
  private static final Map<String, Object> REQUIRED =
      Map.ofEntries(
          Map.entry("units", 4),
          Map.entry("cell", "gru"),
          Map.entry("hidden", 3),
          Map.entry("filters", 2),
          Map.entry("width", 1),
          Map.entry("height", 1),
          Map.entry("kernel", 1),
          Map.entry("kernel-time", 1),
          Map.entry("kernel-height", 1),
          Map.entry("kernel-width", 1),
          Map.entry("vocabulary", 5),
          Map.entry("size", 4),
          Map.entry("characters", 5),
          Map.entry("character-size", 3),
          Map.entry("word-length", 2),
          Map.entry("layer", Spec.of("layer-norm")),
          Map.entry("layers", List.of(Spec.of("layer-norm"))),
          Map.entry("depth", 2),
          Map.entry("every", 2),
          Map.entry("lags", 2),
          Map.entry("steps", 2),
          Map.entry("length", 2),
          Map.entry("longest", 9),
          Map.entry("highest", 0.1));

  private static final List<Kind<?>> KINDS =
      List.of(
          Kind.LAYER,
          Kind.CELL,
          Kind.ATTENTION,
          Kind.LOSS,
          Kind.OPTIMIZER,
          Kind.SCHEDULE,
          Kind.INITIALIZER);

  private static void build(Kind<?> kind, Spec spec, int input) {
    if (kind.equals(Kind.LAYER)) {
      int features = List.of("embedding", "word-characters").contains(spec.name()) ? 0 : input;
      Source.Sizes source = new Source.Sizes(input, input);
      Layer layer =
          CATALOG.build(
              Kind.LAYER,
              spec,
              (provider, options) -> provider.create(features, source, options, CATALOG));
      assertThat(layer.outputSize()).isBetween(1, OptionReader.LARGEST_SIZE);
      layer.parameters().forEach(parameter -> assertThat(parameter.fanIn()).isPositive());
      layer.carry().forEach(part -> assertThat(part.size()).isPositive());
    } else if (kind.equals(Kind.CELL)) {
      Spec recurrent = Spec.of("recurrent").with("cell", spec).with("hidden", input);
      build(Kind.LAYER, recurrent, input);
    } else if (kind.equals(Kind.ATTENTION)) {
      CATALOG
          .build(Kind.ATTENTION, spec, (p, options) -> p.create(input, input, options))
          .parameters();
    } else if (kind.equals(Kind.LOSS)) {
      CATALOG.loss(spec);
    } else if (kind.equals(Kind.OPTIMIZER)) {
      CATALOG.optimizer(spec);
    } else if (kind.equals(Kind.SCHEDULE)) {
      CATALOG.schedule(spec);
    } else {
      CATALOG.initializer(spec);
    }
  }

  /** Adds what is missing until the provider reads to its end, and says what it has read. */
  private static Spec complete(Kind<?> kind, Spec given) {
    Spec spec = given;
    Pattern missing = Pattern.compile("expected an option '([a-z-]+)'");
    while (true) {
      try {
        build(kind, spec, 12);
        return spec;
      } catch (InvalidOptionException e) {
        Matcher option = missing.matcher(e.getMessage());
        if (!option.find()) {
          return spec;
        }
        assertThat(REQUIRED).as(e.getMessage()).containsKey(option.group(1));
        spec = spec.with(option.group(1), REQUIRED.get(option.group(1)));
      }
    }
  }

  private static List<String> options(Kind<?> kind, Spec spec) {
    try {
      build(kind, spec.with("no-such-option", 1), 12);
      throw new AssertionError("an option that does not exist was accepted by " + spec.name());
    } catch (UnknownNameException e) {
      Matcher known = Pattern.compile("expected one of ([a-z0-9, -]+)").matcher(e.getMessage());
      return known.find() ? List.of(known.group(1).split(", ")) : List.of();
    }
  }

  @TestFactory
  Stream<DynamicTest> everyProviderIsCheapOrRefuses() {
    return KINDS.stream()
        .flatMap(kind ->
            CATALOG.names(kind).stream()
                .map(name -> dynamicTest(kind.label() + " " + name, () -> check(kind, name))));
  }

  private static void check(Kind<?> kind, String name) {
    Spec start = Spec.of(name);
    Spec base =
        complete(kind, name.equals("adaptive-softmax") ? start.with("cutoffs", List.of(2)) : start);
    List<String> options = options(kind, base);
    for (String option : options) {
      for (Object value : VALUES) {
        for (int input : INPUTS) {
          attempt(kind, base.with(option, value), input);
        }
      }
    }
    Random random = new Random(SEED);
    for (int draw = 0; draw < DRAWS && !options.isEmpty(); draw++) {
      Spec spec = base;
      for (String option : options) {
        if (random.nextBoolean()) {
          spec = spec.with(option, VALUES.get(random.nextInt(VALUES.size())));
        }
      }
      attempt(kind, spec, INPUTS.get(random.nextInt(INPUTS.size())));
    }
  }

  private static void attempt(Kind<?> kind, Spec spec, int input) {
    long bytes =
        Allocation.least(
            MOST_BYTES,
            3,
            () -> {
              try {
                build(kind, spec, input);
              } catch (ComportaException e) {
                assertThat(e.getMessage())
                    .as(spec.toString())
                    .isNotBlank()
                    .hasSizeLessThanOrEqualTo(Printable.LONGEST_SENTENCE)
                    .doesNotContain("\n");
              } catch (RuntimeException | Error e) {
                throw new AssertionError("%s on %d features".formatted(spec, input), e);
              }
            });
    assertThat(bytes).as(spec.toString()).isLessThan(MOST_BYTES);
  }

  @Test
  void aFewBytesDoNotBecomeBillionsOfLayers() {
    Spec layer = Spec.of("layer-norm");
    assertThatThrownBy(() -> build(Kind.LAYER, stack(layer, Integer.MAX_VALUE), 3))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(
            "[stack] option 'depth' expected a whole number from 1 to 1024 but got 2147483647");
    Spec nested = layer;
    for (int i = 0; i < 10; i++) {
      nested = stack(nested, 100);
    }
    Spec billions = nested;
    assertThatThrownBy(() -> build(Kind.LAYER, billions, 3))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("expected a model of at most 4096 layers and cells");
    Spec model =
        Spec.of("sequential").with("input-size", 3).with("layers", List.of(billions, layer));
    assertThatThrownBy(() -> SequenceModel.build(model, CATALOG))
        .hasMessageContaining("expected a model of at most 4096 layers and cells");
    Spec[] many = new Spec[5000];
    Arrays.fill(many, layer);
    assertThatThrownBy(() ->
            SequenceModel.layers(
                Spec.of("sequential").with("input-size", 3).with("layers", List.of(many)), CATALOG))
        .hasMessageContaining("expected a model of at most 4096 layers and cells");
    Spec deep = layer;
    for (int i = 0; i < 30; i++) {
      deep = Spec.of("sequential").with("layers", List.of(deep));
    }
    Spec deepest = deep;
    assertThatThrownBy(() -> build(Kind.LAYER, deepest, 3))
        .hasMessageContaining("expected layers nested at most 24 deep");
  }

  @Test
  void aStackOfAThousandLayersIsBuilt() {
    build(Kind.LAYER, stack(Spec.of("layer-norm"), 1000), 3);
  }

  private static Spec stack(Spec layer, int depth) {
    return Spec.of("stack").with("layer", layer).with("depth", depth);
  }
}
