package dev.comporta.exchange.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code graph}: layers whose inputs are outputs of earlier ones, with branches that are merged.
 * Value 0 is the input, value n the output of node n; the last node's output is the result.
 * Parameters and carry are those of the nodes, named {@code nodes.N.NAME}.
 *
 * @param nodes in topological order: each reads earlier values only
 */
public record GraphLayer(List<Node> nodes) implements Layer {
  /** How several values become one. */
  public enum Merge {
    /** Side by side. */
    CONCATENATE,
    /** The sum. */
    SUM,
    /** The product. */
    PRODUCT,
    /** The mean. */
    MEAN,
    /** The largest. */
    MAXIMUM,
    /** The smallest. */
    MINIMUM,
    /** The first minus the second. */
    DIFFERENCE
  }

  /**
   * One node: a layer with one input, or a merge of several.
   *
   * @param inputs the values that it reads
   * @param layer the layer; null for a merge
   * @param merge the merge; null for a layer
   * @param size the number of its output features
   */
  public record Node(
      List<Integer> inputs, @Nullable Layer layer, @Nullable Merge merge, int size) {}

  /** Copies the list. */
  public GraphLayer {
    nodes = List.copyOf(nodes);
  }

  private static String prefix(int node) {
    return "nodes." + (node + 1) + ".";
  }

  @Override
  public int outputSize() {
    return nodes.getLast().size();
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    for (int n = 0; n < nodes.size(); n++) {
      Layer layer = nodes.get(n).layer();
      if (layer != null) {
        String prefix = prefix(n);
        layer.parameters().forEach(spec -> parameters.add(spec.prefixed(prefix)));
      }
    }
    return List.copyOf(parameters);
  }

  @Override
  public List<StateSpec> carry() {
    List<StateSpec> carry = new ArrayList<>();
    for (int n = 0; n < nodes.size(); n++) {
      Layer layer = nodes.get(n).layer();
      if (layer != null) {
        String prefix = prefix(n);
        layer.carry().forEach(part -> carry.add(part.prefixed(prefix, prefix)));
      }
    }
    return List.copyOf(carry);
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    List<Sequence> values = new ArrayList<>();
    values.add(input);
    Map<String, Tensor> after = new LinkedHashMap<>();
    for (int n = 0; n < nodes.size(); n++) {
      Node node = nodes.get(n);
      List<Sequence> read = node.inputs().stream().map(values::get).toList();
      if (node.layer() == null) {
        values.add(merged(node, read));
        continue;
      }
      String prefix = prefix(n);
      Map<String, Tensor> before = new LinkedHashMap<>();
      for (StateSpec part : node.layer().carry()) {
        before.put(part.name(), carry.get(prefix + part.name()));
      }
      Output output =
          node.layer().forward(read.getFirst(), CellState.of(before), new Inner(context, prefix));
      output.carry().parts().forEach((name, part) -> after.put(prefix + name, part));
      values.add(output.sequence());
    }
    return new Output(values.getLast(), CellState.of(after));
  }

  private static Sequence merged(Node node, List<Sequence> read) {
    Sequence first = read.getFirst();
    for (Sequence other : read) {
      if (other.timesteps() != first.timesteps()
          || !Arrays.equals(other.lengths(), first.lengths())) {
        throw new ShapeException(
            formatted(
                "[graph] expected branches with the same timesteps but got %d and %d",
                first.timesteps(), other.timesteps()));
      }
    }
    List<Tensor> tensors = read.stream().map(Sequence::values).toList();
    Tensor y = tensors.getFirst();
    Merge merge = node.merge() == null ? Merge.SUM : node.merge();
    if (merge == Merge.CONCATENATE) {
      return first.withValues(
          y.concat(-1, tensors.subList(1, tensors.size()).toArray(Tensor[]::new)));
    }
    for (Tensor other : tensors.subList(1, tensors.size())) {
      y =
          switch (merge) {
            case PRODUCT -> y.times(other);
            case MAXIMUM -> y.maximum(other);
            case MINIMUM -> y.minimum(other);
            case DIFFERENCE -> y.minus(other);
            default -> y.plus(other);
          };
    }
    return first.withValues(merge == Merge.MEAN ? y.times(1f / tensors.size()) : y);
  }

  /** The context of a node, which adds its prefix to all names. */
  private record Inner(LayerContext outer, String prefix) implements LayerContext {
    @Override
    public Tensor parameter(String name) {
      return outer.parameter(prefix + name);
    }

