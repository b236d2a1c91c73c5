package dev.comporta.cli;

import dev.comporta.api.ComportaException;
import dev.comporta.api.NamedProvider;
import dev.comporta.api.attention.AttentionProvider;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Source;
import dev.comporta.api.model.OptionDescription;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.InitializerProvider;
import dev.comporta.api.training.LossProvider;
import dev.comporta.api.training.OptimizerProvider;
import dev.comporta.api.training.ScheduleProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Finds out which options a provider has: it creates things with placeholders, and once more with
 * each choice, because some options are read only together with another.
 */
final class ProviderOptions {
  private static final int FEATURES = 12; // of a picture of 4 by 3, and even

  private static final Spec CELL = Spec.of("gru");
  private static final Spec RECURRENT =
      Spec.of("recurrent").with("cell", CELL).with("hidden", FEATURES);
  private static final Spec DENSE = Spec.of("dense").with("units", FEATURES);

  private static final Map<String, Object> PLACEHOLDERS =
      Map.ofEntries(
          Map.entry("cell", CELL),
          Map.entry("channels", 1),
          Map.entry("cutoffs", List.of(3, 5)),
          Map.entry("depth", 2),
          Map.entry("height", 4),
          Map.entry("hidden", FEATURES),
          Map.entry("kernel", 2),
          Map.entry("layer", RECURRENT),
          Map.entry("layers", List.of(DENSE)),
          Map.entry("units", 8),
          Map.entry("vocabulary", 8),
          Map.entry("width", 3));

  private final Catalog catalog;
  private final Map<String, OptionDescription> found = new LinkedHashMap<>();

  private ProviderOptions(Catalog catalog) {
    this.catalog = catalog;
  }

  /** The options of a provider, in the order in which it reads them; none if it has none. */
  static List<OptionDescription> of(NamedProvider provider, Catalog catalog) {
    ProviderOptions options = new ProviderOptions(catalog);
    Spec plain = Spec.of(provider.name());
    options.read(provider, plain);
    for (OptionDescription option : List.copyOf(options.found.values())) {
      for (Object value : values(option)) {
        options.read(provider, plain.with(option.name(), value));
      }
    }
    return List.copyOf(options.found.values());
  }

  private static List<Object> values(OptionDescription option) {
    return switch (option.fallback()) {
      case Boolean flag -> List.of(!flag);
      case Long _ -> List.of(1L, 2L);
      case Double _ -> List.of(0.5);
      case null, default -> List.copyOf(option.words());
    };
  }

  private void read(NamedProvider provider, Spec spec) {
    for (Consumer<OptionReader> attempt : attempts(provider)) {
      OptionReader reader = OptionReader.describing(spec, PLACEHOLDERS);
      try {
        attempt.accept(reader);
      } catch (ComportaException | ArithmeticException e) {
        // What was read before counts as well: no one set of values suits every provider.
      }
      reader.described().forEach(option -> found.putIfAbsent(option.name(), option));
    }
  }

  /** The ways in which a kind of provider creates: a layer reads features, ids, or a source. */
  private List<Consumer<OptionReader>> attempts(NamedProvider provider) {
    List<Consumer<OptionReader>> attempts = new ArrayList<>();
    switch (provider) {
      case CellProvider cell -> attempts.add(it -> cell.create(FEATURES, FEATURES, it));
      case LayerProvider layer -> {
        attempts.add(it -> layer.create(FEATURES, it, catalog));
        attempts.add(it -> layer.create(0, it, catalog));
        Source.Sizes source = new Source.Sizes(FEATURES, FEATURES);
        attempts.add(it -> layer.create(FEATURES, source, it, catalog));
      }
      case AttentionProvider attention ->
          attempts.add(it -> attention.create(FEATURES, FEATURES, it));
      case LossProvider loss -> attempts.add(loss::create);
      case OptimizerProvider optimizer -> attempts.add(optimizer::create);
      case ScheduleProvider schedule -> attempts.add(it -> schedule.create(it, catalog));
      case InitializerProvider initializer -> attempts.add(initializer::create);
      default -> {
        // Backends have no options, and those of a task are declared.
      }
    }
    return attempts;
  }
}
