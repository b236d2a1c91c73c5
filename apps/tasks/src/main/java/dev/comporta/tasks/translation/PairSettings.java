package dev.comporta.tasks.translation;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tasks.TaskOption;
import dev.comporta.tasks.job.JobDefaults;
import dev.comporta.tasks.job.JobSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * What all trainings of translations may be told: the model, and how it learns.
 *
 * @param text what tokens are, and which are known
 * @param attention the score, or {@link #NO_ATTENTION}
 * @param readOut what is made of the decoder's output before its layer of logits
 * @param tied whether the layer of logits uses the embedding of the target's tokens
 * @param job how long, by which rules, where to
 */
record PairSettings(
    TextSettings text,
    String cell,
    int hidden,
    int embedding,
    String attention,
    String readOut,
    boolean tied,
    double dropout,
    double labelSmoothing,
    boolean reverseSource,
    int batch,
    JobSettings job) {
  static final String NO_ATTENTION = "none";

  private static final List<String> SAME_SIZE = List.of("dot", "scaled-dot");

  private static final List<String> READ_OUTS = List.of("none", "dense", "maxout");

  /** What a task has where nothing is given. */
  record Defaults(
      TextSettings text,
      int hidden,
      int embedding,
      double dropout,
      double labelSmoothing,
      int batch,
      JobDefaults job) {}

  static List<TaskOption> options(Defaults defaults) {
    List<TaskOption> options = new ArrayList<>();
    options.addAll(TextSettings.options(defaults.text()));
    options.add(TaskOption.text("cell", "gru", "recurrent cell: see comporta catalog"));
    options.add(
        TaskOption.whole(
            "hidden",
            Integer.toString(defaults.hidden()),
            "hidden size of the decoder and of each direction of the encoder"));
    options.add(
        TaskOption.whole(
            "embedding", Integer.toString(defaults.embedding()), "size of a token's vector"));
    options.add(
        TaskOption.text(
            "attention", "additive", "score: see comporta catalog; none to go without"));
    options.add(TaskOption.text("read-out", "dense", "before the logits: none, dense or maxout"));
    options.add(
        TaskOption.text(
            "tied-embeddings",
            "no",
            "whether the logits use the embedding of the target's tokens: yes or no"));
    options.add(
        TaskOption.real(
            "dropout",
            Double.toString(defaults.dropout()),
            "share of embeddings and of the read-out dropped"));
    options.add(
        TaskOption.real(
            "label-smoothing",
            Double.toString(defaults.labelSmoothing()),
            "share of probability that training gives to all tokens alike"));
    options.add(
        TaskOption.text(
            "reverse-source",
            "no",
            "whether one direction alone reads the source, backwards: yes or no"));
    options.add(
        TaskOption.whole(
            "batch", Integer.toString(defaults.batch()), "pairs that are trained on at once"));
    options.addAll(JobSettings.options(defaults.job()));
    return options;
  }

  /** Reads what all these tasks share; the task reads its own options before. */
  static PairSettings read(Spec given, OptionReader options, Defaults defaults) {
    JobSettings job = JobSettings.read(given, options, defaults.job());
    PairSettings settings =
        new PairSettings(
            TextSettings.read(given, options, defaults.text()),
            options.text("cell", "gru"),
            options.size("hidden", 1, defaults.hidden()),
            options.size("embedding", 1, defaults.embedding()),
            options.text("attention", "additive"),
            options.choice("read-out", "dense", READ_OUTS),
            options.choice("tied-embeddings", "no", List.of("no", "yes")).equals("yes"),
            options.real("dropout", defaults.dropout(), 0, 0.95),
            options.real("label-smoothing", defaults.labelSmoothing(), 0, 0.95),
            options.choice("reverse-source", "no", List.of("no", "yes")).equals("yes"),
            options.size("batch", 1, defaults.batch()),
            job);
    if (settings.reverseSource && !settings.attention.equals(NO_ATTENTION)) {
      throw new InvalidOptionException(
          "--reverse-source yes goes with --attention none but it is %s; leave one out"
              .formatted(settings.attention));
    }
    if (settings.tied && settings.readOut.equals("none") && settings.hidden != settings.embedding) {
      throw new InvalidOptionException(
          "--tied-embeddings yes with --read-out none expected embeddings as large as the decoder's state but got %d and %d; take a read-out or equal sizes"
              .formatted(settings.embedding, settings.hidden));
    }
    options.requireAllRead();
    return settings;
  }

  /** What the parameters depend on, as a model file keeps it. */
  Spec keptIn(Spec kept) {
    return job.keptIn(
        text.keptIn(kept)
            .with("cell", cell)
            .with("hidden", hidden)
            .with("embedding", embedding)
            .with("attention", attention)
            .with("read-out", readOut)
            .with("tied-embeddings", tied ? "yes" : "no")
            .with("dropout", dropout)
            .with("label-smoothing", labelSmoothing)
            .with("reverse-source", reverseSource ? "yes" : "no")
            .with("batch", batch));
  }

  /** The specification of a model between vocabularies of these sizes. */
  Spec model(int sourceTokens, int targetTokens) {
    List<Spec> encoder = new ArrayList<>();
    encoder.add(embedding(sourceTokens));
    addDropout(encoder);
    encoder.add(reader().with("cell", Spec.of(cell)).with("hidden", hidden));
    addDropout(encoder);
    List<Spec> layers = new ArrayList<>();
    layers.add(embedding(targetTokens));
    addDropout(layers);
    boolean attends = !attention.equals(NO_ATTENTION);
    Spec decoder =
        Spec.of(attends ? TranslationModel.ATTENTION_DECODER : TranslationModel.DECODER)
            .with("cell", Spec.of(cell))
            .with("hidden", hidden)
            .with("read-out", readOut);
    if (tied && !readOut.equals("none")) {
      decoder = decoder.with("read-out-size", embedding);
    }
    layers.add(attends ? decoder.with("attention", Spec.of(attention)) : decoder);
    addDropout(layers);
    Spec logits = Spec.of("dense").with("units", targetTokens);
    layers.add(tied ? logits.with("tied", true) : logits);
    return Spec.of(SequenceModel.ENCODER_DECODER).with("encoder", encoder).with("layers", layers);
  }

  private Spec reader() {
    if (reverseSource) {
      return Spec.of("recurrent").with("reverse", true);
    }
    Spec both = Spec.of("bidirectional");
    // These scores want annotations as large as the decoder's state.
    return SAME_SIZE.contains(attention) ? both.with("merge", "sum") : both;
  }

  private Spec embedding(int tokens) {
    return Spec.of("embedding").with("vocabulary", tokens).with("size", embedding);
  }

  private void addDropout(List<Spec> layers) {
    if (dropout > 0) {
      layers.add(Spec.of("dropout").with("rate", dropout));
    }
  }
}
