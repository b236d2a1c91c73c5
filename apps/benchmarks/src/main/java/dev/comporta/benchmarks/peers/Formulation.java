package dev.comporta.benchmarks.peers;

/** How a cell is implemented in a library. */
public enum Formulation {
  /** The library's built-in layer. */
  BUILT_IN,
  /**
   * The equations written with the library's operations, called one by one from the host language
   * in a loop over timesteps, with the input product hoisted out of the loop, as the author of a
   * new cell would write them.
   */
  WRITTEN_OUT,
  /**
   * The same equations compiled to a program of the library (TorchScript), so that the loop
   * contains no calls from the host language.
   */
  SCRIPTED
}
