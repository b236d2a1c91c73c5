package dev.comporta.exchange.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.layer.Source;
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
 * Parameters and carry are those of the nodes, named {@code nodes.N.NAME}. A node may share the
 * parameters of an earlier one; in a decoder, a node may be the output of the encoder.
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
    DIFFERENCE,
    /** The first, one timestep, at every timestep of the second. */
    SPREAD
  }

  /**
   * One node: a layer, a merge of several values, or the output of the encoder.
   *
   * @param inputs the values that it reads; none for the output of the encoder
   * @param layer the layer; null for a merge and for the output of the encoder
   * @param merge the merge; null for a layer and for the output of the encoder
   * @param owner the node with the parameters: this one, unless it shares those of another
   * @param size the number of its output features
   */
  public record Node(
      List<Integer> inputs, @Nullable Layer layer, @Nullable Merge merge, int owner, int size) {}

  private static final String SOURCE = "source";

  /** Copies the list. */
  public GraphLayer {
    nodes = List.copyOf(nodes);
  }

  private static String prefix(int node) {
    return "nodes." + (node + 1) + ".";
  }

  /** Whether each value, the input first, has its timesteps in the opposite order. */
  private List<Boolean> reversed() {
    List<Boolean> reversed = new ArrayList<>(List.of(false));
    for (Node node : nodes) {
      boolean any = node.inputs().stream().anyMatch(reversed::get);
      reversed.add(any ^ (node.layer() != null && node.layer().reversesTime()));
    }
    return reversed;
  }

  @Override
  public boolean reversesTime() {
    return reversed().getLast();
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
      if (layer != null && nodes.get(n).owner() == n) {
        String prefix = prefix(n);
        layer.parameters().forEach(spec -> parameters.add(spec.prefixed(prefix)));
      }
    }
    return List.copyOf(parameters);
  }

  @Override
  public List<StateSpec> carry() {
    List<StateSpec> carry = new ArrayList<>();
    List<Boolean> reversed = reversed();
    for (int n = 0; n < nodes.size(); n++) {
      Node node = nodes.get(n);
      if (node.layer() != null) {
        boolean turn = reversed.get(node.inputs().getFirst());
        for (StateSpec part : node.layer().carry()) {
          StateSpec named = part.prefixed(prefix(n), prefix(node.owner()));
          carry.add(turn ? named.turned() : named);
        }
      }
    }
    return List.copyOf(carry);
  }

  @Override
  public Map<String, Memory> memories(Source source, LayerContext context) {
    return nodes.stream().noneMatch(node -> node.inputs().isEmpty())
        ? Map.of()
        : Map.of(
            SOURCE,
            Memory.of(source.annotations().values().swapLeading(), source.annotations().lengths()));
  }

  private static Sequence source(LayerContext context) {
    Memory memory = context.memories().get(SOURCE);
    if (memory == null) {
      throw new ShapeException("[graph] expected the output of an encoder but got none");
    }
    return Sequence.of(memory.values().swapLeading(), memory.lengths());
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
        values.add(read.isEmpty() ? source(context) : merged(node, read));
        continue;
      }
      String prefix = prefix(n);
      Map<String, Tensor> before = new LinkedHashMap<>();
      for (StateSpec part : node.layer().carry()) {
        before.put(part.name(), carry.get(prefix + part.name()));
      }
      Inner inner = new Inner(context, prefix(node.owner()));
      Output output =
          node.layer() instanceof SeveralInputs several
              ? several.forward(read, CellState.of(before), inner)
              : node.layer().forward(read.getFirst(), CellState.of(before), inner);
      output.carry().parts().forEach((name, part) -> after.put(prefix + name, part));
      values.add(output.sequence());
    }
    return new Output(values.getLast(), CellState.of(after));
  }

  private static Sequence merged(Node node, List<Sequence> read) {
    Sequence first = read.getFirst();
    if (node.merge() == Merge.SPREAD) {
      Sequence over = read.get(1);
      Tensor zeros = over.values().constant(Shape.of(over.timesteps(), over.batch(), 1), 0);
      return over.withValues(first.values().plus(zeros));
    }
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
    public Map<String, Memory> memories() {
      return outer.memories();
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

    @Override
    public Layer.Output unroll(
        Cell cell,
        String cellPrefix,
        Sequence input,
        CellState initial,
        boolean reverse,
        Map<String, Memory> memories) {
      return outer.unroll(cell, prefix + cellPrefix, input, initial, reverse, memories);
    }
  }

  /**
   * Option: {@code nodes}, a list, required. A node has {@code inputs}, a list of numbers of
   * values, and either {@code layer}, a specification, or {@code merge}: concatenate, sum, product,
   * mean, maximum, minimum, difference, spread. A layer may have {@code shares}, the number of an
   * earlier node with the same layer, whose parameters it uses. A node {@code source: true} is the
   * output of the encoder.
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
      return create(inputSize, Source.Sizes.NONE, options, catalog);
    }

    @Override
    public Layer create(int inputSize, Source.Sizes source, OptionReader options, Catalog catalog) {
      List<Spec> specs = options.specs("nodes");
      if (specs.isEmpty() || specs.size() > MOST_NODES) {
        throw new InvalidOptionException(
            formatted("[graph] expected 1 to %d nodes but got %d", MOST_NODES, specs.size()));
      }
      List<Integer> sizes = new ArrayList<>(List.of(inputSize));
      List<Node> nodes = new ArrayList<>();
      for (Spec spec : specs) {
        Node node = node(spec, nodes, sizes, source, catalog);
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

    private static Node node(
        Spec spec, List<Node> nodes, List<Integer> sizes, Source.Sizes source, Catalog catalog) {
      OptionReader options = spec.reader();
      if (options.flag("source", false)) {
        options.requireAllRead();
        if (source.annotations() < 1) {
          throw new InvalidOptionException(
              "[graph] expected a model with an encoder for a node 'source' but got none");
        }
        return new Node(List.of(), null, null, nodes.size(), source.annotations());
      }
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
        return new Node(
            List.copyOf(inputs), null, merge, nodes.size(), mergedSize(merge, inputs, sizes));
      }
      Spec inner = options.spec("layer");
      int owner =
          options.given("shares")
              ? options.whole("shares", 1, Math.max(1, nodes.size())) - 1
              : nodes.size();
      options.requireAllRead();
      if (inputs.isEmpty()) {
        throw new InvalidOptionException(
            formatted("[graph] expected an input for '%s' but got none", inner.name()));
      }
      Layer layer =
          catalog.build(
              Kind.LAYER,
              inner,
              (provider, read) -> provider.create(sizes.get(inputs.getFirst()), read, catalog));
      List<Integer> read = inputs.stream().map(sizes::get).toList();
      if (layer instanceof SeveralInputs several) {
        several.require(read);
      } else if (inputs.size() != 1) {
        throw new InvalidOptionException(
            formatted(
                "[graph] expected one input for '%s' but got %d", inner.name(), inputs.size()));
      }
      if (!layer.borrowed().isEmpty()) {
        throw new InvalidOptionException(
            formatted(
                "[graph] expected a layer that shares no parameters of another layer but got '%s'",
                inner.name()));
      }
      if (owner < nodes.size()) {
        Layer shared = nodes.get(owner).layer();
        if (shared == null
            || nodes.get(owner).owner() != owner
            || !shared.parameters().equals(layer.parameters())) {
          throw new InvalidOptionException(
              formatted(
                  "[graph] expected node %d, whose parameters '%s' shares, to have the same ones",
                  owner + 1, inner.name()));
        }
      }
      return new Node(List.copyOf(inputs), layer, null, owner, layer.outputSize());
    }

    private static int mergedSize(Merge merge, List<Integer> inputs, List<Integer> sizes) {
      boolean two = merge == Merge.DIFFERENCE || merge == Merge.SPREAD;
      if (inputs.size() < 2 || (two && inputs.size() != 2)) {
        throw new InvalidOptionException(
            formatted(
                "[graph] expected two inputs%s to merge but got %d",
                two ? "" : " or more", inputs.size()));
      }
      List<Integer> merged = inputs.stream().map(sizes::get).toList();
      if (merged.contains(0)) {
        throw new InvalidOptionException("[graph] expected features to merge but got ids");
      }
      if (merge == Merge.CONCATENATE) {
        return Sizes.bounded("graph", merged.stream().mapToLong(Integer::longValue).sum());
      }
      if (merge == Merge.SPREAD) {
        return merged.getFirst();
      }
      if (merged.stream().filter(size -> size != 1).distinct().count() > 1) {
        throw new InvalidOptionException(
            formatted("[graph] expected branches of the same size to merge but got %s", merged));
      }
      return merged.stream().mapToInt(Integer::intValue).max().orElse(1);
    }
  }
}