    @Override
    public @Nullable Tensor beginning() {
      return outer.beginning();
    }

    @Override
    public boolean training() {
      return outer.training();
    }

    @Override
    public Tensor dropoutMask(String name, float rate, Shape shape) {
      return outer.dropoutMask(prefix + name, rate, shape);
    }

    @Override
    public Layer.Output unroll(
        Cell cell, String cellPrefix, Sequence input, CellState initial, boolean reverse) {
      return outer.unroll(cell, prefix + cellPrefix, input, initial, reverse);
    }
  }

  /**
   * Option: {@code nodes}, a list, required. A node has {@code inputs}, a list of numbers of
   * values, and either {@code layer}, a specification, or {@code merge}: concatenate, sum, product,
   * mean, maximum, minimum, difference.
   */
  public static final class Provider implements LayerProvider {
    private static final int MOST_NODES = 1024;
    private static final List<String> MERGES =
        Arrays.stream(Merge.values()).map(merge -> merge.name().toLowerCase(Locale.ROOT)).toList();

    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "graph";
    }

    @Override
    public String description() {
      return "Layers with branches that are merged, like the graphs of other tools";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      List<Spec> specs = options.specs("nodes");
      if (specs.isEmpty() || specs.size() > MOST_NODES) {
        throw new InvalidOptionException(
            formatted("[graph] expected 1 to %d nodes but got %d", MOST_NODES, specs.size()));
      }
      List<Integer> sizes = new ArrayList<>(List.of(inputSize));
      List<Node> nodes = new ArrayList<>();
      for (Spec spec : specs) {
        Node node = node(spec, sizes, catalog);
        nodes.add(node);
        sizes.add(node.size());
      }
      return new GraphLayer(nodes);
    }

    private static Merge merge(String word) {
      return Arrays.stream(Merge.values())
          .filter(merge -> merge.name().equalsIgnoreCase(word))
          .findFirst()
          .orElse(Merge.SUM);
    }

    private static Node node(Spec spec, List<Integer> sizes, Catalog catalog) {
      OptionReader options = spec.reader();
      List<Integer> inputs = new ArrayList<>();
      for (double value : options.reals("inputs")) {
        if (value < 0 || value >= sizes.size() || value != Math.rint(value)) {
          throw new InvalidOptionException(
              formatted(
                  "[graph] node %d expected inputs from 0 to %d but got %s",
                  sizes.size(), sizes.size() - 1, value));
        }
        inputs.add((int) value);
      }
      if (options.given("merge")) {
        Merge merge = merge(options.choice("merge", "sum", MERGES));
        options.requireAllRead();
        return new Node(List.copyOf(inputs), null, merge, mergedSize(merge, inputs, sizes));
      }
      Spec inner = options.spec("layer");
      options.requireAllRead();
      if (inputs.size() != 1) {
        throw new InvalidOptionException(
            formatted(
                "[graph] expected one input for '%s' but got %d", inner.name(), inputs.size()));
      }
      Layer layer =
          catalog.build(
              Kind.LAYER,
              inner,
              (provider, read) -> provider.create(sizes.get(inputs.getFirst()), read, catalog));
      if (!layer.borrowed().isEmpty() || layer.reversesTime()) {
        throw new InvalidOptionException(
            formatted(
                "[graph] expected a layer that shares no parameters and keeps the order of time but got '%s'",
                inner.name()));
      }
      return new Node(List.copyOf(inputs), layer, null, layer.outputSize());
    }

    private static int mergedSize(Merge merge, List<Integer> inputs, List<Integer> sizes) {
      if (inputs.size() < 2 || (merge == Merge.DIFFERENCE && inputs.size() != 2)) {
        throw new InvalidOptionException(
            formatted(
                "[graph] expected two inputs%s to merge but got %d",
                merge == Merge.DIFFERENCE ? "" : " or more", inputs.size()));
      }
      List<Integer> merged = inputs.stream().map(sizes::get).toList();
      if (merged.contains(0)) {
        throw new InvalidOptionException("[graph] expected features to merge but got ids");
      }
      if (merge == Merge.CONCATENATE) {
        return Sizes.bounded("graph", merged.stream().mapToLong(Integer::longValue).sum());
      }
      if (merged.stream().distinct().count() != 1) {
        throw new InvalidOptionException(
            formatted("[graph] expected branches of the same size to merge but got %s", merged));
      }
      return merged.getFirst();
    }
  }
}
