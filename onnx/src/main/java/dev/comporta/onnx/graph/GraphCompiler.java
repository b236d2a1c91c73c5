package dev.comporta.onnx.graph;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.onnx.operators.Body;
import dev.comporta.onnx.operators.Kernel;
import dev.comporta.onnx.operators.Machine;
import dev.comporta.onnx.operators.NodeInfo;
import dev.comporta.onnx.operators.Operator;
import dev.comporta.onnx.operators.Operators;
import dev.comporta.onnx.proto.AttributeProto;
import dev.comporta.onnx.proto.FunctionProto;
import dev.comporta.onnx.proto.GraphProto;
import dev.comporta.onnx.proto.ModelProto;
import dev.comporta.onnx.proto.NodeProto;
import dev.comporta.onnx.proto.SparseTensorProto;
import dev.comporta.onnx.proto.TensorProto;
import dev.comporta.onnx.proto.ValueInfoProto;
import dev.comporta.onnx.schema.ModelSource;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compiles graphs: orders the nodes, resolves names, makes kernels, and computes everything that
 * depends on constants only.
 */
public final class GraphCompiler {
  private final GraphContext context;
  private final Map<String, Integer> versions;
  private final Scope scope;
  private final List<GraphPlan.Step> steps = new ArrayList<>();

  private GraphCompiler(GraphContext context, Map<String, Integer> versions, Scope scope) {
    this.context = context;
    this.versions = versions;
    this.scope = scope;
  }

  /**
   * Compiles the graph of a model.
   *
   * @param source the file
   * @param model its content
   * @param machine computes constants
   */
  public static GraphPlan compile(ModelSource source, ModelProto model, Machine machine) {
    GraphContext context = new GraphContext(source, model, machine);
    context.count(model.getGraph().getNodeList());
    context.decoder().remember();
    try {
      return new GraphCompiler(
              context, context.versions(model.getOpsetImportList()), new Scope(null))
          .graph(model.getGraph());
    } finally {
      context.decoder().forget();
    }
  }

  private GraphPlan graph(GraphProto graph) {
    for (TensorProto tensor : graph.getInitializerList()) {
      constant(tensor.getName(), context.decoder().decode(tensor));
    }
    for (SparseTensorProto tensor : graph.getSparseInitializerList()) {
      constant(tensor.getValues().getName(), context.decoder().decode(tensor));
    }
    List<String> inputs = new ArrayList<>();
    for (ValueInfoProto input : graph.getInputList()) {
      // An input with an initializer is a weight: old files list all of them as inputs.
      if (!scope.knows(input.getName())) {
        inputs.add(input.getName());
      }
    }
    return plan(
        graph.getNodeList(),
        inputs,
        graph.getOutputList().stream().map(ValueInfoProto::getName).toList());
  }

  private void constant(String name, OnnxTensor value) {
    int slot = scope.define(name);
    if (slot < 0) {
      throw context.refuse(formatted("two tensors are called %s", Printable.quoted(name)));
    }
    scope.set(slot, value);
  }

  private GraphPlan plan(List<NodeProto> nodes, List<String> inputs, List<String> outputs) {
    int[] inputSlots = new int[inputs.size()];
    for (int i = 0; i < inputSlots.length; i++) {
      inputSlots[i] = scope.define(inputs.get(i));
      if (inputSlots[i] < 0) {
        throw context.refuse(
            formatted("two inputs are called %s", Printable.quoted(inputs.get(i))));
      }
    }
    for (NodeProto node : Names.inOrder(nodes, outputs, context)) {
      context.countAttributes(node);
      add(node);
    }
    int[] outputSlots = new int[outputs.size()];
    for (int i = 0; i < outputSlots.length; i++) {
      outputSlots[i] = scope.find(outputs.get(i));
      if (outputSlots[i] < 0) {
        throw context.refuse(
            formatted("nothing computes its output %s", Printable.quoted(outputs.get(i))));
      }
    }
    return new GraphPlan(
        neededConstants(outputSlots),
        inputSlots,
        scope.captured().values().stream().mapToInt(Integer::intValue).toArray(),
        List.copyOf(scope.captured().keySet()),
        outputSlots,
        outputs,
        withReleases(outputSlots));
  }

  /** Constants that are still read after folding; the others are dropped. */
  private @Nullable OnnxValue[] neededConstants(int[] outputs) {
    @Nullable OnnxValue[] constants = scope.constants();
    boolean[] read = new boolean[constants.length];
    for (int slot : outputs) {
      read[slot] = true;
    }
    for (GraphPlan.Step step : steps) {
      for (int[] slots : new int[][] {step.inputs(), step.captured()}) {
        for (int slot : slots) {
          if (slot >= 0) {
            read[slot] = true;
          }
        }
      }
    }
    for (int i = 0; i < constants.length; i++) {
      if (!read[i]) {
        constants[i] = null;
      }
    }
    return constants;
  }

  /** The steps, each with the slots that nobody reads after it. */
  private List<GraphPlan.Step> withReleases(int[] outputs) {
    boolean[] later = new boolean[scope.count()];
    for (int slot : outputs) {
      later[slot] = true;
    }
    List<GraphPlan.Step> reversed = new ArrayList<>();
    for (GraphPlan.Step step : steps.reversed()) {
      List<Integer> release = new ArrayList<>();
      for (int[] slots : new int[][] {step.inputs(), step.captured(), step.outputs()}) {
        for (int slot : slots) {
          if (slot >= 0 && !later[slot]) {
            later[slot] = true;
            release.add(slot);
          }
        }
      }
      reversed.add(
          new GraphPlan.Step(
              step.node(),
              step.kernel(),
              step.inputs(),
              step.captured(),
              step.outputs(),
              release.stream().mapToInt(Integer::intValue).toArray()));
    }
    return reversed.reversed();
  }

