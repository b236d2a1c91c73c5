package dev.comporta.tasks.translation;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.attention.AttentionDecoderLayer;
import dev.comporta.attention.DecoderLayer;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tasks.SpecText;
import dev.comporta.tasks.TaskOption;
import dev.comporta.tasks.job.CellChoice;
import dev.comporta.tasks.job.JobDefaults;
import dev.comporta.tasks.job.JobSettings;
import dev.comporta.tasks.job.Outputs;
import dev.comporta.tasks.language.LanguageLayers;
import dev.comporta.training.ScheduledSampling;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What all trainings of translations may be told: the model, and how it learns.
 *
 * @param text what tokens are, and which are known
 * @param layers how many recurrent layers the encoder has, and the decoder
 * @param attention the score with its options, or {@link #NO_ATTENTION}
 * @param look whether the decoder looks at the source before or after its step
 * @param scheduledSampling as {@link ScheduledSampling#parse} reads it
 * @param readOut what is made of the decoder's output before its layer of logits
 * @param tied whether the layer of logits uses the embedding of the target's tokens
 * @param job how long, by which rules, where to
 */
record PairSettings(
    TextSettings text,
    CellChoice cell,
    int hidden,
    int embedding,
    int layers,
    String attention,
    String look,
    boolean inputFeeding,
    String readOut,
    boolean tied,
    double dropout,
    double labelSmoothing,
    String scheduledSampling,
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
      JobDefaults job) {
    /** Those of tasks that minutes of one processor are enough for. */
    static Defaults small(String task, TextSettings text) {
      return new Defaults(
          text,
          64,
          32,
          0,
          0,
          32,
          new JobDefaults(task, 4, 0, "adam", 0.004, Spec.of("cosine"), 1, 1000));
    }
  }

  static List<TaskOption> options(Defaults defaults) {
    List<TaskOption> options = new ArrayList<>();
    options.addAll(TextSettings.options(defaults.text()));
    options.add(CellChoice.option("gru"));
    options.add(
        TaskOption.whole(
            "hidden",
            Integer.toString(defaults.hidden()),
            "hidden size of the decoder and of each direction of the encoder"));
    options.add(
        TaskOption.whole(
            "embedding", Integer.toString(defaults.embedding()), "size of a token's vector"));
    options.add(
        TaskOption.whole("layers", "1", "recurrent layers of the encoder, and of the decoder"));
    options.add(
        TaskOption.text(
            "attention",
            "additive",
            "score, as in location:width=5: see comporta catalog; none to go without"));
    options.add(
        TaskOption.text(
            "look", "before", "whether the decoder looks at the source before or after its step"));
    options.add(
        TaskOption.text(
            "input-feeding",
            "",
            "whether a decoder that looks after its step sees at the next one what it made of it: yes or no"));
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
            "share of embeddings and of what leaves each recurrent layer that is dropped"));
    options.add(
        TaskOption.real(
            "label-smoothing",
            Double.toString(defaults.labelSmoothing()),
            "share of probability that training gives to all tokens alike"));
    options.add(
        TaskOption.text(
            "scheduled-sampling",
            "0",
            "share of the decoder's inputs that are its own answers at the end of training, as in 0.25 or 0.25:inverse-sigmoid"));
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
    String feeding = options.text("input-feeding", "");
    if (!feeding.isEmpty()) {
      options.choice("input-feeding", "yes", List.of("yes", "no"));
    }
    PairSettings settings =
        new PairSettings(
            TextSettings.read(given, options, defaults.text()),
            CellChoice.read(options, "gru"),
            options.count("hidden", 1, defaults.hidden()),
            options.count("embedding", 1, defaults.embedding()),
            options.count("layers", 1, 1),
            options.text("attention", "additive"),
            options.choice("look", "before", List.of("before", "after")),
            feeding.isEmpty() || feeding.equals("yes"),
            options.choice("read-out", "dense", READ_OUTS),
            options.choice("tied-embeddings", "no", List.of("no", "yes")).equals("yes"),
            options.real("dropout", defaults.dropout(), 0, 0.95),
            options.real("label-smoothing", defaults.labelSmoothing(), 0, 0.95),
            options.text("scheduled-sampling", "0"),
            options.choice("reverse-source", "no", List.of("no", "yes")).equals("yes"),
            options.size("batch", 1, defaults.batch()),
            job);
    if (settings.reverseSource && settings.attends()) {
      throw new InvalidOptionException(
          formatted(
              "--reverse-source yes goes with --attention none but it is %s; leave one out",
              settings.attention));
    }
    if (settings.tied && settings.readOut.equals("none") && settings.hidden != settings.embedding) {
      throw new InvalidOptionException(
          formatted(
              "--tied-embeddings yes with --read-out none expected embeddings as large as the decoder's state but got %d and %d; take a read-out or equal sizes",
              settings.embedding, settings.hidden));
    }
    settings.requireLook(feeding);
    ScheduledSampling.parse("--scheduled-sampling", settings.scheduledSampling);
    options.requireAllRead();
    return settings;
  }

  private void requireLook(String feeding) {
    if (look.equals("after") && !attends()) {
      throw new InvalidOptionException(
          "--look after goes with an attention but --attention is none; leave one out");
    }
    if (look.equals("before") && !feeding.isEmpty()) {
      throw new InvalidOptionException(
          formatted(
              "--input-feeding %s goes with --look after but it is before; leave one out",
              feeding));
    }
  }

  boolean attends() {
    return !attention.equals(NO_ATTENTION);
  }

  /**
   * Refuses what cannot be made and places that cannot be written, before anything else is done.
   *
   * @return to be closed after training
   */
  Outputs claim(Catalog catalog, Consumer<String> log) {
    cell.requireUsable(catalog, hidden);
    if (attends()) {
      catalog.find(Kind.ATTENTION, score().name());
    }
    return job.claim(catalog, log);
  }

  /** The score and its options. */
  Spec score() {
    return SpecText.parse("--attention", attention);
  }

  /** What the parameters depend on, as a model file keeps it. */
  Spec keptIn(Spec kept) {
    Spec looking =
        look.equals("after") ? kept.with("input-feeding", inputFeeding ? "yes" : "no") : kept;
    return job.keptIn(
        text.keptIn(looking)
            .with("cell", cell.toString())
            .with("hidden", hidden)
            .with("embedding", embedding)
            .with("layers", layers)
            .with("attention", attention)
            .with("look", look)
            .with("read-out", readOut)
            .with("tied-embeddings", tied ? "yes" : "no")
            .with("dropout", dropout)
            .with("label-smoothing", labelSmoothing)
            .with("scheduled-sampling", scheduledSampling)
            .with("reverse-source", reverseSource ? "yes" : "no")
            .with("batch", batch));
  }

  /** The specification of a model between vocabularies of these sizes. */
  Spec model(int sourceTokens, int targetTokens) {
    LanguageLayers.requireFew(layers);
    List<Spec> encoder = new ArrayList<>();
    encoder.add(embedding(sourceTokens));
    addDropout(encoder);
    for (int i = 0; i < layers; i++) {
      encoder.add(recurrent(reader()));
      addDropout(encoder);
    }
    List<Spec> decoder = new ArrayList<>();
    decoder.add(embedding(targetTokens));
    addDropout(decoder);
    for (int i = 1; i < layers; i++) {
      decoder.add(recurrent(Spec.of(DecoderLayer.NAME)).with("context", false));
      addDropout(decoder);
    }
    decoder.add(writer());
    addDropout(decoder);
    Spec logits = Spec.of("dense").with("units", targetTokens);
    decoder.add(tied ? logits.with("tied", true) : logits);
    return Spec.of(SequenceModel.ENCODER_DECODER).with("encoder", encoder).with("layers", decoder);
  }

  private Spec recurrent(Spec layer) {
    return layer.with("cell", cell.spec()).with("hidden", hidden);
  }

  /** The last layer of the decoder, which looks at the source. */
  private Spec writer() {
    Spec decoder =
        recurrent(Spec.of(attends() ? AttentionDecoderLayer.NAME : DecoderLayer.NAME))
            .with("read-out", readOut);
    if (tied && !readOut.equals("none")) {
      decoder = decoder.with("read-out-size", embedding);
    }
    if (!attends()) {
      return decoder;
    }
    Spec looking = decoder.with("attention", score());
    return look.equals("after")
        ? looking.with("look", look).with("input-feeding", inputFeeding)
        : looking;
  }

  private Spec reader() {
    if (reverseSource) {
      return Spec.of("recurrent").with("reverse", true);
    }
    Spec both = Spec.of("bidirectional");
    // These scores want annotations as large as the decoder's state.
    return attends() && wantsSameSize(score()) ? both.with("merge", "sum") : both;
  }

  private static boolean wantsSameSize(Spec score) {
    return SAME_SIZE.contains(score.name())
        || (score.options().get("score") instanceof String inner && SAME_SIZE.contains(inner));
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
