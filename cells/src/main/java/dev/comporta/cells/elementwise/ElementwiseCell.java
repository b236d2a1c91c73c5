package dev.comporta.cells.elementwise;

import dev.comporta.cells.EquationsCell;
import org.jspecify.annotations.Nullable;

/** A cell without a product of its state, so that there is no operand to mask. */
interface ElementwiseCell extends EquationsCell {
  @Override
  default @Nullable String maskedPart() {
    return null;
  }
}
