package dev.comporta.onnx;

import com.google.protobuf.ByteString;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.onnx.proto.AttributeProto;
import dev.comporta.onnx.proto.GraphProto;
import dev.comporta.onnx.proto.ModelProto;
import dev.comporta.onnx.proto.NodeProto;
import dev.comporta.onnx.proto.OperatorSetIdProto;
import dev.comporta.onnx.proto.TensorProto;
import dev.comporta.onnx.proto.TensorShapeProto;
import dev.comporta.onnx.proto.TypeProto;
import dev.comporta.onnx.proto.ValueInfoProto;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Builds small graphs. */
final class TestGraph {
  static final TensorBackend BACKEND = Catalog.load().preferredBackend(reason -> {});

  /** Sees every graph of one node that a test runs, with its inputs and what it computed. */
  interface Witness {
    void sees(TestGraph graph, Map<String, OnnxValue> inputs, Map<String, OnnxValue> outputs);
  }

  /** In the profile {@code peers}, ONNX Runtime. */
  static Witness witness = (graph, inputs, outputs) -> {};

  final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
  private final int version;

  TestGraph(int version) {
    this.version = version;
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(2).setI(value).build();
  }

  static AttributeProto real(String name, float value) {
    return AttributeProto.newBuilder().setName(name).setType(1).setF(value).build();
  }

  static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(3)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  static AttributeProto integers(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(7)
        .addAllInts(Arrays.stream(values).boxed().toList())
        .build();
  }

  static AttributeProto reals(String name, List<Float> values) {
    return AttributeProto.newBuilder().setName(name).setType(6).addAllFloats(values).build();
  }

  static AttributeProto words(String name, List<String> values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(8)
        .addAllStrings(values.stream().map(ByteString::copyFromUtf8).toList())
        .build();
  }

  static AttributeProto body(String name, TestGraph body) {
    return AttributeProto.newBuilder().setName(name).setType(5).setG(body.graph).build();
  }

  static AttributeProto tensor(String name, OnnxTensor value) {
    return AttributeProto.newBuilder().setName(name).setType(4).setT(proto("", value)).build();
  }

  static TensorProto proto(String name, OnnxTensor value) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(value.type().number());
    for (int size : value.sizes()) {
      tensor.addDims(size);
    }
    for (int i = 0; i < value.count(); i++) {
      switch (value.type()) {
        case FLOAT32 -> tensor.addFloatData(value.floats()[i]);
        case FLOAT64 -> tensor.addDoubleData(value.doubles()[i]);
        case INT64 -> tensor.addInt64Data(value.longs()[i]);
        case UINT64, UINT32 -> tensor.addUint64Data(value.longs()[i]);
        case STRING -> tensor.addStringData(ByteString.copyFromUtf8(value.strings()[i]));
        case FLOAT16 -> tensor.addInt32Data(Float.floatToFloat16(value.floats()[i]) & 0xffff);
        case BFLOAT16 -> tensor.addInt32Data(Float.floatToRawIntBits(value.floats()[i]) >>> 16);
        default -> tensor.addInt32Data((int) value.longs()[i]);
      }
    }
    return tensor.build();
  }

  private static ValueInfoProto info(String name, ElementType type, Object... sizes) {
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type.number());
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object size : sizes) {
      shape.addDim(
          size instanceof Integer fixed
              ? TensorShapeProto.Dimension.newBuilder().setDimValue(fixed)
              : TensorShapeProto.Dimension.newBuilder().setDimParam(size.toString()));
    }
    if (sizes.length > 0) {
      tensor.setShape(shape);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  TestGraph input(String name, ElementType type, Object... sizes) {
    graph.addInput(info(name, type, sizes));
    return this;
  }

  TestGraph output(String name, Object... sizes) {
    graph.addOutput(info(name, ElementType.FLOAT32, sizes));
    return this;
  }

  TestGraph constant(String name, OnnxTensor value) {
    graph.addInitializer(proto(name, value));
    return this;
  }

  TestGraph node(
      String operator, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
    long before =
        graph.getNodeList().stream().filter(it -> it.getOpType().equals(operator)).count();
    graph.addNode(
        NodeProto.newBuilder()
            .setName("the " + operator + (before == 0 ? "" : " " + (before + 1)))
            .setOpType(operator)
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(Arrays.asList(attributes)));
    return this;
  }

  ModelProto.Builder model() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(version))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1));
  }

  byte[] bytes() {
    return model().build().toByteArray();
  }

  OnnxModel load() {
    return OnnxModel.load("the test's graph", bytes(), BACKEND, Workers.ALONE);
  }

  /** Runs one node on tensors; absent inputs are null. */
  static List<OnnxValue> run(
      int version,
      String operator,
      List<OnnxTensor> inputs,
      int outputs,
      AttributeProto... attributes) {
    TestGraph test = new TestGraph(version);
    List<String> names = new java.util.ArrayList<>();
    Map<String, OnnxValue> given = new java.util.LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      OnnxTensor tensor = inputs.get(i);
      names.add(tensor == null ? "" : "in" + i);
      if (tensor != null) {
        test.input("in" + i, tensor.type());
        given.put("in" + i, tensor);
      }
    }
    List<String> results = new java.util.ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      results.add("out" + i);
      test.output("out" + i);
    }
    test.node(operator, names, results, attributes);
    Map<String, OnnxValue> found = test.load().run(given);
    witness.sees(test, given, found);
    return List.copyOf(found.values());
  }

  /** Runs one node of one output. */
  static OnnxTensor one(
      int version, String operator, List<OnnxTensor> inputs, AttributeProto... attributes) {
    return (OnnxTensor) run(version, operator, inputs, 1, attributes).getFirst();
  }
}
