package dev.comporta.conformance;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Kind {@code recurrent}: PyTorch's {@code nn.RNN}, {@code nn.LSTM} and {@code nn.GRU}. Its weights
 * are transposed, biases added where one sum holds both, and states cut out of the one tensor of
 * all layers and directions.
 */
final class RecurrentCases {
  private final TapeCase run;
  private final String cell;
  private final int input;
  private final int hidden;
  private final int layers;
  private final boolean bidirectional;
  private final int projection;
  private final int @Nullable [] lengths;

  private RecurrentCases(TapeCase run) {
    this.run = run;
    CaseSettings settings = run.file().settings();
    this.cell = settings.text("cell", "");
    this.input = settings.whole("input");
    this.hidden = settings.whole("hidden");
    this.layers = settings.whole("layers", 1);
    this.bidirectional = settings.flag("bidirectional", false);
    this.projection = settings.whole("projection", 0);
    Shape x = Shape.of(settings.whole("T"), settings.whole("B"), input);
    this.lengths = lengths(run.file(), settings);
    settings.ignore("bias"); // the file has the tensors or not
    if (settings.real("dropout", 0) != 0) {
      throw settings.unknown("dropout");
    }
    settings.requireAllRead();
    run.in("x", x);
  }

  static void run(TapeCase run) {
    new RecurrentCases(run).run();
  }

  static int @Nullable [] lengths(ReferenceCase file, CaseSettings settings) {
    int[] given = settings.wholes("lengths");
    int[] stored = file.has("lengths") ? file.ints("lengths") : null;
    if (given != null && stored != null && !Arrays.equals(given, stored)) {
      throw new CaseException(
          formatted(
              "its setting lengths %s differs from its tensor lengths %s",
              Arrays.toString(given), Arrays.toString(stored)));
    }
    return stored == null ? given : stored;
  }

  private void run() {
    Spec spec = Spec.of("sequential").with("layers", specs());
    Layer layer = LayerCases.layer(run, spec, input);
    Map<String, Tensor> carry = new LinkedHashMap<>();
    cut(carry, "h0", "h", projection > 0 ? projection : hidden);
    if (cell.equals("lstm")) {
      cut(carry, "c0", "c", hidden);
    }
    Layer.Output output =
        run.runner()
            .forward(
                layer,
                Sequence.of(run.in("x"), lengths),
                CellState.of(carry),
                parameters(),
                false,
                new CounterRandom(0));
    run.out("y", output.sequence().values());
    run.out("hn", stacked(output.carry(), "h"));
    if (cell.equals("lstm")) {
      run.out("cn", stacked(output.carry(), "c"));
    }
  }

  private List<Spec> specs() {
    Spec one =
        switch (cell) {
          case "rnn_tanh" -> Spec.of("rnn");
          case "rnn_relu" -> Spec.of("rnn").with("activation", "relu");
          case "lstm" -> Spec.of("lstm").with("projection", projection);
          case "gru" -> Spec.of("gru");
          default -> throw new CaseException(formatted("its cell '%s' is not known here", cell));
        };
    if (projection > 0 && !cell.equals("lstm")) {
      throw new CaseException(formatted("its cell '%s' has no projection here", cell));
    }
    List<Spec> specs = new ArrayList<>();
    for (int n = 0; n < layers; n++) {
      specs.add(
          Spec.of(bidirectional ? "bidirectional" : "recurrent")
              .with("cell", one)
              .with("hidden", hidden));
    }
    return specs;
  }

  private List<String> directions() {
    return bidirectional ? List.of("forward.", "backward.") : List.of("");
  }

  /** PyTorch's suffix of a weight. */
  private static String suffix(int layer, String direction) {
    return "_l" + layer + (direction.equals("backward.") ? "_reverse" : "");
  }

  private Map<String, Tensor> parameters() {
    int gates =
        switch (cell) {
          case "lstm" -> 4;
          case "gru" -> 3;
          default -> 1;
        };
    int rows = gates * hidden;
    int recurrent = projection > 0 ? projection : hidden;
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    for (int n = 0; n < layers; n++) {
      int columns = n == 0 ? input : recurrent * directions().size();
      for (String direction : directions()) {
        String prefix = "layers." + n + "." + (direction.isEmpty() ? "cell." : direction);
        String suffix = suffix(n, direction);
        parameters.put(
            prefix + "W", run.in("weight_ih" + suffix, Shape.of(rows, columns)).transpose());
        parameters.put(
            prefix + "U", run.in("weight_hh" + suffix, Shape.of(rows, recurrent)).transpose());
        Tensor b = bias("bias_ih" + suffix, rows);
        Tensor bU = bias("bias_hh" + suffix, rows);
        if (cell.equals("gru")) {
          parameters.put(prefix + "b", b);
          parameters.put(prefix + "bU", bU);
        } else {
          parameters.put(prefix + "b", b.plus(bU));
        }
        if (projection > 0) {
          parameters.put(
              prefix + "P", run.in("weight_hr" + suffix, Shape.of(projection, hidden)).transpose());
        }
      }
    }
    return parameters;
  }

  /** A bias, or zeros for a module without. */
  private Tensor bias(String name, int rows) {
    return run.has(name) ? run.in(name, Shape.of(rows)) : run.filled(Shape.of(rows), 0);
  }

  /** The states of all layers and directions, each by its name. */
  private void cut(Map<String, Tensor> carry, String stacked, String part, int size) {
    int batch = run.in("x").shape().size(1);
    Shape all = Shape.of(layers * directions().size(), batch, size);
    Tensor states = run.has(stacked) ? run.in(stacked, all) : run.filled(all, 0);
    int at = 0;
    for (int n = 0; n < layers; n++) {
      for (String direction : directions()) {
        carry.put(
            "layers." + n + "." + direction + part,
            states.slice(0, at, at + 1).reshape(batch, size));
        at++;
      }
    }
  }

  private Tensor stacked(CellState carry, String part) {
    List<Tensor> states = new ArrayList<>();
    for (int n = 0; n < layers; n++) {
      for (String direction : directions()) {
        Tensor state = carry.get("layers." + n + "." + direction + part);
        states.add(state.reshape(1, state.shape().size(0), state.shape().size(1)));
      }
    }
    return states.getFirst().concat(0, states.subList(1, states.size()).toArray(Tensor[]::new));
  }
}
