package dev.comporta.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.onnx.export.OnnxExport;
import dev.comporta.onnx.proto.GraphProto;
import dev.comporta.onnx.proto.ModelProto;
import dev.comporta.onnx.proto.NodeProto;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Provenance;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Models with random weights and biases, and their exports, read back. */
final class Exports {
  private Exports() {}

  /**
   * A model.
   *
   * @param inputSize its features; 0 for ids
   * @param seed of the weights
   * @param scale the standard deviation of the weights
   */
  static SequenceModel model(
      Catalog catalog, int inputSize, List<Spec> layers, long seed, float scale) {
    Spec spec = Spec.of(SequenceModel.KIND).with("input-size", inputSize).with("layers", layers);
    SequenceModel model = SequenceModel.build(spec, catalog);
    Random random = new Random(seed);
    for (Parameter parameter : model.parameters().all()) {
      float[] values = new float[parameter.shape().count()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian() * scale;
      }
      model.parameters().set(parameter.name(), parameter.shape(), values);
    }
    return model;
  }

  static ModelFile file(SequenceModel model) {
    Provenance provenance = Provenance.of("test", 0, "none", "", Spec.of("imported"));
    return ModelFile.of(model.spec(), model.parameters(), provenance);
  }

  /** Exports a model, and requires that its nodes are in order. */
  static OnnxExport.Exported export(SequenceModel model, int version) {
    OnnxExport.Exported exported = OnnxExport.export(file(model), model, version, "test");
    try {
      requireOrder(ModelProto.parseFrom(exported.bytes()).getGraph(), Set.of(""));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
    return exported;
  }

  /**
   * Nodes read what earlier nodes, inputs, weights and surrounding graphs define, as ONNX wants.
   */
  private static void requireOrder(GraphProto graph, Set<String> around) {
    Set<String> known = new HashSet<>(around);
    graph.getInputList().forEach(it -> known.add(it.getName()));
    graph.getInitializerList().forEach(it -> known.add(it.getName()));
    for (NodeProto node : graph.getNodeList()) {
      assertThat(known).as(node.getName()).containsAll(node.getInputList());
      node.getAttributeList().stream()
          .filter(it -> it.hasG())
          .forEach(it -> requireOrder(it.getG(), known));
      known.addAll(node.getOutputList());
    }
    graph.getOutputList().forEach(it -> assertThat(known).contains(it.getName()));
  }

  static OnnxModel load(byte[] bytes) {
    return OnnxModel.load("the export", bytes, TestGraph.BACKEND, Workers.ALONE);
  }

  static OnnxExport.Verdict verify(OnnxExport.Exported exported, SequenceModel model) {
    return verify(exported.bytes(), exported.states(), model);
  }

  static OnnxExport.Verdict verify(byte[] bytes, List<String> states, SequenceModel model) {
    return OnnxExport.verify(load(bytes), states, model, TestGraph.BACKEND);
  }
}
