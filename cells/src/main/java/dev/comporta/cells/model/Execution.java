package dev.comporta.cells.model;

import org.apiguardian.api.API;

/** How a recurrent cell is run over a sequence. */
@API(status = API.Status.EXPERIMENTAL)
public enum Execution {
  /** By a plan made from a trace of its step; cells that cannot be traced run as defined. */
  PLAN,
  /** By calling its step at every timestep: slow, and what every plan is compared with. */
  DEFINITION
}
