package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.cells.Activation;
import dev.comporta.cells.layers.ActivationLayer;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.inference.content.StoredText;
import dev.comporta.training.text.TextTokens;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** What a labeler and a classifier share: a model with one output for each label of its file. */
final class LabelReader {
  /** The timesteps of a sequence that shows whether there is an output for each of them. */
  private static final int PROBE = 2;

  /** So many sequences run together. */
  private static final int BATCH = 32;

  private final LoadedModel model;
  private final String operation;
  private final List<String> labels;
  private final boolean eachTimestep;

  /** Whether the last layer gives probabilities; otherwise it gives logits. */
  private final boolean probabilities;

  /** Checks the labels, and that the model gives one output for a timestep or for a sequence. */
  LabelReader(LoadedModel model, String operation, boolean eachTimestep) {
    SequenceModel network = model.network();
    this.model = model;
    this.operation = operation;
    this.eachTimestep = eachTimestep;
    this.labels = StoredLabels.of(model.content());
    if (labels.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[%s] expected a vocabulary of the kind 'labels' in %s but it has none; it is not a model of labels",
              operation, model.name()));
    }
    if (!network.encoder().isEmpty() || network.outputSize() != labels.size()) {
      throw new ComportaException(
          formatted(
              "[%s] expected a model without an encoder and with an output for each of the %d labels of %s but got '%s' with %d; the file is inconsistent",
              operation, labels.size(), model.name(), network.spec().name(), network.outputSize()));
    }
    this.probabilities =
        network.layers().getLast() instanceof ActivationLayer last
            && last.function() == Activation.SOFTMAX;
    int size = network.inputSize();
    ModelRunner.Outputs outputs =
        outputs(
            size == 0
                ? Batch.ofSequences(List.of(new int[PROBE]), 1)
                : Batch.ofValues(PROBE, 1, size, new float[PROBE * size], null));
    if (outputs.timesteps() != (eachTimestep ? PROBE : 1)) {
      throw new ComportaException(
          formatted(
              "[%s] expected an output for each %s but %s gives %d for %d timesteps; %s",
              operation,
              eachTimestep ? "timestep" : "sequence",
              model.name(),
              outputs.timesteps(),
              PROBE,
              eachTimestep ? "it may classify whole sequences" : "it may label timesteps"));
    }
  }

  List<String> labels() {
    return labels;
  }

  private ModelRunner.Outputs outputs(Batch batch) {
    return model.with(runner -> runner.outputs(batch, runner.newCarry(batch.batch())));
  }

  /**
   * The labels of each output for a text, the most likely first. A classifier does not see
   * characters that it does not know; a labeler refuses them, because each has a label.
   */
  List<List<Label>> ofText(String text) {
    return ofIds(ids(text));
  }

  /** The same for several texts. */
  List<List<List<Label>>> ofTexts(List<String> texts) {
    return ofAllIds(texts.stream().map(this::ids).toList());
  }

  private int[] ids(String text) {
    TextTokens tokens = StoredText.of(model.content(), model.name());
    String read = eachTimestep ? text : tokens.readable(text);
    if (read.isEmpty() && !text.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[%s] expected a character that the model knows in the text but it has none",
              operation));
    }
    return tokens.encoder().apply(read, "the text");
  }

  List<List<Label>> ofIds(int... ids) {
    require(ids.length);
    return ranked(model.runIds(ids));
  }

  List<List<Label>> ofValues(float[] values) {
    require(values.length);
    return ranked(model.run(values));
  }

  /** The labels of each output for sequences of ids, which run together. */
  List<List<List<Label>>> ofAllIds(List<int[]> sequences) {
    sequences.forEach(ids -> require(ids.length));
    return together(sequences, model::runIds);
  }

  /** The labels of each output for sequences of features, which run together. */
  List<List<List<Label>>> ofAllValues(List<float[]> sequences) {
    sequences.forEach(values -> require(values.length));
    return together(sequences, model::run);
  }

  private <S> List<List<List<Label>>> together(
      List<S> sequences, Function<List<S>, List<float[]>> run) {
    List<List<List<Label>>> all = new ArrayList<>();
    for (int from = 0; from < sequences.size(); from += BATCH) {
      List<S> some = sequences.subList(from, Math.min(from + BATCH, sequences.size()));
      run.apply(some).forEach(outputs -> all.add(ranked(outputs)));
    }
    return all;
  }

  private void require(int length) {
    if (length == 0) {
      throw new ComportaException(
          formatted("[%s] expected a sequence of 1 timestep or more but got none", operation));
    }
  }

  private List<List<Label>> ranked(float[] outputs) {
    List<List<Label>> all = new ArrayList<>();
    for (int from = 0; from < outputs.length; from += labels.size()) {
      all.add(ranked(labels, outputs, from, probabilities));
    }
    return all;
  }

  /**
   * Labels with their probabilities, the most likely first.
   *
   * @param outputs logits, or probabilities
   * @param from where those of the labels begin
   */
  static List<Label> ranked(List<String> labels, float[] outputs, int from, boolean probabilities) {
    double[] shares = shares(outputs, from, labels.size(), probabilities);
    return IntStream.range(0, labels.size())
        .boxed()
        .sorted(Comparator.comparingDouble(id -> -shares[id]))
        .map(id -> new Label(labels.get(id), shares[id]))
        .toList();
  }

  private static double[] shares(float[] outputs, int from, int count, boolean probabilities) {
    double[] shares = new double[count];
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < shares.length; i++) {
      shares[i] = outputs[from + i];
      largest = Math.max(largest, shares[i]);
    }
    if (probabilities) {
      return shares;
    }
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      shares[i] = StrictMath.exp(shares[i] - largest);
      sum += shares[i];
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= sum;
    }
    return shares;
  }
}
