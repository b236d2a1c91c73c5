package dev.comporta.exchange;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.tensor.Shape;
import dev.comporta.cells.Activation;
import dev.comporta.cells.GruCell;
import dev.comporta.cells.LstmCell;
import dev.comporta.cells.LstmOptions;
import dev.comporta.cells.LstmVariantCell;
import dev.comporta.cells.RnnCell;
import dev.comporta.cells.layers.ActivationLayer;
import dev.comporta.cells.layers.BidirectionalLayer;
import dev.comporta.cells.layers.DenseLayer;
import dev.comporta.cells.layers.DropoutLayer;
import dev.comporta.cells.layers.EmbeddingLayer;
import dev.comporta.cells.layers.LayerNormLayer;
import dev.comporta.cells.layers.PoolTimeLayer;
import dev.comporta.cells.layers.RecurrentLayer;
import dev.comporta.cells.layers.Returns;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.serialization.NamedTensor;
import dev.comporta.serialization.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Writes models as safetensors with PyTorch's names and layouts. Consecutive recurrent layers of
 * one kind and size become one {@code nn.LSTM}, {@code nn.GRU} or {@code nn.RNN}; if it is the only
 * module, its arrays have no prefix and load into it unchanged, otherwise the prefix is the number
 * of its first layer, as in {@code nn.Sequential}. PyTorch has two biases where an LSTM or a simple
 * RNN needs one: ours becomes the first, and the second is zero.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class TorchExport {
  private final SequenceModel model;
  private final List<NamedTensor> tensors = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<Map<String, Object>> steps = new ArrayList<>();
  private final List<@Nullable String> modules = new ArrayList<>();

  /**
   * What was written.
   *
   * @param notes which modules the model needs, and what runs between them
   * @param steps the same for a program: each step says the class of {@code torch.nn} that it
   *     needs, or {@code activation} or {@code pool}; the other entries are its sizes and the
   *     {@code prefix} of its arrays
   * @param modules the module of each layer in the file; null for a layer without arrays
   */
  public record Exported(
      List<String> notes, List<Map<String, Object>> steps, List<@Nullable String> modules) {
    /** Copies the lists. */
    public Exported {
      notes = List.copyOf(notes);
      steps = List.copyOf(steps);
      modules = Collections.unmodifiableList(new ArrayList<>(modules));
    }
  }

  private TorchExport(SequenceModel model) {
    this.model = model;
  }

  /**
   * Writes a model.
   *
   * @param model the model
   * @param path the file
   * @return what was written
   * @throws ExchangeException if a layer has no counterpart; nothing is written
   */
  public static Exported write(SequenceModel model, Path path) {
    TorchExport export = new TorchExport(model);
    export.collect();
    SafetensorsWriter.write(path, export.tensors, Map.of("format", "pt"));
    return new Exported(export.notes, export.steps, export.modules);
  }

  /** Consecutive layers that become one recurrent module of PyTorch. */
  private record Stack(
      int first, String kind, int hidden, boolean bidirectional, int projection, int layers) {
    boolean takes(Stack next, Returns returned) {
      return returned == Returns.SEQUENCE
          && kind.equals(next.kind)
          && hidden == next.hidden
          && bidirectional == next.bidirectional
          && projection == next.projection;
    }

    Stack deeper() {
      return new Stack(first, kind, hidden, bidirectional, projection, layers + 1);
    }
  }

  private void collect() {
    if (!model.encoder().isEmpty()) {
      throw refuse("an encoder", "which has no counterpart in PyTorch");
    }
    List<Layer> layers = model.layers();
    boolean alone = isOneStack(layers);
    Stack open = null;
    Returns returned = Returns.SEQUENCE;
    for (int n = 0; n < layers.size(); n++) {
      Layer layer = layers.get(n);
      Stack stack = stack(n, layer);
      if (stack != null) {
        boolean deeper = open != null && open.takes(stack, returned);
        open = deeper && open != null ? open.deeper() : stack;
        returned = returns(layer);
        String prefix = alone ? "" : open.first() + ".";
        modules.add(alone ? "" : String.valueOf(open.first()));
        step(layer, open, prefix, returned, deeper);
        recurrent(n, layer, open, prefix);
        if (returned != Returns.SEQUENCE) {
          notes.add(formatted("layer %d: only the last timestep is used", n));
        }
        continue;
      }
      open = null;
      other(n, layer);
    }
  }

  /** A recurrent module; one more layer changes the step of the module. */
  private void step(Layer layer, Stack stack, String prefix, Returns returned, boolean deeper) {
    if (deeper) {
      steps.removeLast();
    }
    Map<String, Object> step = new LinkedHashMap<>();
    step.put("module", stack.kind().startsWith("RNN") ? "RNN" : stack.kind());
    step.put("prefix", prefix);
    step.put("inputs", inputs(stack.first()));
    step.put("hidden", stack.hidden());
    step.put("layers", stack.layers());
    step.put("bidirectional", stack.bidirectional());
    step.put("projection", stack.projection());
    step.put("relu", stack.kind().contains("relu"));
    step.put("last", returned == Returns.LAST);
    step.put("outputs", layer.outputSize());
    steps.add(step);
  }

  private int inputs(int layer) {
    return layer == 0 ? model.inputSize() : model.layers().get(layer - 1).outputSize();
  }

  private static boolean isOneStack(List<Layer> layers) {
    Stack open = null;
    Returns returned = Returns.SEQUENCE;
    for (int n = 0; n < layers.size(); n++) {
      Stack next = stack(n, layers.get(n));
      if (next == null || (open != null && !open.takes(next, returned))) {
        return false;
      }
      open = open == null ? next : open;
      returned = returns(layers.get(n));
    }
    return true;
  }

  private static Returns returns(Layer layer) {
    return switch (layer) {
      case RecurrentLayer recurrent -> recurrent.returns();
      case BidirectionalLayer both -> both.returns();
      default -> Returns.SEQUENCE;
    };
  }

  private static ExchangeException refuse(String what, String why) {
    return new ExchangeException(formatted("cannot export %s, %s", what, why));
  }

  private static @Nullable Stack stack(int n, Layer layer) {
    return switch (layer) {
      case RecurrentLayer recurrent -> {
        if (recurrent.reverse()) {
          throw refuse(
              formatted("layer %d", n),
              "which runs in reverse only; PyTorch's modules run forward or both ways");
        }
        yield stack(n, recurrent.cell(), false, recurrent.returns());
      }
      case BidirectionalLayer both -> {
        if (both.merge() != BidirectionalLayer.Merge.CONCATENATE) {
          throw refuse(
              formatted("layer %d", n), "whose directions are not concatenated, as PyTorch's are");
        }
        yield stack(n, both.forward(), true, both.returns());
      }
      default -> null;
    };
  }

  private static Stack stack(int n, Cell cell, boolean bidirectional, Returns returns) {
    String layer = formatted("layer %d", n);
    if (returns == Returns.STATE) {
      throw refuse(layer, "which returns its state");
    }
    return switch (cell) {
      case LstmCell lstm -> new Stack(n, "LSTM", lstm.hiddenSize(), bidirectional, 0, 1);
      case LstmVariantCell lstm -> {
        int projection = lstm.options().projection();
        LstmOptions projected =
            new LstmOptions(
                true,
                true,
                true,
                true,
                true,
                false,
                false,
                false,
                projection,
                lstm.options().truncatedGradient());
        if (!lstm.options().equals(projected)) {
          throw refuse(layer, "an LSTM with peepholes or another variant, which PyTorch lacks");
        }
        yield new Stack(n, "LSTM", lstm.hiddenSize(), bidirectional, projection, 1);
      }
      case GruCell gru -> {
        if (!gru.resetAfter()) {
          throw refuse(layer, "a GRU with the reset gate before the product, which PyTorch lacks");
        }
        yield new Stack(n, "GRU", gru.hiddenSize(), bidirectional, 0, 1);
      }
      case RnnCell rnn -> {
        if (rnn.activation() != Activation.TANH && rnn.activation() != Activation.RELU) {
          throw refuse(layer, "an RNN with an activation other than tanh and ReLU");
        }
        String kind = rnn.activation() == Activation.TANH ? "RNN" : "RNN(nonlinearity='relu')";
        yield new Stack(n, kind, rnn.hiddenSize(), bidirectional, 0, 1);
      }
      default ->
          throw refuse(
              layer, formatted("whose cell %s PyTorch lacks", cell.getClass().getSimpleName()));
    };
  }

  private void recurrent(int n, Layer layer, Stack stack, String prefix) {
    int number = stack.layers() - 1;
    if (stack.bidirectional()) {
      cell(n, "forward.", prefix, "_l" + number, stack);
      cell(n, "backward.", prefix, "_l" + number + "_reverse", stack);
    } else {
      cell(n, "cell.", prefix, "_l" + number, stack);
    }
    notes.add(
        formatted(
            "layer %d: layer %d of nn.%s, hidden %d%s, %d outputs",
            n,
            number,
            stack.kind(),
            stack.hidden(),
            stack.bidirectional() ? ", bidirectional" : "",
            layer.outputSize()));
  }

  private void cell(int n, String side, String prefix, String end, Stack stack) {
    String own = formatted("layers.%d.%s", n, side);
    transposed(own + "W", prefix + "weight_ih" + end);
    transposed(own + "U", prefix + "weight_hh" + end);
    plain(own + "b", prefix + "bias_ih" + end);
    Parameter b = model.parameters().get(own + "b");
    if (stack.kind().equals("GRU")) {
      plain(own + "bU", prefix + "bias_hh" + end);
    } else {
      tensors.add(
          new NamedTensor(prefix + "bias_hh" + end, b.shape(), new float[b.shape().count()]));
    }
    if (stack.projection() > 0) {
      transposed(own + "P", prefix + "weight_hr" + end);
    }
  }

  private void plain(String own, String theirs) {
    tensors.add(
        new NamedTensor(theirs, model.parameters().get(own).shape(), model.parameters().copy(own)));
  }

  private void transposed(String own, String theirs) {
    int[] sizes = model.parameters().get(own).shape().sizes();
    ForeignTensor turned =
        new ForeignTensor(theirs, sizes, model.parameters().copy(own)).transposed();
    tensors.add(new NamedTensor(theirs, Shape.of(turned.sizes()), turned.values()));
  }

  private void other(int n, Layer layer) {
    String own = formatted("layers.%d.", n);
    String theirs = n + ".";
    modules.add(layer.parameters().isEmpty() ? null : String.valueOf(n));
    Map<String, Object> step = new LinkedHashMap<>();
    step.put("prefix", theirs);
    steps.add(step);
    switch (layer) {
      case DenseLayer dense -> {
        if (dense.tied()) {
          throw refuse(formatted("layer %d", n), "which shares the table of an embedding");
        }
        step.put("module", "Linear");
        step.put("inputs", inputs(n));
        step.put("outputs", dense.outputSize());
        step.put("bias", dense.bias());
        step.put("activation", dense.activation().word());
        transposed(own + "W", theirs + "weight");
        if (dense.bias()) {
          plain(own + "b", theirs + "bias");
        }
        notes.add(formatted("layer %d: nn.Linear, then %s", n, dense.activation().word()));
      }
      case EmbeddingLayer embedding -> {
        step.put("module", "Embedding");
        step.put("vocabulary", embedding.vocabulary());
        step.put("outputs", embedding.size());
        plain(own + EmbeddingLayer.TABLE, theirs + "weight");
        notes.add(formatted("layer %d: nn.Embedding of %d", n, embedding.vocabulary()));
      }
      case LayerNormLayer norm -> {
        step.put("module", "LayerNorm");
        step.put("outputs", norm.outputSize());
        step.put("epsilon", norm.epsilon());
        plain(own + "gamma", theirs + "weight");
        plain(own + "beta", theirs + "bias");
        notes.add(formatted("layer %d: nn.LayerNorm, epsilon %s", n, norm.epsilon()));
      }
      case ActivationLayer activation -> {
        step.put("module", "activation");
        step.put("activation", activation.function().word());
        notes.add(formatted("layer %d: %s, no arrays", n, activation.function().word()));
      }
      case DropoutLayer dropout -> {
        step.put("module", "activation");
        step.put("activation", "identity");
        notes.add(formatted("layer %d: dropout, no arrays", n));
      }
      case PoolTimeLayer pool -> {
        step.put("module", "pool");
        step.put("mode", pool.mode().name().toLowerCase(Locale.ROOT));
        notes.add(formatted("layer %d: %s over time, no arrays", n, pool.mode()));
      }
      default ->
          throw refuse(
              formatted("layer %d", n),
              formatted(
                  "whose %s has no counterpart in PyTorch", layer.getClass().getSimpleName()));
    }
  }
}
