package dev.comporta.benchmarks.peers;

/** How a library is asked to compute a cell. */
public enum Formulation {
  /** With the layer that the library offers. */
  BUILT_IN,
  /**
   * With the equations written in the library's operations, called one by one from the host
   * language in a loop over timesteps, the input product hoisted out of the loop: what the author
   * of a new cell writes.
   */
  WRITTEN_OUT,
  /**
   * The same equations as a program that the library runs by itself (TorchScript), so that no call
   * from the host language is paid for inside the loop.
   */
  SCRIPTED
}
