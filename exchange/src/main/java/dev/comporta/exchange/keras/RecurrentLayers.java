package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.model.Spec;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.layers.Piece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What each recurrent layer of Keras becomes; {@link RecurrentWeights} and {@link ConvLstmWeights}
 * map their cells.
 */
final class RecurrentLayers {
  private final Draft draft;
  private final Placing placing;
  private final boolean zeroOutputs;

  /**
   * The layers of one model.
   *
   * @param draft takes notes
   * @param placing takes the layers
   * @param zeroOutputs whether the outputs of bidirectional layers are zero at masked timesteps, as
   *     they are since TensorFlow 2
   */
  RecurrentLayers(Draft draft, Placing placing, boolean zeroOutputs) {
    this.draft = draft;
    this.placing = placing;
    this.zeroOutputs = zeroOutputs;
  }

  static boolean knows(String type) {
    return type.equals("Bidirectional")
        || type.equals("RNN")
        || ConvLstmWeights.knows(type)
        || (RecurrentWeights.knows(type) && !type.endsWith("Cell"));
  }

  /** One cell with its parameters. */
  private record Cell(KerasCell weights, Map<String, ForeignTensor> parameters) {
    Spec spec(String layer) {
      return Spec.of(layer).with("cell", weights.cell()).with("hidden", weights.units());
    }

    int parts() {
      return weights.isLstm() ? 2 : 1;
    }
  }

  /**
   * How cells are run.
   *
   * @param reverse whether from the last timestep to the first
   * @param zero whether outputs are zero where the mask is 0
   * @param sequences whether all outputs are returned
   * @param states whether the last state is needed
   * @param start the first state, or nothing
   */
  private record Mode(
      boolean reverse, boolean zero, boolean sequences, boolean states, List<Integer> start) {}

  /** What a run gives: the output, and the parts of the last state if they are needed. */
  private record Run(int output, List<Integer> states, List<Flow> flows) {}

  /**
   * Maps a call.
   *
   * @param config the layer
   * @param in the sequence, then the parts of the first state if they are given
   * @param weights its weights by the path from the layer to the object that owns them
   * @return the outputs, then the parts of the last state if it returns them
   */
  List<Value> call(Config config, List<Value> in, Function<String, List<ForeignTensor>> weights) {
    Value x = read(config, in.getFirst());
    if (config.type().equals("Bidirectional")) {
      return bidirectional(config, x, in.subList(1, in.size()), weights);
    }
    requireUsual(config);
    boolean sequences = config.flag("return_sequences", false);
    boolean states = config.flag("return_state", false);
    boolean backwards = config.flag("go_backwards", false);
    List<Cell> cells = cells(config, x.flow(), "", weights);
    Run run =
        run(
            config,
            x,
            cells,
            new Mode(
                backwards,
                config.flag("zero_output_for_mask", false),
                sequences,
                states,
                start(config, in.subList(1, in.size()), cells)));
    int y = run.output();
    if (backwards && sequences) { // Keras returns outputs as it computes them
      y = placing.layer(config, y, Piece.of(Spec.of("reverse")));
    }
    List<Value> values = new ArrayList<>();
    values.add(output(x, y, cells.getLast().weights().step(), sequences));
    values.addAll(states(run));
    return values;
  }

  /** What a layer reads: a sequence, and for a convolution one of pictures, channel by channel. */
  private Value read(Config config, Value x) {
    Config inner = config.type().equals("Bidirectional") ? config.inner("layer") : config;
    if (!ConvLstmWeights.knows(inner.type())) {
      x.flow().requireSequence(config);
      return x;
    }
    Flow.Picture picture = x.flow().picture();
    if (picture == null
        || x.flow().vector()
        || picture.axes() != ConvLstmWeights.axes(inner.type())) {
      throw config.refuse(
          inner.type().equals("ConvLSTM1D")
              ? "expected a sequence of lines [time, width, channels] but got something else"
              : "expected a sequence of pictures [time, height, width, channels] but got something else");
    }
    return byChannel(config, x);
  }

