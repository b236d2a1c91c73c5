package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.DROPOUT;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.LayerOptions.LAYERS;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.data.CsvFormat;
import dev.comporta.frame.data.CsvTable;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.Forecaster;
import dev.comporta.inference.content.StoredNormalization;
import dev.comporta.inference.content.StoredSeries;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.Normalization;
import dev.comporta.training.data.SeriesWindows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Forecasts the next values of a column of a CSV file from a window of rows, and compares its
 * errors with those of a forecast that repeats the last value.
 */
public final class Forecast implements Task {
  /** Called by the service loader. */
  public Forecast() {}

  static final Option<Path> DATA =
      TrainingOptions.DATA.alias("series").help("CSV file; its first line names the columns");
  static final Option<String> COLUMN =
      Option.text(StoredSeries.COLUMN, "NAME").in(Group.DATA).help("the column to forecast");
  static final Option<String> ALSO =
      Option.text(StoredSeries.ALSO, "NAMES")
          .in(Group.DATA)
          .keptIfGiven()
          .help("additional input columns, separated by commas");
  static final Option<Integer> WINDOW =
      Option.size(StoredSeries.WINDOW, 1)
          .or(StoredSeries.DEFAULT_WINDOW)
          .in(Group.DATA)
          .help("input rows per forecast");
  static final Option<Integer> HORIZON =
      Option.size("horizon", 1).or(1).in(Group.DATA).help("number of values to forecast");
  private static final Option<Double> VALIDATION =
      Option.real("validation", 0.01, 0.9)
          .or(0.2)
          .in(Group.DATA)
          .help("fraction of the rows, at the end, held out for validation");

  private static final int TEST_BATCH = 32;

  @Override
  public String name() {
    return StoredSeries.TASK;
  }

  @Override
  public String description() {
    return "a forecaster for a CSV column, compared with a last-value baseline";
  }

  @Override
  public String unit() {
    return "row";
  }

  @Override
  public String describe(double loss) {
    return formatted("mean squared error %.4f, normalised", loss);
  }

  @Override
  public Options options() {
    return Options.of(DATA, TrainingOptions.VALIDATION_DATA, COLUMN, ALSO)
        .and(CsvFormat.options())
        .and(WINDOW, HORIZON, VALIDATION)
        .and(CELL.or(Spec.of("gru")), LAYERS.or(1), HIDDEN.or(32), BATCH.or(32), DROPOUT.or(0.0))
        .and(TrainingOptions.of(name(), TrainingDefaults.epochs(20, 0.003).checkpointEvery(500)));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(settings.get(WINDOW), settings.get(BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    Path file = settings.get(DATA);
    List<String> columns =
        StoredSeries.columns(settings.get(COLUMN), settings.find(ALSO).orElse(""));
    CsvTable table = CsvTable.read(file, CsvFormat.of(settings), columns);
    boolean split = settings.find(TrainingOptions.VALIDATION_DATA).isEmpty();
    CsvTable held =
        settings
            .find(TrainingOptions.VALIDATION_DATA)
            .map(other -> CsvTable.read(other, CsvFormat.of(settings), columns))
            .orElse(table);
    int window = settings.get(WINDOW);
    SeriesWindows.Layout layout =
        new SeriesWindows.Layout(columns.size(), 0, window, settings.get(HORIZON));
    int cut =
        split ? (int) Math.floor(table.rows() * (1 - settings.get(VALIDATION))) : table.rows();
    // The first windows of the validation part begin with rows that were trained on.
    int back = split ? cut - window : 0;
    if (cut < layout.rows() || back < 0 || held.rows() - back < layout.rows()) {
      throw new ComportaException(
          formatted(
              "[forecast] expected at least %d rows to train on and %d to validate but %s has %d, of which %d are for validation; use a longer file or a smaller --window or --horizon",
              layout.rows(),
              split ? layout.horizon() : layout.rows(),
              file,
              table.rows(),
              held.rows() - back - (split ? window : 0)));
    }
    Normalization normalization =
        context.origin() == null || context.origin().isImported()
            ? Normalization.fit(table.values(), columns.size(), cut)
            : StoredNormalization.of(context.origin(), columns);
    table.precisionNote(normalization.deviations()).ifPresent(context.log());
    float[] values = normalization.apply(table.values());
    int batch = settings.get(BATCH);
    SeriesWindows training =
        new SeriesWindows(
            values,
            layout,
            0,
            cut,
            batch,
            new CounterRandom(settings.get(TrainingOptions.SEED)).stream("windows"));
    float[] heldValues = split ? values : normalization.apply(held.values());
    SeriesWindows validation =
        new SeriesWindows(heldValues, layout, back, held.rows(), batch, null);
    List<Spec> layers = new ArrayList<>(LayerOptions.recurrent(settings));
    layers.add(Spec.of("pool-time").with("mode", "last"));
    layers.add(Spec.of("dense").with("units", layout.horizon()));
    Spec model =
        Spec.of(SequenceModel.KIND).with("input-size", columns.size()).with("layers", layers);
    return new Experiment(
        new Experiment.DataSource(file.toString(), table.sha256(), List.of(table.formerSha256())),
        Recipe.of(model, Spec.of("mse"))
            .withConstants(StoredNormalization.constants(columns, normalization)),
        training,
        validation,
        formatted(
            "%,d windows of %d rows per epoch, %,d rows for training and %,d for validation",
            training.windows(), window, cut, held.rows() - back - window),
        trained -> ForecastTables.score(trained, held, heldValues, back, batch));
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.of(
        Options.of(DATA.help("a CSV file, all of which is forecast")).and(CsvFormat.options()),
        (model, settings) -> {
          Forecaster forecaster = model.forecaster();
          CsvTable table =
              CsvTable.read(settings.get(DATA), CsvFormat.of(settings), forecaster.columns());
          float[] normal = forecaster.normalization().apply(table.values());
          return ForecastTables.score(model, table, normal, 0, TEST_BATCH);
        });
  }

  @Override
  public List<Ability> abilities() {
    return List.of(
        Ability.predict(
            "Forecast the values that follow the last row of a CSV file",
            Options.of(HORIZON.notKept().or(_ -> null, "as trained").in(Group.DECODING))
                .and(CsvFormat.options()),
            ForecastTables::predict));
  }
}
