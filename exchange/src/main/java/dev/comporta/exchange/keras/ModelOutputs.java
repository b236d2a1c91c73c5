package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.api.model.Spec;
import dev.comporta.exchange.files.Input;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.layers.GraphDraft;
import dev.comporta.exchange.layers.InputPart;
import dev.comporta.exchange.layers.Piece;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Turns the graph of a model into its layers. Several outputs become one, side by side. Two
 * sequences of different lengths become an encoder and a decoder.
 */
final class ModelOutputs {
  private final Input input;
  private final Draft draft;
  private final GraphDraft graph;
  private final ModelInputs inputs;

  ModelOutputs(Input input, Draft draft, GraphDraft graph, ModelInputs inputs) {
    this.input = input;
    this.draft = draft;
    this.graph = graph;
    this.inputs = inputs;
  }

  void set(List<String> names, List<Value> outputs) {
    Value output = joined(names, outputs);
    List<String> unused = graph.unused(output.number());
    if (!unused.isEmpty()) {
      throw input.refuse(
          formatted(
              "its weights %s are not connected to the output",
              Printable.quoted(unused.getFirst())));
    }
    if (output.number() == 0) {
      throw input.refuse("it has no layers that compute anything");
    }
    List<ModelInputs.One> source = source(output);
    if (source.isEmpty()) {
      graph.pieces(output.number()).forEach(draft::add);
      describe(inputs.all(), false);
    } else {
      split(source, output);
    }
  }

  /** All outputs side by side; vectors are repeated at every timestep of the sequences. */
  private Value joined(List<String> names, List<Value> outputs) {
    if (outputs.size() == 1) {
      return outputs.getFirst();
    }
    Value sequence = null;
    for (Value output : outputs) {
      if (!output.flow().vector()) {
        if (sequence != null
            && inputs.axis(sequence.axis()) != inputs.axis(output.axis())
            && (output.flow().timesteps() < 1
                || output.flow().timesteps() != sequence.flow().timesteps())) {
          throw input.refuse(
              formatted(
                  "its outputs %s are sequences of different lengths, which is not supported",
                  Printable.quoted(names)));
        }
        sequence = sequence == null ? output : sequence;
      }
    }
    List<Integer> numbers = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    int at = 0;
    for (int n = 0; n < outputs.size(); n++) {
      Value output = outputs.get(n);
      int number = output.number();
      if (output.flow().vector() && sequence != null) {
        number = graph.merge("spread", List.of(number, sequence.number()));
      }
      numbers.add(number);
      int size = output.flow().features();
      parts.add(
          formatted(
              "%d to %d are '%s'%s",
              at,
              at + size - 1,
              names.get(n),
              output.flow().vector() && sequence != null ? ", repeated at every timestep" : ""));
      at += size;
    }
    draft.note("the outputs are side by side: features " + String.join("; ", parts));
    Flow flow = (sequence == null ? outputs.getFirst() : sequence).flow().with(at);
    return new Value(
        graph.merge("concatenate", numbers),
        flow,
        Value.NONE,
        sequence == null ? Value.NONE : sequence.axis());
  }

  /** The inputs of an encoder; none if all inputs can be read side by side. */
  private List<ModelInputs.One> source(Value output) {
    List<ModelInputs.One> free = new ArrayList<>();
    List<ModelInputs.One> same = new ArrayList<>();
    int target = inputs.axis(output.axis());
    for (ModelInputs.One one : inputs.all()) {
      int axis = inputs.axis(one.value().axis());
      if (axis >= 0 && axis != target) {
        free.add(one);
      } else if (axis >= 0) {
        same.add(one);
      }
    }
    boolean fixed = inputs.all().stream().allMatch(one -> one.flow().timesteps() > 0);
    if (fixed || free.isEmpty() || same.isEmpty()) {
      return List.of();
    }
    int first = inputs.axis(free.getFirst().value().axis());
    if (free.stream().anyMatch(one -> inputs.axis(one.value().axis()) != first)) {
      throw input.refuse(
          "it has inputs of more than two different lengths, which is not supported");
    }
    return free;
  }

  /** An encoder that reads some inputs, and a decoder that reads the others and its output. */
  private void split(List<ModelInputs.One> source, Value output) {
    List<ModelInputs.One> target = new ArrayList<>(inputs.all());
    target.removeAll(source);
    NavigableSet<Integer> needed = graph.needed(output.number());
    NavigableSet<Integer> decoded = new TreeSet<>();
    for (int value : needed) {
      boolean own = target.stream().anyMatch(one -> one.value().number() == value);
      if (own || graph.inputs(value).stream().anyMatch(decoded::contains)) {
        decoded.add(value);
      }
    }
    NavigableSet<Integer> crossing = new TreeSet<>();
    for (int value : decoded) {
      for (int from : graph.inputs(value)) {
        if (!decoded.contains(from) && from != 0) {
          crossing.add(from);
        }
      }
    }
    encoder(source, crossing, needed, decoded);
    decoder(target, crossing, decoded, output);
    describe(source, true);
    describe(target, false);
    draft.timesteps(-1);
    draft.note(
        "two sequences of different lengths: the first became the source of an encoder, the second what its decoder reads");
  }

