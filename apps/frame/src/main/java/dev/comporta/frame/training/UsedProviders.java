package dev.comporta.frame.training;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.catalog.ProviderOrigin;
import dev.comporta.api.model.Spec;
import dev.comporta.serialization.Provenance;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Finds the providers of a run that are no part of Comporta, for the provenance of its model. */
final class UsedProviders {
  private UsedProviders() {}

  /**
   * The providers that specifications name. A name may be that of an option's value: then a
   * provider that was not used is listed, too.
   *
   * @param catalog the installed providers
   * @param specs the model, the losses and the settings of the run
   */
  static List<Provenance.Provider> of(Catalog catalog, List<Spec> specs) {
    Set<String> names = new HashSet<>();
    specs.forEach(spec -> collect(spec, names));
    List<Provenance.Provider> used = new ArrayList<>();
    for (Kind<?> kind : catalog.kinds()) {
      for (NamedProvider provider : catalog.all(kind)) {
        ProviderOrigin origin = ProviderOrigin.of(provider);
        if (!origin.isBuiltIn() && names.contains(provider.name())) {
          used.add(
              new Provenance.Provider(
                  kind.label(),
                  provider.name(),
                  Objects.requireNonNullElse(origin.jar(), ""),
                  Objects.requireNonNullElse(origin.version(), "")));
        }
      }
    }
    return used;
  }

  private static void collect(Object value, Set<String> names) {
    switch (value) {
      case Spec spec -> {
        names.add(spec.name());
        spec.options().values().forEach(option -> collect(option, names));
      }
      case List<?> list -> list.forEach(item -> collect(item, names));
      case String text -> names.add(text);
      default -> {
        // Numbers and flags name nothing.
      }
    }
  }
}
