package dev.comporta.onnx.graph;

import dev.comporta.onnx.proto.AttributeProto;
import dev.comporta.onnx.proto.GraphProto;
import dev.comporta.onnx.proto.NodeProto;
import java.util.Map;

/** Attributes of a function's nodes that refer to the attributes of the call. */
final class Substitution {
  private Substitution() {}

  /** The node with the values of the call; attributes that the call does not give are left out. */
  static NodeProto in(NodeProto node, Map<String, AttributeProto> given) {
    NodeProto.Builder changed = node.toBuilder().clearAttribute();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (!attribute.getRefAttrName().isEmpty()) {
        AttributeProto value = given.get(attribute.getRefAttrName());
        if (value != null) {
          changed.addAttribute(value.toBuilder().setName(attribute.getName()));
        }
      } else if (attribute.hasG()) {
        GraphProto.Builder graph = attribute.getG().toBuilder().clearNode();
        attribute.getG().getNodeList().forEach(inner -> graph.addNode(in(inner, given)));
        changed.addAttribute(attribute.toBuilder().setG(graph));
      } else {
        changed.addAttribute(attribute);
      }
    }
    return changed.build();
  }
}
