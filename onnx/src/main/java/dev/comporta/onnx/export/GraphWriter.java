package dev.comporta.onnx.export;

import static dev.comporta.api.Formatting.formatted;

import com.google.protobuf.ByteString;
import dev.comporta.onnx.proto.AttributeProto;
import dev.comporta.onnx.proto.GraphProto;
import dev.comporta.onnx.proto.ModelProto;
import dev.comporta.onnx.proto.NodeProto;
import dev.comporta.onnx.proto.OperatorSetIdProto;
import dev.comporta.onnx.proto.StringStringEntryProto;
import dev.comporta.onnx.proto.TensorProto;
import dev.comporta.onnx.proto.TensorShapeProto;
import dev.comporta.onnx.proto.TypeProto;
import dev.comporta.onnx.proto.ValueInfoProto;
import dev.comporta.onnx.value.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Builds a graph: nodes, weights, inputs and outputs of one operator set. */
final class GraphWriter {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("comporta");
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<List<Long>, String> shapes = new LinkedHashMap<>();
  private final Map<Float, String> numbers = new LinkedHashMap<>();
  private final Set<String> known = new HashSet<>();
  private final GraphWriter root;
  private final int version;
  private int names;

  /** A graph without nodes. */
  public GraphWriter(int version) {
    this.version = version;
    this.root = this;
  }

  private GraphWriter(GraphWriter outer) {
    this.version = outer.version;
    this.root = outer.root;
    graph.setName("step");
  }

  /** A subgraph without nodes, which reads values and weights of this one. */
  GraphWriter body() {
    return new GraphWriter(this);
  }

  /** A subgraph. */
  static AttributeProto attribute(String name, GraphWriter body) {
    return AttributeProto.newBuilder().setName(name).setType(5).setG(body.graph).build();
  }

  /** The name of a value of the outermost graph, which is computed when it is first asked for. */
  String once(String name, Consumer<String> computes) {
    if (root.known.add(name)) {
      computes.accept(name);
    }
    return name;
  }

  /** The version of the operator set. */
  public int version() {
    return version;
  }

  /** A name that no other value has. */
  String fresh(String stem) {
    return formatted("%s_%d", stem, ++root.names);
  }

