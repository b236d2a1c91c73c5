package dev.comporta.cells.model;

import org.apiguardian.api.API;

/** How a recurrent cell is run over a sequence. */
@API(status = API.Status.EXPERIMENTAL)
public enum Execution {
  /** By a plan compiled from a trace of its step. Cells that cannot be traced run by definition. */
  PLAN,
  /** By calling its step at every timestep: slow, the reference for every plan. */
  DEFINITION
}
