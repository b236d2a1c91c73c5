package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.DROPOUT;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.LayerOptions.LAYERS;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Score;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.data.CsvFormat;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.RepetitionOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.Forecaster;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.content.StoredSeries;
import dev.comporta.tasks.series.SeriesTable.Slice;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.view.PictureFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Forecasts the next values of a column of a CSV file from a window of rows: a linear path, chosen
 * and fitted on the training part, and a network that learns what the path leaves. The errors are
 * compared with those of the {@link Baselines}.
 */
public final class Forecast implements Task {
  /** Called by the service loader. */
  public Forecast() {}

  static final Option<Path> DATA =
      TrainingOptions.DATA.alias("series").help("CSV file; its first line names the columns");
  static final Option<String> COLUMN =
      Option.text(StoredSeries.COLUMN, "NAME").in(Group.DATA).help("the column to forecast");

  private static final Option<Path> TRAINED_ON = DATA.or(_ -> null, GeneratedLoad.DESCRIPTION);
  private static final Option<String> TRAINED_COLUMN =
      COLUMN.or(
          it -> it.isGiven(TrainingOptions.DATA) ? null : GeneratedLoad.COLUMN,
          "that of the generated data");

  static final Option<String> TARGET =
      Option.text(StoredSeries.TARGET, "NAMES")
          .in(Group.DATA)
          .keptIfGiven()
          .help("several columns to forecast, separated by commas, in place of --column");
  static final Option<String> ALSO =
      Option.text(StoredSeries.ALSO, "NAMES")
          .in(Group.DATA)
          .keptIfGiven()
          .help("additional input columns, separated by commas");
  static final Option<String> CATEGORY =
      Option.text(StoredSeries.CATEGORY, "NAMES")
          .in(Group.DATA)
          .keptIfGiven()
          .help(
              "input columns of words, separated by commas; each word is a number that is 0 or 1");
  static final Option<String> CALENDAR =
      Option.text(StoredSeries.CALENDAR, "WORDS")
          .in(Group.DATA)
          .keptIfGiven()
          .help(
              "cycles of the dates to read: month, weekday, hour or yearday, separated by commas");
  static final Option<String> GROUP =
      Option.text(StoredSeries.GROUP, "NAME")
          .in(Group.DATA)
          .keptIfGiven()
          .help("the column that tells several series of a file apart, such as an ID");
  static final Option<String> QUANTILES =
      Option.text(StoredSeries.QUANTILES, "LEVELS")
          .in(Group.DATA)
          .keptIfGiven()
          .help("forecast these quantiles of each value, such as 0.1,0.5,0.9");
  static final Option<Integer> WINDOW =
      Option.size(StoredSeries.WINDOW, 1)
          .or(StoredSeries.DEFAULT_WINDOW)
          .in(Group.DATA)
          .help("input rows per forecast");
  static final Option<Integer> HORIZON =
      Option.size("horizon", 1).or(1).in(Group.DATA).help("number of values to forecast");
  static final Option<Double> VALIDATION =
      Option.real("validation", 0.01, 0.9)
          .or(0.2)
          .in(Group.DATA)
          .help("fraction of the rows before the test part, at their end, held out for validation");
  static final Option<Double> TEST =
      Option.real("test", 0, 0.9)
          .or(
              it ->
                  it.isGiven(TrainingOptions.VALIDATION_DATA)
                          || it.isGiven(TrainingOptions.TEST_DATA)
                      ? 0.0
                      : 1.0 / 3,
              "a third; 0 with --validation-data or --test-data")
          .legacy(0.0)
          .in(Group.DATA)
          .help(
              "fraction of the rows, at the end, for the test only; 0 scores the validation part");
  static final Option<String> SCALE =
      Option.choice("scale", "auto", "level", "log")
          .or("auto")
          .legacy("level")
          .in(Group.DATA)
          .help("read the column as it is or as logarithms; auto chooses on the training part");
  static final Option<String> DIFFERENCE =
      Option.choice("difference", "auto", "yes", "no")
          .or("auto")
          .legacy("no")
          .in(Group.DATA)
          .help("let the network read differences from the last row; auto chooses likewise");
  static final Option<Integer> SEASON =
      Option.whole("season", 0, 1_000_000)
          .or(_ -> null, "found in the training part")
          .keptIfGiven()
          .in(Group.DATA)
          .help("rows of a season; 0 for none");
  static final Option<String> LINEAR =
      Option.choice("linear", "auto", "none")
          .or("auto")
          .legacy("none")
          .in(Group.MODEL)
          .help("a linear autoregression in parallel with the network, fitted before training");

  static final Option<Boolean> DECODER =
      Option.flag("decoder")
          .keptIfGiven()
          .in(Group.MODEL)
          .help(
              "an encoder-decoder: a second recurrent layer runs for each step of the horizon, from the last output of the first");

  static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .help("draw the last rows and their forecasts: a .png image, or an .html page");

  /** The same name as that of the origins in training; here the model stays the same. */
  private static final Option<Integer> SCORED =
      RepetitionOptions.BACKTEST
          .notKept()
          .help(
              "also score this many consecutive parts of the rows, without training again, and print mean and standard deviation");

