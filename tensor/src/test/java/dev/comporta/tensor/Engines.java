package dev.comporta.tensor;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.tensor.TensorBackend;
import java.util.stream.Stream;

/** The backends for tests of the tape. */
final class Engines {
  private static final Catalog CATALOG = Catalog.load();

  private Engines() {}

  static Stream<TensorBackend> backends() {
    return CATALOG.names(Kind.BACKEND).stream().map(CATALOG::backend);
  }

  static TensorBackend reference() {
    return CATALOG.backend("reference");
  }
}