  private Value byChannel(Config config, Value x) {
    Flow.Picture picture = x.flow().picture();
    if (picture == null || !picture.channelsLast()) {
      return x;
    }
    return new Value(
        placing.layer(config, x.number(), PictureLayers.byChannel(picture)),
        x.flow().with(picture.of(picture.channels())),
        x.mask(),
        x.axis());
  }

  private static Value output(Value x, int number, Flow step, boolean sequences) {
    return sequences
        ? new Value(number, step.during(x.flow().timesteps()), x.mask(), x.axis())
        : new Value(number, step, Value.NONE, Value.NONE);
  }

  private static List<Value> states(Run run) {
    List<Value> values = new ArrayList<>();
    for (int n = 0; n < run.states().size(); n++) {
      values.add(new Value(run.states().get(n), run.flows().get(n), Value.NONE, Value.NONE));
    }
    return values;
  }

  /** The parts of the first state of some cells. */
  private List<Integer> start(Config config, List<Value> given, List<Cell> cells) {
    if (given.isEmpty()) {
      return List.of();
    }
    List<Flow> needed = new ArrayList<>();
    for (Cell cell : cells) {
      for (int part = 0; part < cell.parts(); part++) {
        needed.add(cell.weights().step());
      }
    }
    List<Value> ordered = given.stream().map(value -> byChannel(config, value)).toList();
    if (!ordered.stream().map(Value::flow).toList().equals(needed)) {
      throw config.refuse(
          formatted(
              "needs a first state of vectors of sizes %s but has %s",
              sizes(needed.stream()), sizes(given.stream().map(Value::flow))));
    }
    return ordered.stream().map(Value::number).toList();
  }

  private static List<Integer> sizes(Stream<Flow> flows) {
    return flows.map(Flow::features).toList();
  }

  /** The cell of a layer, or the cells of a stack. */
  private static List<Cell> cells(
      Config config, Flow in, String side, Function<String, List<ForeignTensor>> weights) {
    Flow.Picture picture = in.picture();
    if (picture != null) { // no other layer reads pictures
      ConvLstmWeights cell = ConvLstmWeights.of(config, picture);
      return List.of(new Cell(cell, cell.parameters(weights.apply(side + "cell"))));
    }
    int features = in.features();
    if (RecurrentWeights.knows(config.type())) {
      RecurrentWeights cell = new RecurrentWeights(config, features);
      return List.of(new Cell(cell, cell.parameters(weights.apply(side + "cell"))));
    }
    Config outer = config.inner("cell");
    if (!outer.type().equals("StackedRNNCells")) {
      requireCell(outer);
      RecurrentWeights cell = new RecurrentWeights(outer, features);
      return List.of(new Cell(cell, cell.parameters(weights.apply(side + "cell"))));
    }
    List<ForeignTensor> all = weights.apply(side.isEmpty() ? "" : side + "cell");
    List<Cell> cells = new ArrayList<>();
    Map<String, Integer> numbers = new HashMap<>();
    int size = features;
    int taken = 0;
    for (JsonNode node : outer.node().path("cells")) {
      Config one = Config.of(config.input(), node, config.major());
      requireCell(one);
      String snake = KerasPaths.snake(one.type());
      int number = numbers.merge(snake, 1, Integer::sum) - 1; // counted class by class
      RecurrentWeights cell = new RecurrentWeights(one, size);
      List<ForeignTensor> own;
      if (all.isEmpty()) {
        own = weights.apply(side + "cell/cells/" + snake + (number == 0 ? "" : "_" + number));
      } else {
        int end = Math.min(taken + (one.flag("use_bias", true) ? 3 : 2), all.size());
        own = all.subList(taken, end);
        taken = end;
      }
      cells.add(new Cell(cell, cell.parameters(own)));
      size = cell.units();
    }
    if (cells.isEmpty()) {
      throw config.refuse("has an empty stack of cells");
    }
    if (taken < all.size()) {
      throw config.refuse(
          formatted("has %d arrays of weights but its cells need %d", all.size(), taken));
    }
    return cells;
  }