  private void encoder(
      List<ModelInputs.One> source,
      NavigableSet<Integer> crossing,
      NavigableSet<Integer> needed,
      NavigableSet<Integer> decoded) {
    GraphDraft encoder = new GraphDraft();
    Map<Integer, Integer> known = start(encoder, source);
    draft.sourceInputSize(size(source));
    List<Integer> order = new ArrayList<>(needed);
    order.removeIf(value -> value == 0 || decoded.contains(value));
    inputs.all().forEach(one -> order.removeAll(path(one)));
    graph.copy(order, encoder, known, size(source) == 0);
    List<Integer> outputs = new ArrayList<>();
    int sequence = -1;
    for (int value : crossing) {
      int there = known.getOrDefault(value, -1);
      if (!vector(value)) {
        sequence = there;
      }
    }
    for (int value : crossing) {
      int there = known.getOrDefault(value, -1);
      outputs.add(
          vector(value) && sequence >= 0
              ? encoder.merge("spread", List.of(there, sequence))
              : there);
    }
    int result = outputs.size() == 1 ? outputs.getFirst() : encoder.merge("concatenate", outputs);
    encoder.pieces(result).forEach(draft::addToEncoder);
  }

  private boolean vector(int value) {
    Value known = inputs.value(value);
    return known.flow().vector();
  }

  private void decoder(
      List<ModelInputs.One> target,
      NavigableSet<Integer> crossing,
      NavigableSet<Integer> decoded,
      Value output) {
    GraphDraft decoder = new GraphDraft();
    Map<Integer, Integer> known = start(decoder, target);
    draft.inputSize(size(target));
    int annotations = decoder.source();
    int width = crossing.stream().mapToInt(value -> inputs.value(value).flow().features()).sum();
    int at = 0;
    for (int value : crossing) {
      int features = inputs.value(value).flow().features();
      int part = annotations;
      if (features < width) {
        part =
            decoder.layer(
                annotations, Piece.of(Spec.of("part").with("from", at).with("to", at + features)));
      }
      if (vector(value)) {
        part = decoder.layer(part, Piece.of(Spec.of("pool-time").with("mode", "last")));
      }
      known.put(value, part);
      at += features;
    }
    List<Integer> order = new ArrayList<>(decoded);
    inputs.all().forEach(one -> order.removeAll(path(one)));
    graph.copy(order, decoder, known, size(target) == 0);
    decoder.pieces(known.getOrDefault(output.number(), 0)).forEach(draft::add);
  }

  /** The nodes that take an input out of the features of all. */
  private List<Integer> path(ModelInputs.One one) {
    List<Integer> path = new ArrayList<>(graph.needed(one.value().number()));
    path.remove(Integer.valueOf(0));
    return path;
  }

  private static int size(List<ModelInputs.One> side) {
    return side.size() == 1 && side.getFirst().flow().features() == 0
        ? 0
        : side.stream().mapToInt(ModelInputs.One::width).sum();
  }

  /** The values of the inputs of one side in a graph of its own. */
  private static Map<Integer, Integer> start(GraphDraft side, List<ModelInputs.One> ones) {
    Map<Integer, Integer> known = new LinkedHashMap<>();
    if (ones.size() == 1) {
      known.put(ones.getFirst().value().number(), 0);
      return known;
    }
    int at = 0;
    for (ModelInputs.One one : ones) {
      int number =
          side.layer(0, Piece.of(Spec.of("part").with("from", at).with("to", at + one.width())));
      if (one.flow().vector()) {
        number = side.layer(number, Piece.of(Spec.of("pool-time").with("mode", "last")));
      }
      known.put(one.value().number(), number);
      at += one.width();
    }
    return known;
  }

  private void describe(List<ModelInputs.One> side, boolean source) {
    int at = 0;
    List<String> parts = new ArrayList<>();
    for (ModelInputs.One one : side) {
      boolean alone = side.size() == 1;
      int width = alone ? one.flow().features() : one.width();
      draft
          .inputs()
          .add(new InputPart(one.name(), at, at + width, one.ids(), one.flow().vector(), source));
      parts.add(
          formatted(
              "%d to %d are '%s'%s",
              at,
              at + width - 1,
              one.name(),
              one.ids() ? ", ids" : one.flow().vector() ? ", repeated at every timestep" : ""));
      at += width;
    }
    if (side.size() > 1) {
      draft.note("the inputs are side by side: features " + String.join("; ", parts));
    }
  }
}
