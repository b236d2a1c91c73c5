package dev.comporta.api.catalog;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The providers of one kind, looked for when they are first asked for. Thread-safe. */
final class FoundOnce {
  private @Nullable Supplier<Discovery.Found> search;
  private volatile Discovery.@Nullable Found found;

  /** Providers that are looked for later. */
  FoundOnce(Supplier<Discovery.Found> search) {
    this.search = search;
  }

  /** Providers that are known. */
  FoundOnce(Discovery.Found found) {
    this.found = found;
  }

  /** The providers; the first call looks for them. */
  Discovery.Found get() {
    Discovery.Found known = found;
    return known == null ? find() : known;
  }

  private synchronized Discovery.Found find() {
    Discovery.Found known = found;
    if (known == null) {
      known = Objects.requireNonNull(search).get();
      found = known;
      search = null; // and with it the places, such as a class loader
    }
    return known;
  }
}