  private static final int TEST_BATCH = 32;

  @Override
  public String name() {
    return StoredSeries.TASK;
  }

  @Override
  public String description() {
    return "a forecaster for a CSV column, compared with simple forecasts";
  }

  @Override
  public String unit() {
    return "row";
  }

  @Override
  public String describe(double loss) {
    return formatted("loss %.4f, normalised", loss);
  }

  @Override
  public Options options() {
    return Options.of(
            TRAINED_ON, TrainingOptions.VALIDATION_DATA, TRAINED_COLUMN, TARGET, ALSO, CATEGORY)
        .and(CALENDAR, GROUP)
        .and(CsvFormat.options())
        .and(CsvFormat.DATES)
        .and(WINDOW, HORIZON, QUANTILES)
        .and(seriesOptions())
        .and(DECODER)
        .and(RepetitionOptions.BACKTEST, RepetitionOptions.ORIGIN)
        .and(TrainingOptions.of(name(), TrainingDefaults.epochs(20, 0.003).checkpointEvery(500)))
        .and(TrainingOptions.KEEP.or("best"));
  }

  /** How the rows are divided and read, and the layers. */
  static Options seriesOptions() {
    return Options.of(VALIDATION, TEST, SCALE, DIFFERENCE, SEASON, LINEAR)
        .and(CELL.or(Spec.of("gru")), LAYERS.or(1), HIDDEN.or(32), BATCH.or(32), DROPOUT.or(0.0));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(settings.get(WINDOW), settings.get(BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    return SeriesExperiment.open(
        settings,
        context,
        source(settings),
        settings.get(HORIZON),
        (trained, scored, slices, _) ->
            ForecastScoring.of(trained, scored, slices, settings.get(BATCH), null));
  }

  private static SeriesSource source(Settings settings) {
    Path file = settings.find(TRAINED_ON).orElse(null);
    if (file != null) {
      return SeriesSource.read(settings, file);
    }
    String column = settings.get(TRAINED_COLUMN);
    settings.requireEffective(COLUMN, "--data", column.equals(GeneratedLoad.COLUMN));
    settings.requireEffective(
        CsvFormat.SEPARATOR, "--data", settings.get(CsvFormat.SEPARATOR).equals(","));
    Options.of(TrainingOptions.VALIDATION_DATA, TARGET, ALSO, CATEGORY, CALENDAR, GROUP)
        .and(CsvFormat.DECIMAL_COMMA, CsvFormat.MISSING, CsvFormat.DATES)
        .forEach(option -> settings.requireEffective(option, "--data", false));
    CounterRandom random = new CounterRandom(settings.get(TrainingOptions.SEED));
    return GeneratedLoad.overshooting(random.stream("data"));
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.of(
        Options.of(DATA.help("a CSV file, all of which is forecast"))
            .and(CsvFormat.options())
            .and(CsvFormat.DATES, PICTURE, SCORED),
        Forecast::requirePicture,
        Forecast::evaluate);
  }

  private static Score evaluate(LoadedModel model, Settings settings) {
    Forecaster forecaster = model.forecaster();
    SeriesFile file =
        SeriesFile.read(settings.get(DATA), CsvFormat.of(settings), ForecastAnswers.wanted(model));
    List<String> notes = new ArrayList<>();
    SeriesTable table = file.table(forecaster.inputs(), notes::add);
    List<Slice> slices = new ArrayList<>();
    for (SeriesTable.Series series : table.series()) {
      int rows = series.end() - series.from();
      if (rows < forecaster.layout().rows()) {
        throw new ComportaException(
            formatted(
                "[forecast] expected at least %d rows in %s, %d for the window and %d to forecast, but it has %d",
                forecaster.layout().rows(),
                file.nameOf(series),
                forecaster.window(),
                forecaster.horizon(),
                rows));
      }
      slices.add(new Slice(series, series.from(), series.end()));
    }
    Score whole =
        ForecastScoring.of(model, table, slices, TEST_BATCH, settings.find(PICTURE).orElse(null));
    Optional<Integer> origins = settings.find(SCORED);
    Score score =
        origins.isEmpty() ? whole : Backtest.of(model, table, whole, origins.get(), TEST_BATCH);
    return notes.isEmpty()
        ? score
        : new Score(
            score.metric(),
            score.lowerIsBetter(),
            score.baseline(),
            score.figures(),
            score.text() + System.lineSeparator() + String.join(System.lineSeparator(), notes),
            score.detail());
  }

  /** Refuses, before anything is scored, a picture that cannot be drawn or written. */
  static void requirePicture(List<LoadedModel> models, Settings settings) {
    OutputFile.requireForOneModel(PICTURE, models, settings);
    settings.find(PICTURE).ifPresent(PictureFile::requireKnown);
  }

  @Override
  public List<Ability> abilities() {
    return List.of(
        Ability.predict(
            "Forecast the values that follow the last row of a CSV file",
            Options.of(HORIZON.notKept().or(_ -> null, "as trained").in(Group.DECODING))
                .and(CsvFormat.options())
                .and(CsvFormat.DATES),
            ForecastAnswers::predict));
  }
}
