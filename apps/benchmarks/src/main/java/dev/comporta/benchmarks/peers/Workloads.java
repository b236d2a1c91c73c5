package dev.comporta.benchmarks.peers;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.benchmarks.peers.CellKind.GRU;
import static dev.comporta.benchmarks.peers.CellKind.LAYER_NORM_LSTM;
import static dev.comporta.benchmarks.peers.CellKind.LSTM;
import static dev.comporta.benchmarks.peers.CellKind.MINIMAL_GATED_UNIT;
import static dev.comporta.benchmarks.peers.CellKind.TANH_RNN;
import static dev.comporta.benchmarks.peers.Formulation.BUILT_IN;
import static dev.comporta.benchmarks.peers.Formulation.SCRIPTED;
import static dev.comporta.benchmarks.peers.Formulation.WRITTEN_OUT;
import static dev.comporta.benchmarks.peers.Loss.CROSS_ENTROPY;
import static dev.comporta.benchmarks.peers.Loss.MEAN_SQUARED_ERROR;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The rows of the benchmark table. */
public final class Workloads {

  private static final Translator LARGE = new Translator(512, 256, 7_900, 5_900);
  private static final Translator SMALL = new Translator(128, 128, 1_000, 1_000);

  private Workloads() {}

  /** Every workload, in the order of the table. */
  public static List<Workload> all() {
    List<Workload> all = new ArrayList<>();
    all.addAll(training());
    all.addAll(custom());
    all.addAll(pairTraining());
    all.addAll(inference());
    all.addAll(linear());
    all.addAll(translation());
    all.addAll(products());
    return List.copyOf(all);
  }

  /**
   * The workload with a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Workload named(String name) {
    return all().stream()
        .filter(workload -> workload.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                formatted(
                    "[benchmarks] expected the name of a workload but got '%s'; the names are %s",
                    name, all().stream().map(Workload::name).toList())));
  }

  /** Training with the built-in layers of the libraries. */
  public static List<Workload.Training> training() {
    return List.of(
        training("tiny", LSTM, 1, 32, 16, 32, 50, 1, MEAN_SQUARED_ERROR),
        training("small", LSTM, 1, 64, 1, 32, 50, 1, MEAN_SQUARED_ERROR),
        training("medium", LSTM, 1, 128, 96, 32, 64, 96, CROSS_ENTROPY),
        training("char-lstm", LSTM, 2, 256, 96, 32, 64, 96, CROSS_ENTROPY),
        training("char-gru", GRU, 2, 256, 96, 32, 64, 96, CROSS_ENTROPY),
        training("char-rnn", TANH_RNN, 2, 256, 96, 32, 64, 96, CROSS_ENTROPY),
        training("words", LSTM, 2, 200, 200, 20, 20, 10_000, CROSS_ENTROPY),
        training("large", LSTM, 1, 512, 512, 64, 35, 100, CROSS_ENTROPY),
        training("wide", LSTM, 1, 1024, 128, 64, 32, 96, CROSS_ENTROPY));
  }

  /** Cells with a linear recurrence: one step, and a long sequence. */
  public static List<Workload.LinearCell> linear() {
    List<Workload.LinearCell> rows = new ArrayList<>();
    for (int timesteps : new int[] {1, 1000}) {
      rows.add(linear("sru", 3, timesteps));
      rows.add(linear("min-gru", 2, timesteps));
    }
    return List.copyOf(rows);
  }

  private static Workload.LinearCell linear(String cell, int gates, int timesteps) {
    String name = formatted("%s-h128-t%d-b1", cell, timesteps);
    return new Workload.LinearCell(name, cell, gates, 128, timesteps);
  }

  /** The workloads that are measured with several numbers of threads. */
  public static List<Workload> scaling() {
    return List.of(named("small"), named("medium"), named("char-lstm"));
  }

  /** The streams that are also measured with parameters in fewer bits. */
  public static List<Workload.Inference> stored() {
    return List.of((Workload.Inference) named("lstm-h512-t1-b1"));
  }

  /**
   * Training with written-out cells: the LSTM, a layer-normalised LSTM and a minimal gated unit at
   * H = 128 (no suffix), 64 and 256; then the same as scripts.
   */
  public static List<Workload.Training> custom() {
    List<Workload.Training> rows = new ArrayList<>();
    for (Formulation formulation : List.of(WRITTEN_OUT, SCRIPTED)) {
      for (int hidden : new int[] {128, 64, 256}) {
        rows.add(custom("custom-lstm", formulation, LSTM, hidden));
        rows.add(custom("custom-layernorm-lstm", formulation, LAYER_NORM_LSTM, hidden));
        rows.add(custom("custom-minimal-gated-unit", formulation, MINIMAL_GATED_UNIT, hidden));
      }
    }
    return List.copyOf(rows);
  }

