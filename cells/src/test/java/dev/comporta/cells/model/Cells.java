package dev.comporta.cells.model;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Spec;
import dev.comporta.testkit.CellSpecs;
import java.util.Map;

/** All cells and layers with every option that affects their results. */
final class Cells {
  private static final Catalog CATALOG = Catalog.load();

  private Cells() {}

  /** The specifications of all cells by a short description. */
  static Map<String, Spec> all() {
    return CellSpecs.all();
  }

  /** The same with all kinds of dropout that the cell supports. */
  static Map<String, Spec> noisy() {
    return CellSpecs.noisy(CATALOG.names(Kind.CELL));
  }

  static Layer recurrent(Spec cell, int input, int hidden) {
    return layer(Spec.of("recurrent").with("cell", cell).with("hidden", hidden), input);
  }

  static Layer layer(Spec spec, int input) {
    return CATALOG.build(
        Kind.LAYER, spec, (provider, options) -> provider.create(input, options, CATALOG));
  }
}