  private static void requireCell(Config cell) {
    if (!RecurrentWeights.knows(cell.type()) || !cell.type().endsWith("Cell")) {
      throw cell.refuse("is not supported as a cell");
    }
  }

  private Run run(Config config, Value x, List<Cell> cells, Mode mode) {
    boolean plain = x.mask() < 0 && mode.start().isEmpty() && !mode.states();
    int value = x.number();
    int at = 0;
    List<Integer> states = new ArrayList<>();
    List<Flow> flows = new ArrayList<>();
    for (int n = 0; n < cells.size(); n++) {
      Cell cell = cells.get(n);
      boolean last = n == cells.size() - 1;
      if (plain) {
        Spec spec = cell.spec("recurrent");
        spec = mode.reverse() ? spec.with("reverse", true) : spec;
        spec = last && !mode.sequences() ? spec.with("returns", "last") : spec;
        value = placing.layer(config, value, new Piece(spec, prefixed("cell.", cell.parameters())));
        continue;
      }
      List<Integer> start =
          mode.start().isEmpty() ? List.of() : mode.start().subList(at, at + cell.parts());
      at += cell.parts();
      boolean zero = last && mode.zero() && x.mask() >= 0;
      int all = masked(config, value, x.mask(), cell, mode, zero, start);
      int units = cell.weights().units();
      value = all;
      if (mode.states()) {
        int held = x.mask() >= 0 && !zero ? units : 0;
        int width = cell.parts() * units + held;
        int end = placing.layer(config, all, end(mode.reverse()));
        for (int part = 0; part < cell.parts(); part++) {
          states.add(placing.part(end, part * units, (part + 1) * units, width));
          flows.add(cell.weights().step());
        }
        value = placing.part(all, held > 0 ? width - units : 0, held > 0 ? width : units, width);
        value = zero ? placing.merge("product", List.of(value, x.mask())) : value;
      }
      if (last && !mode.sequences()) {
        value = placing.layer(config, value, end(mode.reverse()));
      }
    }
    return new Run(value, states, flows);
  }

  /** A cell with a mask, a given first state, or a returned last one. */
  private int masked(
      Config config, int value, int mask, Cell cell, Mode mode, boolean zero, List<Integer> start) {
    Spec spec = cell.spec("recurrent-from");
    List<Integer> inputs = new ArrayList<>(List.of(value));
    if (mask >= 0) {
      spec = spec.with("mask", true);
      inputs.add(mask);
    }
    spec = zero ? spec.with("zero-output", true) : spec;
    if (!start.isEmpty()) {
      spec = spec.with("start", true);
      inputs.addAll(start);
    }
    spec = mode.reverse() ? spec.with("reverse", true) : spec;
    spec = mode.states() ? spec.with("states", true) : spec;
    return placing.layer(config, inputs, new Piece(spec, prefixed("cell.", cell.parameters())));
  }

  /** The timestep that a cell has processed last. */
  private static Piece end(boolean reverse) {
    return Piece.of(reverse ? Spec.of("first") : Spec.of("pool-time").with("mode", "last"));
  }

