package dev.comporta.exchange.keras;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What the layers that read an input say about it, where its shape does not. */
final class Readers {
  private final Predicate<Config> wanted;
  private final Map<String, Boolean> known = new HashMap<>();

  private Readers(Predicate<Config> wanted) {
    this.wanted = wanted;
  }

  /** Inputs of ids. */
  static Readers ofIds() {
    return new Readers(layer -> layer.type().equals("Embedding"));
  }

  /** Inputs of lines [width, channels] at every timestep. */
  static Readers ofLines() {
    return new Readers(layer -> isLineReader(layer) || isLineReader(layer.wrapped()));
  }

  private static boolean isLineReader(Config layer) {
    return layer.type().equals("ConvLSTM1D");
  }

  /**
   * Whether an input of a model is read, and by such layers only.
   *
   * @param model the model
   * @param input the number of the input
   */
  boolean read(KerasModel model, int input) {
    if (model.isSequential()) {
      return model.layers().stream()
          .filter(layer -> !layer.type().equals("InputLayer"))
          .findFirst()
          .map(layer -> read(model, layer, 0))
          .orElse(false);
    }
    List<Inbound.Tensor> heads = model.heads();
    if (input >= heads.size()) {
      return false;
    }
    String head = heads.get(input).layer();
    boolean any = false;
    for (KerasModel.Call call : model.calls()) {
      for (int n = 0; n < call.sources().size(); n++) {
        if (call.sources().get(n).layer().equals(head)) {
          any = true;
          if (!read(model, call.layer(), n)) {
            return false;
          }
        }
      }
    }
    return any;
  }

  private boolean read(KerasModel model, Config layer, int input) {
    if (!KerasModel.is(layer)) {
      return wanted.test(layer);
    }
    String key = input + " " + layer.path();
    Boolean found = known.get(key);
    if (found == null) {
      found = read(model.inner(layer), input);
      known.put(key, found);
    }
    return found;
  }
}