  /** An integer attribute. */
  public static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(2).setI(value).build();
  }

  /** A number. */
  public static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder().setName(name).setType(1).setF(value).build();
  }

  /** Text. */
  public static AttributeProto attribute(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(3)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  /** Integers. */
  public static AttributeProto attribute(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(7)
        .addAllInts(Arrays.stream(values).boxed().toList())
        .build();
  }

  /** Words. */
  public static AttributeProto attribute(String name, List<String> values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(8)
        .addAllStrings(values.stream().map(ByteString::copyFromUtf8).toList())
        .build();
  }

  /** Adds a node; an empty name is an absent input or output. */
  public void node(
      String operator, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName(fresh(operator))
            .setOpType(operator)
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(Arrays.asList(attributes)));
  }

  /** Adds a node of one output and returns its name. */
  public String apply(String operator, List<String> inputs, AttributeProto... attributes) {
    String output = fresh(operator.toLowerCase(Locale.ROOT));
    node(operator, inputs, List.of(output), attributes);
    return output;
  }

  /**
   * Adds weights under a name, unless it has them already; subgraphs read those of the outermost.
   */
  public String weights(String name, float[] values, long... sizes) {
    return once(name, absent -> root.store(name, values, sizes));
  }

  private void store(String name, float[] values, long... sizes) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(4, values.length)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(ElementType.FLOAT32.number())
            .addAllDims(Arrays.stream(sizes).boxed().toList())
            .setRawData(ByteString.copyFrom(bytes.array())));
  }

  /** A scalar constant; equal ones are stored once. */
  String number(float value) {
    return root.numbers.computeIfAbsent(
        value, absent -> root.weights(fresh("number"), new float[] {value}));
  }

  /** A scalar integer constant; equal ones are stored once. */
  String whole(long value) {
    return once(
        formatted("whole_number_%d", value),
        name ->
            root.graph.addInitializer(
                TensorProto.newBuilder()
                    .setName(name)
                    .setDataType(ElementType.INT64.number())
                    .addInt64Data(value)));
  }

  /** A constant of integers, such as a shape; equal ones are stored once. */
  public String integers(long... values) {
    List<Long> key = Arrays.stream(values).boxed().toList();
    return root.shapes.computeIfAbsent(
        key,
        absent -> {
          String name = fresh("shape");
          root.graph.addInitializer(
              TensorProto.newBuilder()
                  .setName(name)
                  .setDataType(ElementType.INT64.number())
                  .addDims(values.length)
                  .addAllInt64Data(key));
          return name;
        });
  }

  /** A value as elements of another type. */
  String cast(String x, ElementType type) {
    return apply("Cast", List.of(x), attribute("to", (long) type.number()));
  }

  /** A size of a value as a vector of one element. */
  String size(String x, int axis) {
    return apply("Gather", List.of(apply("Shape", List.of(x)), integers(axis)));
  }

  /** A value with the first two sizes of another one, and a last size. */
  String reshapedLike(String x, String like, int last) {
    String shape =
        apply(
            "Concat", List.of(size(like, 0), size(like, 1), integers(last)), attribute("axis", 0L));
    return apply("Reshape", List.of(x, shape));
  }

  /** The numbers from 0 to a count, itself excluded, which is a vector of one element. */
  String range(String count) {
    String scalar = apply("Reshape", List.of(count, integers()));
    return apply("Range", List.of(whole(0), scalar, whole(1)));
  }

  /** A value with one more axis, of size 1. */
  String unsqueezed(String x, int axis) {
    return version < 13
        ? apply("Unsqueeze", List.of(x), attribute("axes", new long[] {axis}))
        : apply("Unsqueeze", List.of(x, integers(axis)));
  }

  /** A part of one axis. */
  String sliced(String x, int axis, int from, int to) {
    return version < 10
        ? apply(
            "Slice",
            List.of(x),
            attribute("axes", new long[] {axis}),
            attribute("starts", new long[] {from}),
            attribute("ends", new long[] {to}))
        : apply("Slice", List.of(x, integers(from), integers(to), integers(axis)));
  }

  /** A reduction of some axes, which are kept with the size 1 or removed. */
  String reduced(String operator, String x, boolean keep, long... axes) {
    boolean byInput = version >= (operator.equals("ReduceSum") ? 13 : 18);
    List<AttributeProto> attributes = new ArrayList<>();
    if (!keep) {
      attributes.add(attribute("keepdims", 0L));
    }
    if (!byInput) {
      attributes.add(attribute("axes", axes));
    }
    return apply(
        operator,
        byInput ? List.of(x, integers(axes)) : List.of(x),
        attributes.toArray(AttributeProto[]::new));
  }

  private static ValueInfoProto info(String name, ElementType type, Object... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object size : sizes) {
      shape.addDim(
          size instanceof Number number
              ? TensorShapeProto.Dimension.newBuilder().setDimValue(number.longValue())
              : TensorShapeProto.Dimension.newBuilder().setDimParam(size.toString()));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.number()).setShape(shape)))
        .build();
  }

  /** Declares an input; a size is a number or the name of a dynamic one. */
  public void input(String name, ElementType type, Object... sizes) {
    graph.addInput(info(name, type, sizes));
  }

  /** Declares an output. */
  public void output(String name, ElementType type, Object... sizes) {
    graph.addOutput(info(name, type, sizes));
  }

  /** Adds metadata. */
  public void metadata(String key, String value) {
    metadata.put(key, value);
  }

  /** The oldest version of the file format that has an operator set. */
  private static long fileVersion(int operators) {
    return operators < 10
        ? 4
        : operators < 11
            ? 5
            : operators < 12
                ? 6
                : operators < 15
                    ? 7
                    : operators < 19
                        ? 8
                        : operators < 21
                            ? 9
                            : operators < 23 ? 10 : operators < 24 ? 11 : operators < 25 ? 12 : 13;
  }

  /** The file. */
  public byte[] toBytes(String producerVersion) {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(fileVersion(version))
            .setProducerName("comporta")
            .setProducerVersion(producerVersion)
            .setGraph(graph)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(version));
    metadata.forEach((key, value) ->
        model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build().toByteArray();
  }
}