  /** A layer in both directions. */
  private List<Value> bidirectional(
      Config config, Value x, List<Value> given, Function<String, List<ForeignTensor>> weights) {
    Config inner = config.inner("layer");
    requireUsual(inner);
    boolean known =
        inner.type().equals("RNN")
            || RecurrentWeights.knows(inner.type())
            || ConvLstmWeights.knows(inner.type());
    if (!known || inner.flag("go_backwards", false)) {
      throw config.refuse("wraps " + inner.type() + " in a way that is not supported");
    }
    requireAlike(config, inner);
    List<Cell> ahead = cells(inner, x.flow(), "forward_layer/", weights);
    List<Cell> back = cells(inner, x.flow(), "backward_layer/", weights);
    boolean sequences = inner.flag("return_sequences", false);
    boolean states = inner.flag("return_state", false);
    if (given.size() % 2 != 0) {
      throw config.refuse("needs a first state for each direction");
    }
    int half = given.size() / 2;
    String mode = config.text("merge_mode", "");
    Flow step = ahead.getLast().weights().step();
    String merge = merge(config, mode);
    if (x.mask() < 0 && given.isEmpty() && !states && ahead.size() == 1) {
      Value direct = direct(config, x, ahead.getFirst(), back.getFirst(), sequences, merge);
      if (direct != null) {
        return List.of(direct);
      }
    }
    boolean zero =
        x.mask() >= 0 && (inner.flag("zero_output_for_mask", false) || (sequences && zeroOutputs));
    Run a =
        run(
            config,
            x,
            ahead,
            new Mode(false, zero, sequences, states, start(config, given.subList(0, half), ahead)));
    Run b =
        run(
            config,
            x,
            back,
            new Mode(
                true,
                zero,
                sequences,
                states,
                start(config, given.subList(half, given.size()), back)));
    List<Value> values = new ArrayList<>();
    if (merge.isEmpty()) {
      values.add(output(x, a.output(), step, sequences));
      values.add(output(x, b.output(), step, sequences));
    } else {
      int y = placing.merge(merge, List.of(a.output(), b.output()));
      values.add(output(x, y, merged(step, merge), sequences));
    }
    values.addAll(states(a));
    values.addAll(states(b));
    return values;
  }

  /** What both directions give together. */
  private static Flow merged(Flow step, String merge) {
    Flow.Picture picture = step.picture();
    if (!merge.equals("concatenate")) {
      return step;
    }
    return picture == null
        ? step.with(Math.multiplyExact(2, step.features()))
        : step.with(picture.of(Math.multiplyExact(2, picture.channels())));
  }

  private static String merge(Config config, String mode) {
    return switch (mode) {
      case "concat" -> "concatenate";
      case "sum" -> "sum";
      case "ave" -> "mean";
      case "mul" -> "product";
      case "" -> "";
      default -> throw config.refuse("has the merge_mode '" + mode + "'");
    };
  }

  private static void requireAlike(Config config, Config inner) {
    JsonNode other = config.node().path("backward_layer").path("config");
    if (other.isObject()) {
      for (String key :
          List.of(
              "units",
              "activation",
              "recurrent_activation",
              "reset_after",
              "filters",
              "kernel_size",
              "strides",
              "padding",
              "dilation_rate")) {
        if (!other.path(key).equals(inner.node().path(key))) {
          throw config.refuse("has a backward layer that differs in " + key);
        }
      }
    }
  }

  /** Our own layer for both directions; null if it has no such merge. */
  private @Nullable Value direct(
      Config config, Value x, Cell ahead, Cell back, boolean sequences, String merge) {
    if (merge.isEmpty() || merge.equals("product")) {
      return null;
    }
    Spec spec = ahead.spec("bidirectional").with("merge", merge);
    spec = sequences ? spec : spec.with("returns", "last");
    Map<String, ForeignTensor> both = new LinkedHashMap<>(prefixed("forward.", ahead.parameters()));
    both.putAll(prefixed("backward.", back.parameters()));
    return output(
        x,
        placing.layer(config, x.number(), new Piece(spec, both)),
        merged(ahead.weights().step(), merge),
        sequences);
  }

  private void requireUsual(Config config) {
    if (config.flag("time_major", false)) {
      draft.note(
          formatted(
              "layer '%s' is time_major: its inputs have the timesteps first in Keras, ours are sequences in either case",
              config.name()));
    }
    if (config.flag("stateful", false)) {
      draft.note(
          formatted(
              "layer '%s' is stateful: keep a session or a carry to continue its state",
              config.name()));
    }
    for (String rate : List.of("dropout", "recurrent_dropout", "dropout_W", "dropout_U")) {
      if (config.real(rate, 0) > 0) {
        draft.note(
            formatted(
                "layer '%s' has %s %s, which acts in training only and was left out",
                config.name(), rate, config.real(rate, 0)));
      }
    }
  }

  private static Map<String, ForeignTensor> prefixed(
      String prefix, Map<String, ForeignTensor> parameters) {
    Map<String, ForeignTensor> named = new LinkedHashMap<>();
    parameters.forEach((name, tensor) -> named.put(prefix + name, tensor));
    return named;
  }
}
