package dev.comporta.examples.serving;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.onnx.OnnxModel;
import dev.comporta.onnx.OnnxStream;
import dev.comporta.onnx.export.OnnxExport;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Provenance;
import dev.comporta.tensor.CounterRandom;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Answers from an ONNX file whose graph is not a chain of layers. */
public final class OnnxGraphs {
  private OnnxGraphs() {}

  /** Prints whether a stream computes what one run does. */
  public static void main(String[] arguments) throws Exception {
    Path file = Files.createTempFile("graph", ".onnx");
    try {
      write(file);
      run(file);
    } finally {
      Files.delete(file);
    }
  }

  /** A minimal gated unit, for which ONNX has no operator: the file has a Scan. */
  private static void write(Path file) throws Exception {
    Catalog catalog = Catalog.load();
    Spec unit = Spec.of("recurrent").with("cell", "mgu").with("hidden", 3);
    Spec spec = Spec.of("sequential").with("input-size", 2).with("layers", List.of(unit));
    SequenceModel network = SequenceModel.build(spec, catalog);
    network.initialize(catalog, new CounterRandom(1));
    Provenance provenance = Provenance.of("example", 1, "none", "0".repeat(64), Spec.of("example"));
    ModelFile content = ModelFile.of(spec, network.parameters(), provenance);
    Files.write(file, OnnxExport.export(content, network, 17, "example").bytes());
  }

  private static void run(Path file) {
    // @start region="run"
    OnnxModel model = OnnxModel.load(file);
    Map<String, OnnxValue> inputs = new HashMap<>();
    inputs.put("x", OnnxTensor.of(new float[] {0.5f, 1, -0.25f, 0.75f}, 1, 2, 2)); // two timesteps
    inputs.put("lengths", OnnxTensor.of(ElementType.INT32, new long[] {2}, 1));
    inputs.put("layers_0_cell_h_in", OnnxTensor.of(new float[3], 1, 1, 3)); // a state
    float[] whole = model.run(inputs, "y").floats(); // [1, 2, 3]
    // @end region="run"
    // @start region="stream"
    OnnxStream stream = OnnxStream.of(model); // finds the states and keeps them
    OnnxTensor one = OnnxTensor.of(ElementType.INT32, new long[] {1}, 1);
    float[] last = {};
    for (float[] frame : List.of(new float[] {0.5f, 1}, new float[] {-0.25f, 0.75f})) {
      Map<String, OnnxTensor> step = Map.of("x", OnnxTensor.of(frame, 1, 1, 2), "lengths", one);
      last = stream.step(step, "y").floats(); // [1, 1, 3]
    }
    // @end region="stream"
    System.out.println("states: " + stream.states());
    System.out.println("step by step: " + (Math.abs(whole[5] - last[2]) < 1e-6));
  }
}
