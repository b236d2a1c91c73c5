package dev.comporta.benchmarks.peers.libtorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A loaded TorchScript program. DJL has separate entry points for running with and without
 * gradients.
 */
final class TorchProgram implements AutoCloseable {

  private final PtNDManager manager;
  private final PtSymbolBlock module;

  TorchProgram(PtNDManager manager, String text) {
    this.manager = manager;
    try {
      Path file = Files.createTempFile("program", ".pt");
      try {
        TorchArchive.write(file, text);
        module = JniUtils.loadModule(manager, file, false, new String[0], new String[0], false);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("[libtorch] cannot write the program to a temporary file", e);
    }
  }

  /** An array whose name tells DJL which method {@link #differentiate} should call. */
  NDArray method(String name) {
    NDArray method = manager.create(0f);
    method.setName("module_method:" + name);
    return method;
  }

  /** Names arrays so that DJL passes them as one list. */
  static void asList(String name, List<NDArray> arrays) {
    arrays.forEach(array -> array.setName(name + "[]"));
  }

  /** Runs the method named by the first array and records gradients. */
  NDList differentiate(NDList methodAndArguments) {
    JniUtils.setGradMode(true);
    try {
      return IValueUtils.forward(module, methodAndArguments, true);
    } finally {
      JniUtils.setGradMode(false);
    }
  }

  /** Runs a method without gradients; the caller closes the result. */
  IValue call(String method, IValue... arguments) {
    return IValueUtils.runMethod(module, method, arguments);
  }

  /** Creates a list argument for {@link #call}. */
  static IValue list(List<NDArray> arrays) {
    return IValue.listFrom(arrays.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
  }

  @Override
  public void close() {
    module.close();
  }
}
