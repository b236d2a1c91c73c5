package dev.comporta.tasks.handwriting;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.DROPOUT;
import static dev.comporta.frame.training.LayerOptions.EMBEDDING;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.ENCODING;
import static dev.comporta.frame.training.TrainingOptions.SEED;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.DecoderOptions;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.Ink;
import dev.comporta.inference.InkFeatures;
import dev.comporta.inference.content.StoredInk;
import dev.comporta.inference.content.StoredMixture;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writing a text with a pen: a decoder reads the points so far, attends to the letters of the text,
 * and gives a mixture of Gaussians for the next point (Graves 2013, <i>Generating Sequences With
 * Recurrent Neural Networks</i>, section 5, with the attention of Chorowski et al. 2015, which sees
 * where it has been, in place of a window). Compared with one Gaussian.
 */
public final class HandwritingSynthesis implements Task {
  /** Called by the service loader. */
  public HandwritingSynthesis() {}

  private static final String NAME = "handwriting-synthesis";

  /** Points of a word. */
  private static final int USUAL_TIMESTEPS = 80;

  /** Samples that are scored together. */
  private static final int SCORED = 32;

  private static final Option<Integer> GAUSSIANS =
      Option.whole("gaussians", 1, 1_000).or(10).help("number of Gaussians in the mixture");
  private static final Option<Double> LEAST_DEVIATION =
      Option.real("least-deviation", 0, 1)
          .or(0.02)
          .help("smallest standard deviation of a Gaussian, relative to that of the height");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a generator of pen strokes for a text, compared with one Gaussian for all points";
  }

  @Override
  public String unit() {
    return "point";
  }

  @Override
  public String describe(double loss) {
    return formatted("%.4f nats per point", loss);
  }

  @Override
  public Options options() {
    return InkSource.options()
        .and(
            CELL.or(Spec.of("lstm")).help("cell of the decoder and of the encoder of the text"),
            EMBEDDING.or(16).help("size of the letter embeddings"),
            HIDDEN.or(128),
            GAUSSIANS,
            LEAST_DEVIATION,
            DROPOUT.or(0.0),
            BATCH.or(32))
        .and(
            DecoderOptions.ATTENTION.or(
                Spec.of("location").with("cumulative", true).with("units", 32)),
            DecoderOptions.LOOK,
            DecoderOptions.INPUT_FEEDING,
            DecoderOptions.READ_OUT.or("none"))
        .and(TrainingOptions.of(NAME, TrainingDefaults.epochs(5, 0.005)));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(USUAL_TIMESTEPS, settings.get(BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    DecoderOptions.require(settings, context.catalog());
    RandomSource random = new CounterRandom(settings.get(SEED)).stream(NAME);
    InkSource source = InkSource.open(settings, context, random);
    StoredInk stored = source.stored();
    StoredMixture mixture =
        new StoredMixture(settings.get(GAUSSIANS), settings.get(LEAST_DEVIATION));
    int batch = settings.get(BATCH);
    InkExamples training =
        InkExamples.ofSynthesis(source.training(), stored, batch, random.stream("training"));
    InkExamples heldOut =
        InkExamples.ofSynthesis(source.heldOut(), stored, batch, random.stream("validation"));
    return new Experiment(
        source.data(),
        Recipe.of(model(settings, stored, mixture), PenScores.loss(mixture))
            .withVocabularies(List.of(stored.stored()))
            .withConstants(mixture.constants()),
        training,
        heldOut,
        source.size(),
        trained -> PenScores.of(trained, heldOut, training, false));
  }

  private static Spec model(Settings settings, StoredInk stored, StoredMixture mixture) {
    List<Spec> encoder = new ArrayList<>();
    encoder.add(
        Spec.of("embedding")
            .with("vocabulary", stored.classes())
            .with("size", settings.get(EMBEDDING)));
    encoder.add(
        Spec.of("bidirectional")
            .with("cell", settings.get(CELL))
            .with("hidden", settings.get(EMBEDDING)));
    List<Spec> layers = new ArrayList<>(List.of(DecoderOptions.layer(settings)));
    layers.addAll(LayerOptions.dropout(settings));
    layers.add(Spec.of("dense").with("units", mixture.outputs()));
    return Spec.of(SequenceModel.ENCODER_DECODER)
        .with("encoder", encoder)
        .with("input-size", InkFeatures.WRITTEN)
        .with("layers", layers);
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.of(
        Options.of(DATA.help("pen strokes with their texts, as for training"), ENCODING),
        (model, settings) -> {
          InkSet ink = InkSet.read(settings.get(DATA), settings.get(ENCODING));
          StoredInk stored = StoredInk.of(model.content(), model.name());
          InkExamples examples =
              InkExamples.ofSynthesis(
                  ink.requireLetters(stored.letters()), stored, SCORED, new CounterRandom(0));
          return PenScores.of(model, examples, examples, true);
        });
  }

  @Override
  public List<Ability> abilities() {
    return List.of(SynthesisAbility.predict());
  }

  /** Strokes as JSON has them, rounded to hundredths. */
  static Map<String, Object> figures(String text, Ink ink) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("text", text);
    figures.put(
        "strokes",
        ink.strokes().stream()
            .map(stroke -> {
              List<List<Double>> points = new ArrayList<>();
              for (int i = 0; i < stroke.length; i += 2) {
                points.add(
                    List.of(
                        Math.round(100.0 * stroke[i]) / 100.0,
                        Math.round(100.0 * stroke[i + 1]) / 100.0));
              }
              return points;
            })
            .toList());
    return figures;
  }
}
