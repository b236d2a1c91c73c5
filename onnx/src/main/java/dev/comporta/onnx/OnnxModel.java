package dev.comporta.onnx;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.onnx.graph.ChainMatcher;
import dev.comporta.onnx.graph.GraphCompiler;
import dev.comporta.onnx.graph.GraphPlan;
import dev.comporta.onnx.operators.Machine;
import dev.comporta.onnx.proto.AttributeProto;
import dev.comporta.onnx.proto.GraphProto;
import dev.comporta.onnx.proto.ModelProto;
import dev.comporta.onnx.proto.NodeProto;
import dev.comporta.onnx.proto.TensorShapeProto;
import dev.comporta.onnx.proto.TypeProto;
import dev.comporta.onnx.proto.ValueInfoProto;
import dev.comporta.onnx.schema.ModelSource;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxChain;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxPort;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A model of an ONNX file, ready to run. The file is not trusted: sizes are compared with the data
 * that are there, external data must lie in the file's folder, subgraphs have a bounded depth, and
 * what is not supported is refused with the node's name when the model is loaded. Any number of
 * threads may run a model.
 *
 * <pre>{@code
 * OnnxModel model = OnnxModel.load(Path.of("model.onnx"));
 * float[] y = model.run(Map.of("x", OnnxTensor.of(values, 1, 30, 17)), "y").floats();
 * }</pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public final class OnnxModel {
  private final ModelSource source;
  private final ModelProto model;
  private final List<OnnxPort> inputs;
  private final List<OnnxPort> outputs;
  private final GraphPlan plan;
  private final Machine machine;

  private OnnxModel(ModelSource source, Machine machine) {
    this.source = source;
    this.machine = machine;
    ModelProto read = source.model();
    this.plan = GraphCompiler.compile(source, read, machine);
    GraphProto graph = read.getGraph();
    Set<String> weights = new HashSet<>();
    graph.getInitializerList().forEach(it -> weights.add(it.getName()));
    graph.getSparseInitializerList().forEach(it -> weights.add(it.getValues().getName()));
    this.inputs =
        graph.getInputList().stream()
            .filter(it -> !weights.contains(it.getName()))
            .map(OnnxModel::port)
            .toList();
    this.outputs = graph.getOutputList().stream().map(OnnxModel::port).toList();
    this.model = read;
  }

  private static OnnxPort port(ValueInfoProto info) {
    TypeProto type = info.getType();
    if (!type.hasTensorType()) {
      return new OnnxPort(info.getName(), null, null);
    }
    TypeProto.Tensor tensor = type.getTensorType();
    List<String> shape = null;
    if (tensor.hasShape()) {
      shape = new ArrayList<>();
      for (TensorShapeProto.Dimension dimension : tensor.getShape().getDimList()) {
        shape.add(
            switch (dimension.getValueCase()) {
              case DIM_VALUE ->
                  dimension.getDimValue() > 0 ? Long.toString(dimension.getDimValue()) : "?";
              case DIM_PARAM -> dimension.getDimParam().isEmpty() ? "?" : dimension.getDimParam();
              default -> "?";
            });
      }
    }
    return new OnnxPort(info.getName(), ElementType.of(tensor.getElemType()), shape);
  }

  /**
   * The chain of layers that this model is, after constants are folded.
   *
   * @return the chain; its numbers are not compared with the model yet
   * @throws OnnxException if the graph is not such a chain; the message names the first node that
   *     is not part of one
   */
  public OnnxChain chain() {
    Map<String, Integer> states = new LinkedHashMap<>();
    List<String> names = outputs.stream().map(OnnxPort::name).toList();
    StatePairs.of(this)
        .forEach((input, output) -> states.put(input, plan.outputSlot(names.indexOf(output))));
    return ChainMatcher.match(plan, inputs, name(), states);
  }

  /**
   * Loads a file, to be computed with the preferred backend of this machine on the thread that
   * calls.
   *
   * @param file an ONNX file; external data may lie in its folder
   * @return the model
   * @throws OnnxException if the file cannot be read, is damaged, or needs what is not supported
   */
  public static OnnxModel load(Path file) {
    return load(file, Catalog.load().preferredBackend(reason -> {}), Workers.ALONE);
  }

  /**
   * Loads a file.
   *
   * @param file an ONNX file; external data may lie in its folder
   * @param backend the primitives to compute with
   * @param workers the threads that share large products
   * @return the model
   * @throws OnnxException if the file cannot be read, is damaged, or needs what is not supported
   */
  public static OnnxModel load(Path file, TensorBackend backend, Workers workers) {
    return new OnnxModel(ModelSource.read(file), Machine.of(backend, workers));
  }

  /**
   * Loads a file whose content was read already.
   *
   * @param file the file, for messages; external data may lie in its folder
   * @param bytes its content, not copied
   * @param backend the primitives to compute with
   * @param workers the threads that share large products
   * @return the model
   * @throws OnnxException as {@link #load(Path, TensorBackend, Workers)}
   */
  public static OnnxModel load(Path file, byte[] bytes, TensorBackend backend, Workers workers) {
    return new OnnxModel(ModelSource.of(file, bytes), Machine.of(backend, workers));
  }

  /**
   * Loads bytes; external data are refused.
   *
   * @param name what messages call the model
   * @param bytes the content of an ONNX file
   * @param backend the primitives to compute with
   * @param workers the threads that share large products
   * @return the model
   * @throws OnnxException as {@link #load(Path, TensorBackend, Workers)}
   */
  public static OnnxModel load(String name, byte[] bytes, TensorBackend backend, Workers workers) {
    return new OnnxModel(ModelSource.of(name, bytes), Machine.of(backend, workers));
  }

  /**
   * Whether a file looks like an ONNX model.
   *
   * @param file a file, which may be of any format
   * @return true if it begins as ONNX files do; false also if it cannot be read
   */
  public static boolean isModel(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return isModel(in.readNBytes(16));
    } catch (IOException e) {
      return false; // whoever opens it next says why it cannot be read
    }
  }

  /**
   * Whether bytes look like an ONNX model.
   *
   * @param bytes the content of a file, or its beginning
   * @return true if it begins as ONNX files do
   */
  public static boolean isModel(byte[] bytes) {
    return ModelSource.isModel(bytes);
  }

  /**
   * The name of the file.
   *
   * @return the path that was loaded, or the name that was given with the bytes
   */
  public String name() {
    return source.name();
  }

  /**
   * The inputs, without weights that old files list as inputs.
   *
   * @return in the order of the file
   */
  public List<OnnxPort> inputs() {
    return inputs;
  }

  /**
   * The outputs.
   *
   * @return in the order of the file
   */
  public List<OnnxPort> outputs() {
    return outputs;
  }

  /**
   * The tool that wrote the file.
   *
   * @return its name and version; empty if the file does not say
   */
  public String producer() {
    return (model.getProducerName() + " " + model.getProducerVersion()).strip();
  }

  /**
   * The operator sets that the model uses.
   *
   * @return versions by domain; the empty domain is ONNX's own
   */
  public Map<String, Long> operatorSets() {
    Map<String, Long> sets = new TreeMap<>();
    model.getOpsetImportList().forEach(it -> sets.put(it.getDomain(), it.getVersion()));
    return sets;
  }

  /**
   * How often each operator occurs, those in subgraphs and functions included.
   *
   * @return counts by name, with the domain in front if it is not ONNX's own
   */
  public Map<String, Integer> operators() {
    Map<String, Integer> counts = new TreeMap<>();
    count(model.getGraph().getNodeList(), counts);
    model.getFunctionsList().forEach(it -> count(it.getNodeList(), counts));
    return counts;
  }

  private static void count(List<NodeProto> nodes, Map<String, Integer> counts) {
    for (NodeProto node : nodes) {
      String domain = node.getDomain();
      String prefix = domain.isEmpty() || domain.equals("ai.onnx") ? "" : domain + ".";
      counts.merge(prefix + node.getOpType(), 1, Integer::sum);
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          count(attribute.getG().getNodeList(), counts);
        }
      }
    }
  }

  /**
   * The metadata of the file.
   *
   * @return values by key
   */
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    model.getMetadataPropsList().forEach(it -> metadata.put(it.getKey(), it.getValue()));
    return metadata;
  }

  /**
   * The number of nodes that remain to be run after constants are folded, without subgraphs.
   *
   * @return a count
   */
  public int nodesToRun() {
    return plan.nodes();
  }

  /** The graph as it runs. */
  GraphPlan plan() {
    return plan;
  }

  /** The message, for the passes over the graph. */
  ModelProto proto() {
    return model;
  }

  /** The declared type of an input or output, for the readers of test data. */
  TypeProto type(boolean input, int index) {
    GraphProto graph = model.getGraph();
    List<ValueInfoProto> all = new ArrayList<>();
    if (input) {
      Set<String> names = new HashSet<>();
      inputs.forEach(it -> names.add(it.name()));
      graph.getInputList().stream().filter(it -> names.contains(it.getName())).forEach(all::add);
    } else {
      all.addAll(graph.getOutputList());
    }
    return index < all.size() ? all.get(index).getType() : TypeProto.getDefaultInstance();
  }

  /**
   * Runs the graph. Sizes may differ from those that the file declares, if the nodes accept them;
   * types and the number of axes may not.
   *
   * @param given the inputs by name; optional ones may be left out
   * @return the outputs by name, in the order of the file
   * @throws OnnxException if an input is missing or unknown, or a node refuses its inputs
   */
  public Map<String, OnnxValue> run(Map<String, ? extends OnnxValue> given) {
    @Nullable OnnxValue[] values = new OnnxValue[inputs.size()];
    int used = 0;
    for (int i = 0; i < values.length; i++) {
      OnnxPort port = inputs.get(i);
      OnnxValue value = given.get(port.name());
      if (value == null && port.type() != null) {
        throw new OnnxException(
            formatted(
                "[onnx] %s expected an input %s but it is not given",
                Printable.quote(name()), port.describe()));
      }
      if (value != null) {
        used++;
        check(port, value);
      }
      values[i] = value;
    }
    if (used < given.size()) {
      Set<String> unknown = new HashSet<>(given.keySet());
      inputs.forEach(port -> unknown.remove(port.name()));
      throw new OnnxException(
          formatted(
              "[onnx] %s has no input %s; it has %s",
              Printable.quote(name()),
              Printable.quoted(unknown.iterator().next()),
              Printable.quote(inputs.stream().map(OnnxPort::name).toList())));
    }
    OnnxValue[] results = plan.run(values, new OnnxValue[0], machine);
    Map<String, OnnxValue> named = new LinkedHashMap<>();
    for (int i = 0; i < results.length; i++) {
      named.put(outputs.get(i).name(), results[i]);
    }
    return named;
  }

  /**
   * Runs the graph for one output.
   *
   * @param given the inputs by name; optional ones may be left out
   * @param output the name of an output
   * @return its value
   * @throws OnnxException as {@link #run(Map)}, if there is no output of that name, or if it is a
   *     sequence or an optional
   */
  public OnnxTensor run(Map<String, ? extends OnnxValue> given, String output) {
    return tensor(run(given), output);
  }

  /** One of the outputs of a run. */
  OnnxTensor tensor(Map<String, OnnxValue> results, String output) {
    OnnxValue value = results.get(output);
    if (value == null) {
      throw new OnnxException(
          formatted(
              "[onnx] %s has no output %s; it has %s",
              Printable.quote(name()),
              Printable.quoted(output),
              Printable.quote(outputs.stream().map(OnnxPort::name).toList())));
    }
    return value.tensor();
  }

  private void check(OnnxPort port, OnnxValue value) {
    List<String> shape = port.shape();
    if (port.type() != null
        && (!(value instanceof OnnxTensor tensor)
            || tensor.type() != port.type()
            || (shape != null && shape.size() != tensor.rank()))) {
      throw new OnnxException(
          formatted(
              "[onnx] %s expected %s but got %s",
              Printable.quote(name()), port.describe(), value.describe()));
    }
  }
}
