package dev.comporta.conformance;

import dev.comporta.api.catalog.Catalog;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A kind of case that computes without a backend. */
@FunctionalInterface
interface Plain {
  Outcome run(ReferenceCase file, Catalog catalog);

  /** What was compared, and what a reader must know about it. */
  record Outcome(List<Comparison> comparisons, @Nullable String remark) {}
}