  /**
   * Inference: streaming, a long sequence, a batch of sequences; then streaming with one input
   * ({@code -i1-}), and with a written-out LSTM.
   */
  public static List<Workload.Inference> inference() {
    List<Workload.Inference> rows = new ArrayList<>();
    int[][] sizes = {{16, 32}, {32, 64}, {64, 128}, {256, 256}, {512, 512}};
    int[][] runs = {{1, 1}, {100, 1}, {64, 32}};
    for (CellKind cell : List.of(LSTM, GRU)) {
      for (int[] run : runs) {
        for (int[] size : sizes) {
          rows.add(inference(BUILT_IN, cell, size[0], size[1], run[0], run[1]));
        }
      }
    }
    for (int hidden : new int[] {20, 40}) { // sizes of models of audio effects
      String name = formatted("lstm-i1-h%d-t1-b1", hidden);
      rows.add(new Workload.Inference(name, BUILT_IN, LSTM, 1, hidden, 1, 1));
    }
    for (int[] size : new int[][] {{32, 64}, {64, 128}, {256, 256}}) {
      rows.add(inference(WRITTEN_OUT, LSTM, size[0], size[1], 1, 1));
    }
    return List.copyOf(rows);
  }

  /**
   * Matrix products: square ones and the narrow shapes of recurrent layers, with a packed right
   * operand ({@code packed-}) and without ({@code matmul-}).
   */
  public static List<Workload.Product> products() {
    List<Workload.Product> rows = new ArrayList<>();
    for (int size : new int[] {256, 512, 1024, 2048}) {
      rows.add(product(size, size, size, false));
    }
    for (boolean packed : new boolean[] {true, false}) {
      for (int height : new int[] {1, 8, 32}) {
        for (int inner : new int[] {256, 512, 1024}) {
          for (int columns : new int[] {256, 1024, 2048, 4096}) {
            rows.add(product(height, inner, columns, packed));
          }
        }
      }
    }
    return List.copyOf(rows);
  }

  /**
   * Training of translation models: with the full vocabulary of Multi30k and with 1,000 words, with
   * sources of mixed lengths and ({@code -even}) of equal length in each batch.
   */
  public static List<Workload.PairTraining> pairTraining() {
    List<Workload.PairTraining> rows = new ArrayList<>();
    for (Formulation formulation : List.of(WRITTEN_OUT, SCRIPTED)) {
      for (boolean even : new boolean[] {false, true}) {
        for (Translator sizes : List.of(LARGE, SMALL)) {
          String name =
              formatted(
                  "translation-h%d%s%s",
                  sizes.hidden(), even ? "-even" : "", formulation == SCRIPTED ? "-scripted" : "");
          rows.add(new Workload.PairTraining(name, formulation, sizes, 64, 4, even, 0.1));
        }
      }
    }
    return List.copyOf(rows);
  }

  /** Greedy translation with models of the same sizes, for batches of 1 and 32 sentences. */
  public static List<Workload.Translation> translation() {
    List<Workload.Translation> rows = new ArrayList<>();
    for (Translator sizes : List.of(LARGE, SMALL)) {
      for (int batch : new int[] {1, 32}) {
        String name = formatted("translate-h%d-b%d", sizes.hidden(), batch);
        rows.add(new Workload.Translation(name, sizes, batch, 13));
      }
    }
    return List.copyOf(rows);
  }

  private static Workload.Training training(
      String name,
      CellKind cell,
      int layers,
      int hidden,
      int input,
      int batch,
      int timesteps,
      int outputs,
      Loss loss) {
    return new Workload.Training(
        name, BUILT_IN, cell, layers, hidden, input, batch, timesteps, outputs, loss);
  }

  private static Workload.Training custom(
      String name, Formulation formulation, CellKind cell, int hidden) {
    String size = hidden == 128 ? "" : "-h" + hidden;
    String row = name + size + (formulation == SCRIPTED ? "-scripted" : "");
    return new Workload.Training(row, formulation, cell, 1, hidden, 96, 32, 64, 96, CROSS_ENTROPY);
  }

  private static Workload.Inference inference(
      Formulation formulation, CellKind cell, int input, int hidden, int timesteps, int batch) {
    String name =
        formatted(
            "%s%s-h%d-t%d-b%d",
            formulation == BUILT_IN ? "" : "custom-",
            cell.name().toLowerCase(Locale.ROOT),
            hidden,
            timesteps,
            batch);
    return new Workload.Inference(name, formulation, cell, input, hidden, timesteps, batch);
  }

  private static Workload.Product product(int rows, int inner, int columns, boolean packed) {
    String name = formatted("%s-%dx%dx%d", packed ? "packed" : "matmul", rows, inner, columns);
    return new Workload.Product(name, rows, inner, columns, packed);
  }
}
