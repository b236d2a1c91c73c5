package dev.comporta.tasks.labels;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.DROPOUT;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.LayerOptions.LAYERS;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.SEED;
import static dev.comporta.frame.training.TrainingOptions.VALIDATION_DATA;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.data.CsvFormat;
import dev.comporta.frame.data.CsvTexts;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.RepetitionOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.Classification;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.serialization.ModelFile;
import dev.comporta.tasks.labels.LabelledTexts.Text;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.SequenceExamples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A label for a sequence of bases, such as whether there is a splice junction in its middle, and
 * which: a convolution finds short patterns, and layers in both directions find what surrounds
 * them. Letters for several bases, such as N, are shared among them.
 */
public final class Dna implements Task {
  /** Called by the service loader. */
  public Dna() {}

  private static final String NAME = "dna";
  private static final String NOUN = "sequences";
  private static final int GENERATED = 3000;

  /** Positions that the convolution sees at once, and the patterns that it finds. */
  private static final int PATTERN = 9;

  private static final int PATTERNS = 32;

  /** Batches whose sequences are sorted by length together. */
  private static final int POOL = 20;

  private static final Option<Path> SEQUENCES =
      DATA.or(_ -> null, "generated splice junctions")
          .help("CSV file with a column of labels and a column of sequences of bases");
  private static final Option<String> SEPARATOR = CsvFormat.SEPARATOR.keptIfGiven();
  private static final Option<String> LABEL =
      Option.text("label-column", "NAME")
          .or("label")
          .in(Group.DATA)
          .keptIfGiven()
          .help("the column with the labels");
  private static final Option<String> SEQUENCE =
      Option.text("sequence-column", "NAME")
          .or("sequence")
          .in(Group.DATA)
          .keptIfGiven()
          .help("the column with the sequences");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a classifier of DNA sequences, such as splice junctions, compared with the most frequent label";
  }

  @Override
  public String unit() {
    return "sequence";
  }

  @Override
  public String timestep() {
    return "base";
  }

  @Override
  public Options options() {
    return Options.of(SEQUENCES, VALIDATION_DATA, SEPARATOR, LABEL, SEQUENCE)
        .and(HeldOut.VALIDATION, RepetitionOptions.FOLDS, RepetitionOptions.FOLD)
        .and(CELL.or(Spec.of("gru")), LAYERS.or(1), HIDDEN.or(32), DROPOUT.or(0.3), BATCH.or(32))
        .and(LabelTraining.options())
        .and(TrainingOptions.of(NAME, TrainingDefaults.epochs(30, 0.003)));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(60, settings.get(BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    boolean files = settings.isGiven(DATA) || settings.isGiven(VALIDATION_DATA);
    for (Option<?> ofFiles : List.of(LABEL, SEQUENCE, SEPARATOR)) {
      settings.requireEffective(ofFiles, "--data or --validation-data", files);
    }
    RandomSource random = new CounterRandom(settings.get(SEED)).stream(NAME);
    LabelledTexts all =
        settings
            .find(SEQUENCES)
            .map(path -> read(path, settings))
            .orElseGet(() -> SpliceSites.generate(GENERATED, random.stream("data")));
    HeldOut held = HeldOut.of(settings, all.texts(), path -> read(path, settings), random);
    ModelFile origin = context.origin();
    List<String> labels = held.labels(origin == null ? List.of() : StoredLabels.of(origin));
    SequenceExamples heldOut =
        examples(held.heldOut(), labels, settings, random.stream("validation"));
    return new Experiment(
        new Experiment.DataSource(
            all.name(), settings.find(SEQUENCES).isPresent() ? all.sha256() : ""),
        LabelTraining.recipe(
                settings, model(settings, labels.size()), labels, held.training(), heldOut)
            .withVocabularies(List.of(StoredLabels.stored(labels))),
        examples(
            LabelTraining.examples(settings, held.training()),
            labels,
            settings,
            random.stream("training")),
        heldOut,
        formatted(
            "%,d sequences for training and %,d for validation, %d labels",
            held.training().size(), held.heldOut().size(), labels.size()),
        trained ->
            LabelScores.of(labels, held.heldOut(), classifier(trained))
                .score(NOUN)
                .against("the most frequent label", held.mostFrequent()));
  }

  private static Spec model(Settings settings, int labels) {
    List<Spec> layers = new ArrayList<>();
    layers.add(
        Spec.of("conv1d")
            .with("filters", PATTERNS)
            .with("width", PATTERN)
            .with("activation", "relu"));
    layers.addAll(LayerOptions.bothDirections(settings));
    layers.add(Spec.of("pool-time").with("mode", "max"));
    layers.add(Spec.of("dense").with("units", labels));
    return Spec.of(SequenceModel.KIND).with("input-size", Bases.SIZE).with("layers", layers);
  }

  private static LabelledTexts read(Path path, Settings settings) {
    List<Text> texts = new ArrayList<>();
    List<String> columns = List.of(settings.get(LABEL), settings.get(SEQUENCE));
    for (CsvTexts.Row row : CsvTexts.read(path, CsvFormat.ofWords(settings), columns)) {
      String label = row.fields().get(0);
      if (label.isEmpty()) {
        throw new ComportaException(
            formatted("[dna] expected a label in %s but the field is empty", row.place()));
      }
      Bases.features(row.fields().get(1), row.place()); // a wrong letter is named before training
      texts.add(new Text(label, row.fields().get(1), row.place()));
    }
    return new LabelledTexts(path.toString(), texts, List.of());
  }

  private static SequenceExamples examples(
      List<Text> texts, List<String> labels, Settings settings, RandomSource random) {
    List<SequenceExamples.Example> examples =
        texts.stream()
            .map(text ->
                SequenceExamples.Example.ofFeatures(
                    Bases.features(text.text(), text.place()),
                    Bases.SIZE,
                    labels.indexOf(text.label())))
            .toList();
    int batch = Math.min(settings.get(BATCH), examples.size());
    return new SequenceExamples(examples, batch, POOL, random);
  }

  private static Function<Text, Classification> classifier(LoadedModel model) {
    return text -> model.classifier().classify(Bases.features(text.text(), text.place()));
  }

  @Override
  public Evaluator evaluator() {
    return new LabelEvaluator(
        Options.of(DATA.help("sequences with labels, as for training"), LABEL, SEQUENCE)
            .and(CsvFormat.SEPARATOR),
        model -> model.classifier().labels(),
        (model, settings) ->
            LabelScores.of(
                    model.classifier().labels(),
                    read(settings.get(DATA), settings).texts(),
                    classifier(model))
                .score(NOUN));
  }

  @Override
  public List<Ability> abilities() {
    return List.of(
        Ability.predict(
            "Predict the label of each sequence of bases, one a line",
            Options.of(),
            (model, settings, exchange) -> {
              int number = 0;
              for (String line = exchange.readLine(); line != null; line = exchange.readLine()) {
                String place = formatted("line %d of %s", ++number, exchange.inputName());
                if (!line.isBlank()) {
                  LabelScores.answer(classifier(model).apply(new Text("", line, place)), exchange);
                }
              }
            }));
  }
}
