package dev.comporta.onnx.graph;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.onnx.operators.Machine;
import dev.comporta.onnx.operators.Operators;
import dev.comporta.onnx.proto.AttributeProto;
import dev.comporta.onnx.proto.FunctionProto;
import dev.comporta.onnx.proto.GraphProto;
import dev.comporta.onnx.proto.ModelProto;
import dev.comporta.onnx.proto.NodeProto;
import dev.comporta.onnx.proto.OperatorSetIdProto;
import dev.comporta.onnx.schema.ModelSource;
import dev.comporta.onnx.schema.TensorDecoder;
import dev.comporta.onnx.value.OnnxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What all graphs of a model share while they are compiled, and the limits of that. */
final class GraphContext {
  private static final int MOST_NODES = 1 << 20;
  private static final int NAMES_PER_NODE = 8;
  private static final int DEEPEST_CALLS = 32;
  private static final long MOST_BYTES = 8L << 20;
  private static final long MOST_ATTRIBUTES = 1L << 24;

  private final ModelSource source;
  private final TensorDecoder decoder;
  private final Map<String, FunctionProto> functions = new HashMap<>();
  private final Machine machine;
  private final long mostAttributes;
  private long nodes;
  private long attributes;
  private long bytes;
  private int calls;

  GraphContext(ModelSource source, ModelProto model, Machine machine) {
    this.source = source;
    this.decoder = new TensorDecoder(source);
    this.bytes = MOST_BYTES + 8L * source.length();
    this.mostAttributes = MOST_ATTRIBUTES + source.length();
    this.machine =
        machine.limitedTo(Math.min(machine.mostBytes(), (1L << 20) + 4L * source.length()));
    for (FunctionProto function : model.getFunctionsList()) {
      functions.put(
          key(function.getDomain(), function.getName(), function.getOverload()), function);
    }
  }

  private static String key(String domain, String name, String overload) {
    return domain + "\0" + name + "\0" + overload;
  }

  TensorDecoder decoder() {
    return decoder;
  }

  OnnxException refuse(String why) {
    return source.refuse(why);
  }

  /** The machine that folds constants. */
  Machine machine() {
    return machine;
  }

  /** The function of the model that a node calls. */
  @Nullable FunctionProto function(NodeProto node) {
    return functions.get(key(node.getDomain(), node.getOpType(), node.getOverload()));
  }

  /** Counts nodes before anything is done with them, including those that are not needed. */
  void count(List<NodeProto> list) {
    nodes += size(list);
    if (nodes > MOST_NODES) {
      throw refuse(
          formatted(
              "it has more than %,d nodes, those of functions counted for each call", MOST_NODES));
    }
  }

  /** The nodes with those of their subgraphs; long lists of names count as nodes too. */
  private static long size(List<NodeProto> list) {
    long size = list.size();
    for (NodeProto node : list) {
      size += (node.getInputCount() + node.getOutputCount()) / NAMES_PER_NODE;
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          GraphProto graph = attribute.getG();
          size +=
              size(graph.getNodeList())
                  + (graph.getInputCount() + graph.getOutputCount() + graph.getInitializerCount())
                      / NAMES_PER_NODE;
        }
      }
    }
    return size;
  }

  /** Counts the lists and texts among a node's attributes; tensors are decoded only once. */
  void countAttributes(NodeProto node) {
    for (AttributeProto attribute : node.getAttributeList()) {
      if (!attribute.hasT() && !attribute.hasG() && !attribute.hasSparseTensor()) {
        attributes += attribute.getSerializedSize();
      }
    }
    if (attributes > mostAttributes) {
      throw refuse(
          formatted(
              "the attributes of its nodes have more than %,d bytes, those of functions counted for each call",
              mostAttributes));
    }
  }

  /** Whether more constants may be folded. */
  boolean folds() {
    return bytes > 0;
  }

  /** Charges memory for folding, whether its result is kept or not. */
  void charge(long size) {
    bytes -= size;
  }

  void enter(FunctionProto function) {
    if (++calls > DEEPEST_CALLS) {
      throw refuse(
          formatted(
              "its functions call each other more than %d deep, last %s",
              DEEPEST_CALLS, Printable.quoted(function.getName())));
    }
  }

  void leave() {
    calls--;
  }

  /** The versions of operator sets by domain. */
  Map<String, Integer> versions(List<OperatorSetIdProto> imports) {
    Map<String, Integer> versions = new HashMap<>();
    for (OperatorSetIdProto set : imports) {
      String domain = set.getDomain().equals("ai.onnx") ? "" : set.getDomain();
      long version = set.getVersion();
      if (domain.isEmpty() && (version < Operators.OLDEST || version > Operators.NEWEST)) {
        throw refuse(
            formatted(
                "it uses operator set %d; supported are %d to %d",
                version, Operators.OLDEST, Operators.NEWEST));
      }
      versions.put(domain, Math.clamp(version, 0, Integer.MAX_VALUE));
    }
    return versions;
  }
}