  private void add(NodeProto node) {
    int[] inputs = new int[node.getInputCount()];
    @Nullable OnnxValue[] known = new OnnxValue[inputs.length];
    boolean constant = true;
    for (int i = 0; i < inputs.length; i++) {
      String name = node.getInput(i);
      inputs[i] = name.isEmpty() ? -1 : scope.find(name);
      if (inputs[i] < 0 && !name.isEmpty()) {
        throw new OnnxException(
            formatted(
                "%s reads %s, which nothing computes",
                NodeInfo.label(node), Printable.quoted(name)));
      }
      known[i] = scope.constant(inputs[i]);
      constant &= name.isEmpty() || known[i] != null;
    }
    Map<String, AttributeProto> attributes = new LinkedHashMap<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      attributes.put(attribute.getName(), attribute);
    }
    Map<String, Body> bodies = bodies(node);
    List<Integer> captured = new ArrayList<>();
    for (Body body : bodies.values()) {
      if (body instanceof GraphPlan plan) {
        plan.capturedNames().forEach(name -> captured.add(scope.find(name)));
      }
    }
    NodeInfo info = new NodeInfo(node, version(node), context.decoder(), attributes, bodies, known);
    Kernel kernel = kernel(node, info, attributes);
    int[] outputs = new int[node.getOutputCount()];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = -1;
      if (!node.getOutput(i).isEmpty()) {
        outputs[i] = scope.define(node.getOutput(i));
        if (outputs[i] < 0) {
          throw context.refuse(
              formatted("the value %s is defined twice", Printable.quoted(node.getOutput(i))));
        }
      }
    }
    GraphPlan.Step step =
        new GraphPlan.Step(
            info,
            kernel,
            inputs,
            captured.stream().mapToInt(Integer::intValue).toArray(),
            outputs,
            new int[0]);
    // What has a body, also the body of a function, may take any time: it waits for a run.
    boolean plain = bodies.isEmpty() && context.function(node) == null;
    if (!(constant && plain && folded(step))) {
      steps.add(step);
    }
  }

  /** The version of the operator set of a node's domain. */
  private int version(NodeProto node) {
    String domain = node.getDomain().equals("ai.onnx") ? "" : node.getDomain();
    Integer version = versions.get(domain);
    if (version == null) {
      if (context.function(node) == null && domain.isEmpty()) {
        throw new OnnxException(
            NodeInfo.label(node) + " is of an operator set that the model does not import");
      }
      return 1;
    }
    return version;
  }

  private Kernel kernel(NodeProto node, NodeInfo info, Map<String, AttributeProto> attributes) {
    FunctionProto function = context.function(node);
    if (function != null) {
      GraphPlan body = function(function, attributes);
      return call -> body.run(call.all(), new OnnxValue[0], call.machine());
    }
    if (Operators.isRandom(node.getOpType())) {
      throw info.refuse(
          "draws random numbers, which no other tool could reproduce; it is not supported");
    }
    Operator operator = Operators.find(node.getDomain(), node.getOpType());
    if (operator == null) {
      throw info.refuse(
          formatted(
              "has an operator %sthat is not supported; docs/guide/onnx.md lists those that are",
              node.getDomain().isEmpty()
                  ? ""
                  : "of the domain " + Printable.quoted(node.getDomain()) + " "));
    }
    return operator.at(info);
  }

  private GraphPlan function(FunctionProto function, Map<String, AttributeProto> given) {
    context.enter(function);
    context.count(function.getNodeList());
    Map<String, AttributeProto> attributes = new HashMap<>();
    function.getAttributeProtoList().forEach(it -> attributes.put(it.getName(), it));
    attributes.putAll(given);
    List<NodeProto> nodes =
        function.getNodeList().stream().map(node -> Substitution.in(node, attributes)).toList();
    Map<String, Integer> own = context.versions(function.getOpsetImportList());
    GraphPlan plan =
        new GraphCompiler(context, own.isEmpty() ? versions : own, new Scope(null))
            .plan(nodes, function.getInputList(), function.getOutputList());
    context.leave();
    return plan;
  }

  /** Compiles the subgraphs of a node. */
  private Map<String, Body> bodies(NodeProto node) {
    Map<String, Body> bodies = new LinkedHashMap<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        bodies.put(
            attribute.getName(),
            new GraphCompiler(context, versions, new Scope(scope)).graph(attribute.getG()));
      }
    }
    return bodies;
  }

  /** Computes a node whose inputs are constants, if its results are not too large. */
  private boolean folded(GraphPlan.Step step) {
    @Nullable OnnxValue[] values = scope.slots();
    boolean keep = false;
    if (!context.folds() && step.inputs().length > 0) {
      return false;
    }
    try {
      step.run(values, context.machine());
      long bytes = 0;
      keep = true;
      for (int slot : step.outputs()) {
        if (slot >= 0) {
          keep &= values[slot] instanceof OnnxTensor;
          bytes += size(values[slot]);
        }
      }
      context.charge(bytes);
    } catch (OnnxException e) {
      // It may be in a branch that is never taken: it stays, and refuses when it runs.
      keep = false;
      context.charge(1 << 16);
    }
    for (int slot : step.outputs()) {
      if (slot >= 0 && !keep) {
        values[slot] = null;
      }
    }
    return keep;
  }

  private static long size(@Nullable OnnxValue value) {
    return value instanceof OnnxTensor tensor
        ? (tensor.type().storage() == ElementType.Storage.FLOATS ? 4L : 8L) * tensor.count()
        : 0;
  }
}
