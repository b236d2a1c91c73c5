package dev.comporta.cells.turing;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.Activation;
import dev.comporta.cells.CellDropout;
import dev.comporta.cells.ForgetBiasInit;
import dev.comporta.cells.GruCell;
import dev.comporta.cells.LstmCell;
import dev.comporta.cells.RnnCell;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The controllers of a neural Turing machine. */
enum Controller {
  LSTM,
  FEED_FORWARD,
  GRU,
  RNN;

  private String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Reads the option {@code controller}. */
  static Controller read(OptionReader options) {
    List<String> words = Arrays.stream(values()).map(Controller::word).toList();
    String word = options.choice("controller", LSTM.word(), words);
    return Arrays.stream(values())
        .filter(controller -> controller.word().equals(word))
        .findFirst()
        .orElseThrow();
  }

  /** Creates the controller without dropout of its own. */
  Cell create(int inputSize, int hiddenSize) {
    return switch (this) {
      case LSTM ->
          new LstmCell(
              inputSize, hiddenSize, new ForgetBiasInit(ForgetBiasInit.BIAS, 0), CellDropout.NONE);
      case FEED_FORWARD -> new FeedForwardCell(inputSize, hiddenSize);
      case GRU ->
          new GruCell(inputSize, hiddenSize, true, new ForgetBiasInit(0, 0), CellDropout.NONE);
      case RNN ->
          new RnnCell(
              inputSize, hiddenSize, Activation.TANH, Spec.of("orthogonal"), CellDropout.NONE);
    };
  }
}
