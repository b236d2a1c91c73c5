package dev.comporta.tasks.handwriting;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.DROPOUT;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.LayerOptions.LAYERS;
import static dev.comporta.frame.training.TrainingOptions.SEED;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Examples;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.InkFeatures;
import dev.comporta.inference.content.StoredInk;
import dev.comporta.tensor.CounterRandom;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a pen wrote: recurrent layers in both directions read the points of the strokes, and
 * connectionist temporal classification finds the letters without knowing where each begins (Graves
 * et al. 2009, <i>A Novel Connectionist System for Unconstrained Handwriting Recognition</i>).
 * Compared with the most frequent letter.
 */
public final class Handwriting implements Task {
  /** Called by the service loader. */
  public Handwriting() {}

  private static final String NAME = "handwriting";

  /** Points of a word. */
  private static final int USUAL_TIMESTEPS = 80;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a recogniser of handwriting from pen strokes, compared with the most frequent letter";
  }

  @Override
  public String unit() {
    return "letter";
  }

  @Override
  public String timestep() {
    return "point";
  }

  @Override
  public Options options() {
    return InkSource.options()
        .and(CELL.or(Spec.of("lstm")), LAYERS.or(1), HIDDEN.or(64), DROPOUT.or(0.0), BATCH.or(32))
        .and(TrainingOptions.of(NAME, TrainingDefaults.epochs(10, 0.005)));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(USUAL_TIMESTEPS, settings.get(BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    RandomSource random = new CounterRandom(settings.get(SEED)).stream(NAME);
    InkSource source = InkSource.open(settings, context, random);
    StoredInk stored = source.stored();
    List<Spec> layers = new ArrayList<>(LayerOptions.bothDirections(settings));
    layers.add(Spec.of("dense").with("units", stored.classes()));
    int batch = settings.get(BATCH);
    return new Experiment(
        source.data(),
        Recipe.of(
                Spec.of(SequenceModel.KIND)
                    .with("input-size", InkFeatures.READ)
                    .with("layers", layers),
                Spec.of("ctc"))
            .withVocabularies(List.of(stored.stored())),
        InkExamples.ofRecognition(source.training(), stored, batch, random.stream("training")),
        InkExamples.ofRecognition(source.heldOut(), stored, batch, random.stream("validation")),
        source.size(),
        trained ->
            HandwritingEvaluator.scores(
                    trained.handwritingReader(), source.heldOut().samples(), null)
                .score(source.training().samples(), false));
  }

  @Override
  public Evaluator evaluator() {
    return new HandwritingEvaluator();
  }

  @Override
  public List<Ability> abilities() {
    return List.of(HandwritingAbility.predict());
  }

  @Override
  public Optional<Examples> examples() {
    return Optional.of(
        new Examples(
            "generated words that are not used in training by default",
            Options.of(Examples.COUNT, Examples.SEED),
            settings -> {
              InkSet ink =
                  InkSet.generate(
                      settings.get(Examples.COUNT),
                      true,
                      new CounterRandom(settings.get(Examples.SEED)).stream("words to try"));
              String text =
                  ink.samples().stream()
                      .map(it -> JsonInk.write(it.text(), it.ink()) + "\n")
                      .collect(Collectors.joining());
              return List.of(
                  new Examples.Example(
                      "ink.json",
                      formatted("%,d words", ink.samples().size()),
                      () -> text.getBytes(StandardCharsets.UTF_8)));
            }));
  }
}
