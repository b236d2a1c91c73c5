package dev.comporta.exchange.keras;

import dev.comporta.api.model.Spec;
import dev.comporta.exchange.files.ForeignTensor;
import java.util.List;
import java.util.Map;

/** What the cell of a recurrent layer becomes. */
interface KerasCell {
  /** Our cell. */
  Spec cell();

  /** The hidden size of our cell. */
  int units();

  /** Whether its state has a cell state. */
  boolean isLstm();

  /** What it gives at one timestep. */
  Flow step();

  /** The parameters of our cell, without a prefix. */
  Map<String, ForeignTensor> parameters(List<ForeignTensor> weights);
}
