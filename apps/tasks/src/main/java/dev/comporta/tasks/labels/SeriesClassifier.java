package dev.comporta.tasks.labels;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.TrainingOptions.DATA;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.data.CsvFormat;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.inference.Classification;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.inference.content.StoredNormalization;
import dev.comporta.serialization.ModelFile;
import dev.comporta.tasks.labels.LabelledTexts.Text;
import dev.comporta.training.data.Normalization;
import dev.comporta.training.data.SequenceExamples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A label for a sequence of numbers, such as the signals of a sensor: the columns are standardised
 * and read in both directions. Compared with the most frequent label.
 */
final class SeriesClassifier {
  static final Option<Path> LABELS =
      Option.path("labels", "FILE")
          .keptIfGiven()
          .free()
          .help(
              "classify sequences of numbers: a table with the ID and the label of each, or its name in the folder or ZIP archive of --data, which has a CSV file for each sequence, or is a CSV file with rows grouped by their ID");
  static final Option<String> ID =
      Option.text("id-column", "NAME")
          .in(Group.DATA)
          .keptIfGiven()
          .or(_ -> null, "the first")
          .help(
              "the column with the ID of the sequence, if not all of --data and --labels have it first");
  static final Option<String> LABEL =
      Option.text("label-column", "NAME")
          .in(Group.DATA)
          .keptIfGiven()
          .or(_ -> null, "the second of --labels, label in --data")
          .help("the column with the labels of sequences of numbers");

  private static final String NOUN = "sequences";

  private SeriesClassifier() {}

  /** The options that say where sequences of numbers are, and how they are written. */
  static Options options() {
    return Options.of(
        LABELS, ID, LABEL, CsvFormat.SEPARATOR.keptIfGiven(), CsvFormat.DECIMAL_COMMA);
  }

  /** Whether settings ask for sequences of numbers. */
  static boolean isMeant(Settings settings) {
    return settings.isGiven(LABELS) || settings.isGiven(ID) || settings.isGiven(LABEL);
  }

  static LabelledTexts read(Path path, Settings settings) {
    return new LabelledSeries(
            settings.find(LABELS).orElse(null),
            settings.find(ID).orElse(null),
            settings.find(LABEL).orElse(null),
            format(settings))
        .read(path);
  }

  private static CsvFormat format(Settings settings) {
    return new CsvFormat(
        CsvFormat.ofWords(settings).separator(),
        settings.get(CsvFormat.DECIMAL_COMMA),
        CsvFormat.Missing.REJECT);
  }

  /** What is trained on sequences of numbers. */
  static Experiment open(
      Settings settings, TaskContext context, List<Spec> after, RandomSource random) {
    LabelledTexts all = read(settings.get(DATA), settings);
    all.notes().forEach(context.log());
    HeldOut held = HeldOut.of(settings, all.texts(), path -> read(path, settings), random);
    ModelFile origin = context.origin();
    List<String> labels = held.labels(origin == null ? List.of() : StoredLabels.of(origin));
    int columns = NumberRows.columns(held.training().getFirst().text());
    List<String> names = names(columns);
    Normalization scale =
        origin == null || origin.isImported()
            ? fit(held.training(), columns)
            : StoredNormalization.of(origin, names);
    List<Spec> layers = new ArrayList<>(LayerOptions.bothDirections(settings));
    layers.addAll(after);
    layers.add(Spec.of("dense").with("units", labels.size()));
    Spec model = Spec.of(SequenceModel.KIND).with("input-size", columns).with("layers", layers);
    SequenceExamples heldOut =
        examples(held.heldOut(), labels, scale, settings, random.stream("validation"));
    return new Experiment(
        new Experiment.DataSource(all.name(), all.sha256()),
        LabelTraining.recipe(settings, model, labels, held.training(), heldOut)
            .withVocabularies(List.of(StoredLabels.stored(labels)))
            .withConstants(StoredNormalization.constants(names, scale)),
        examples(
            LabelTraining.examples(settings, held.training()),
            labels,
            scale,
            settings,
            random.stream("training")),
        heldOut,
        formatted(
            "%,d sequences of %d numbers at each timestep for training and %,d for validation, %d labels",
            held.training().size(), columns, held.heldOut().size(), labels.size()),
        trained ->
            LabelScores.of(labels, held.heldOut(), classifier(trained))
                .score(NOUN)
                .against("the most frequent label", held.mostFrequent()));
  }

  /** The file of a model names columns by their places: sequences need no line of names. */
  private static List<String> names(int columns) {
    return IntStream.rangeClosed(1, columns).mapToObj(Integer::toString).toList();
  }

  private static Normalization fit(List<Text> texts, int columns) {
    double[][] each =
        texts.stream().map(text -> NumberRows.numbers(text.text())).toArray(double[][]::new);
    double[] all = Arrays.stream(each).flatMapToDouble(Arrays::stream).toArray();
    return Normalization.fit(all, columns, all.length / columns);
  }

  private static SequenceExamples examples(
      List<Text> texts,
      List<String> labels,
      Normalization scale,
      Settings settings,
      RandomSource random) {
    List<SequenceExamples.Example> examples =
        texts.stream()
            .map(text ->
                SequenceExamples.Example.ofFeatures(
                    features(text, scale), scale.means().length, labels.indexOf(text.label())))
            .toList();
    return new SequenceExamples(
        examples, Math.min(settings.get(BATCH), examples.size()), Classify.POOL, random);
  }

  private static float[] features(Text text, Normalization scale) {
    int columns = NumberRows.columns(text.text());
    if (columns != scale.means().length) {
      throw new ComportaException(
          formatted(
              "[classify] expected %d numbers at each timestep, as the model was trained, but %s has %d",
              scale.means().length, text.place(), columns));
    }
    return scale.apply(NumberRows.numbers(text.text()));
  }

  /** Whether a model reads sequences of numbers, not texts. */
  static boolean isMadeFor(LoadedModel model) {
    return model.network().inputSize() > 0;
  }

  static Function<Text, Classification> classifier(LoadedModel model) {
    Normalization scale =
        StoredNormalization.of(model.content(), names(model.network().inputSize()));
    return text -> model.classifier().classify(features(text, scale));
  }

  /**
   * Predicts the label of each sequence: lines of numbers, with an empty line between sequences.
   */
  static void predict(LoadedModel model, Settings settings, Ability.Exchange exchange) {
    CsvFormat format = format(settings);
    Function<Text, Classification> classifier = classifier(model);
    NumberRows rows = new NumberRows(format.decimalComma());
    String begun = "";
    int number = 0;
    String line;
    do {
      line = exchange.readLine();
      String place = formatted("line %d of %s", ++number, exchange.inputName());
      if (line != null && !line.isBlank()) {
        List<String> fields =
            Arrays.stream(line.split(Pattern.quote(String.valueOf(format.separator())), -1))
                .map(String::strip)
                .toList();
        if (rows.isEmpty()) {
          begun = "the sequence at " + place;
          if (rows.isHeader(fields)) {
            continue;
          }
        }
        rows.add(fields, place);
      } else if (!rows.isEmpty()) {
        LabelScores.answer(classifier.apply(new Text("", rows.text(), begun)), exchange);
        rows = new NumberRows(format.decimalComma());
      }
    } while (line != null);
  }
}
