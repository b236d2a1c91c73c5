package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.onnx.proto.AttributeProto;
import dev.comporta.onnx.proto.NodeProto;
import dev.comporta.onnx.schema.TensorDecoder;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node while its kernel is made: its attributes, the version of its operator, its bodies. */
public final class NodeInfo {
  private final NodeProto node;
  private final String label;
  private final int version;
  private final TensorDecoder decoder;
  private final Map<String, AttributeProto> attributes;
  private final Map<String, Body> bodies;
  private final @Nullable OnnxValue[] constants;

  /**
   * Describes a node.
   *
   * @param node its message
   * @param version of the operator set that the model imports for its domain
   * @param decoder decodes tensors in attributes
   * @param attributes its attributes by name
   * @param bodies its subgraphs by the name of their attribute
   * @param constants the inputs that are known already, null where they are not
   */
  public NodeInfo(
      NodeProto node,
      int version,
      TensorDecoder decoder,
      Map<String, AttributeProto> attributes,
      Map<String, Body> bodies,
      @Nullable OnnxValue[] constants) {
    this.node = node;
    this.label = label(node);
    this.version = version;
    this.decoder = decoder;
    this.attributes = attributes;
    this.bodies = new LinkedHashMap<>(bodies);
    this.constants = constants;
  }

  /** What messages call a node. */
  public static String label(NodeProto node) {
    String name =
        !node.getName().isEmpty()
            ? node.getName()
            : node.getOutputCount() > 0 ? "-> " + node.getOutput(0) : "";
    return formatted("[%s] node %s", Printable.quote(node.getOpType()), Printable.quoted(name));
  }

  /** The label of this node. */
  public String label() {
    return label;
  }

  /** The operator's name. */
  public String operator() {
    return node.getOpType();
  }

  /** The version of the operator set. */
  public int version() {
    return version;
  }

  /** The number of declared inputs. */
  public int inputs() {
    return node.getInputCount();
  }

  /** The number of declared outputs. */
  public int outputs() {
    return node.getOutputCount();
  }

  /** Whether the graph uses an output: exporters leave the names of unused ones empty. */
  public boolean wants(int output) {
    return output < node.getOutputCount() && !node.getOutput(output).isEmpty();
  }

  /** Whether an input is declared. */
  public boolean has(int input) {
    return input < node.getInputCount() && !node.getInput(input).isEmpty();
  }

  /** An input if it is a constant. */
  public @Nullable OnnxValue constant(int input) {
    return input < constants.length ? constants[input] : null;
  }

  /** An error about this node. */
  public OnnxException refuse(String why) {
    return new OnnxException(label + " " + why);
  }

  /** Whether an attribute is given. */
  public boolean given(String name) {
    return attributes.containsKey(name);
  }

  private @Nullable AttributeProto find(String name, int type) {
    AttributeProto attribute = attributes.get(name);
    if (attribute != null && attribute.getType() != type && attribute.getType() != 0) {
      throw refuse(
          formatted(
              "has an attribute %s of kind %d where kind %d is expected",
              name, attribute.getType(), type));
    }
    return attribute;
  }

  /** An integer attribute. */
  public long integer(String name, long otherwise) {
    AttributeProto attribute = find(name, 2);
    return attribute == null ? otherwise : attribute.getI();
  }

  /** An integer attribute that fits an int. */
  public int whole(String name, int otherwise) {
    long value = integer(name, otherwise);
    if (value != (int) value) {
      throw refuse(formatted("has %s = %d, which is out of range", name, value));
    }
    return (int) value;
  }

  /** A flag. */
  public boolean flag(String name, boolean otherwise) {
    return integer(name, otherwise ? 1 : 0) != 0;
  }

  /** A number. */
  public float real(String name, float otherwise) {
    AttributeProto attribute = find(name, 1);
    return attribute == null ? otherwise : attribute.getF();
  }

  /** Text. */
  public String text(String name, String otherwise) {
    AttributeProto attribute = find(name, 3);
    return attribute == null ? otherwise : attribute.getS().toStringUtf8();
  }

  /** One of several words; case does not matter. */
  public String word(String name, String otherwise, String... words) {
    String word = text(name, otherwise);
    for (String known : words) {
      if (known.equalsIgnoreCase(word)) {
        return known;
      }
    }
    throw refuse(
        formatted(
            "has %s = %s; expected one of %s",
            name, Printable.quoted(word), String.join(", ", words)));
  }

  /** Integers; null if the attribute is absent. */
  public long @Nullable [] integers(String name) {
    AttributeProto attribute = find(name, 7);
    return attribute == null
        ? null
        : attribute.getIntsList().stream().mapToLong(Long::longValue).toArray();
  }

  /** Integers that fit ints. */
  public int[] wholes(String name, int... otherwise) {
    long[] values = integers(name);
    if (values == null) {
      return otherwise;
    }
    int[] ints = new int[values.length];
    for (int i = 0; i < ints.length; i++) {
      if (values[i] != (int) values[i]) {
        throw refuse(
            formatted("has %s = %s, which is out of range", name, Arrays.toString(values)));
      }
      ints[i] = (int) values[i];
    }
    return ints;
  }

  /** Numbers; empty if the attribute is absent. */
  public float[] reals(String name) {
    AttributeProto attribute = find(name, 6);
    if (attribute == null) {
      return new float[0];
    }
    float[] values = new float[attribute.getFloatsCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = attribute.getFloats(i);
    }
    return values;
  }

  /** Words; empty if the attribute is absent. */
  public List<String> words(String name) {
    AttributeProto attribute = find(name, 8);
    return attribute == null
        ? List.of()
        : attribute.getStringsList().stream().map(it -> it.toStringUtf8()).toList();
  }

  /** A tensor; null if the attribute is absent. */
  public @Nullable OnnxTensor tensor(String name) {
    AttributeProto attribute = find(name, 4);
    return attribute == null ? null : decoder.decode(attribute.getT());
  }

  /** A sparse tensor; null if the attribute is absent. */
  public @Nullable OnnxTensor sparse(String name) {
    AttributeProto attribute = find(name, 11);
    return attribute == null ? null : decoder.decode(attribute.getSparseTensor());
  }

  /** A subgraph, which must be there. */
  public Body body(String name) {
    Body body = bodies.get(name);
    if (body == null) {
      throw refuse("has no subgraph " + name);
    }
    return body;
  }

  /** The place of a body's captured values among all captured values of this node. */
  public int capturesBefore(String name) {
    int before = 0;
    for (Map.Entry<String, Body> body : bodies.entrySet()) {
      if (body.getKey().equals(name)) {
        return before;
      }
      before += body.getValue().captures();
    }
    return before;
  }

  /** The inputs of a call, for functions of the model. */
  public @Nullable OnnxValue[] read(Call call) {
    return call.all();
  }

  /** What a call computes with. */
  public Machine machineOf(Call call) {
    return call.machine();
  }
}
