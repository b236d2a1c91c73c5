package dev.comporta.benchmarks.graphs;

import java.nio.file.Path;

/** A library that runs ONNX files, in the process that it works in. */
public interface GraphLibrary {
  /** Its name and version. */
  String version();

  /**
   * Loads a file.
   *
   * @param file an ONNX file
   * @param threads the number of threads that a run may use
   */
  GraphRun open(Path file, int threads);
}
