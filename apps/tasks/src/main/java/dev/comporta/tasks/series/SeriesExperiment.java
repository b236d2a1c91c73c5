package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Score;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.data.CsvFormat;
import dev.comporta.frame.data.CsvTable;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.content.StoredNormalization;
import dev.comporta.inference.content.StoredScale;
import dev.comporta.inference.content.StoredSeries;
import dev.comporta.serialization.ModelFile;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.SeriesWindows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the tasks of this package train: a network next to a linear path, on windows of a table. */
final class SeriesExperiment {
  private SeriesExperiment() {}

  /**
   * Scores a trained model.
   *
   * <p>The arguments are the model, the table that is scored, the row at which its first window
   * begins, and the rows of the training table before the part that is scored.
   */
  @FunctionalInterface
  interface Scoring {
    Score score(LoadedModel trained, CsvTable scored, int from, int fitted);
  }

  /**
   * Where the rows come from.
   *
   * @param name of the table, for messages
   * @param table the rows to train on, to score, and, unless there is another table, to validate on
   * @param heldName of the other table
   * @param held the rows to validate on, or null
   * @param generated whether the rows are generated, so that no hash is kept
   */
  record Source(
      String name, CsvTable table, String heldName, @Nullable CsvTable held, boolean generated) {
    /** Rows that a program makes. */
    static Source generated(String name, CsvTable table) {
      return new Source(name, table, name, null, true);
    }

    /** The columns of a file, and those of the file of {@code --validation-data} if it is given. */
    static Source read(Settings settings, Path file) {
      List<String> columns =
          StoredSeries.columns(
              settings.get(Forecast.COLUMN), settings.find(Forecast.ALSO).orElse(""));
      CsvTable table = CsvTable.read(file, CsvFormat.of(settings), columns);
      Path other = settings.find(TrainingOptions.VALIDATION_DATA).orElse(null);
      return new Source(
          file.toString(),
          table,
          other == null ? file.toString() : other.toString(),
          other == null ? null : CsvTable.read(other, CsvFormat.of(settings), columns),
          false);
    }

    private Experiment.DataSource described() {
      return generated
          ? new Experiment.DataSource(name, "")
          : new Experiment.DataSource(name, table.sha256(), List.of(table.formerSha256()));
    }
  }

  /**
   * Divides the rows, chooses the linear path, and describes the network.
   *
   * @param settings with the options of {@link Forecast#seriesOptions}
   * @param context the origin and the log
   * @param source the rows
   * @param horizon the steps of a forecast
   * @param scoring scores the trained model
   */
  static Experiment open(
      Settings settings, TaskContext context, Source source, int horizon, Scoring scoring) {
    CsvTable table = source.table();
    CsvTable held = source.held() == null ? table : source.held();
    List<String> columns = table.columns();
    int window = settings.get(Forecast.WINDOW);
    SeriesWindows.Layout layout = new SeriesWindows.Layout(columns.size(), 0, window, horizon);
    ForecastParts parts =
        ForecastParts.of(
            source.name(),
            table.rows(),
            layout,
            settings.get(Forecast.TEST),
            source.held() == null ? settings.get(Forecast.VALIDATION) : 0);
    // The first windows of the validation part begin with rows that were trained on.
    int back = source.held() == null ? parts.cut() - window : 0;
    int heldRows = source.held() == null ? parts.test() : held.rows();
    if (heldRows - back < layout.rows()) {
      throw new ComportaException(
          formatted(
              "[forecast] expected at least %d rows to validate but %s has %d; use a longer file or a smaller --window or --horizon",
              layout.rows(), source.heldName(), heldRows));
    }
    SeriesChoice choice = choice(settings, context, table, parts, horizon);
    table.precisionNote(choice.normalization().deviations()).ifPresent(context.log());
    context.log(formatted("%s: %s", Printable.quoted(columns.getFirst()), choice.words()));
    float[] values = normal(table, choice);
    int batch = settings.get(LayerOptions.BATCH);
    SeriesWindows training =
        new SeriesWindows(
            values,
            layout,
            0,
            parts.cut(),
            batch,
            new CounterRandom(settings.get(TrainingOptions.SEED)).stream("windows"));
    SeriesWindows validation =
        new SeriesWindows(
            source.held() == null ? values : normal(held, choice),
            layout,
            back,
            heldRows,
            batch,
            null);
    CsvTable scored = parts.tested() ? table : held;
    int from = parts.tested() ? parts.test() - window : back;
    Map<String, Double> constants = new LinkedHashMap<>();
    constants.putAll(StoredNormalization.constants(columns, choice.normalization()));
    constants.putAll(choice.scale().constants());
    if (choice.path() != null) {
      constants.put(ForecastTables.SPREAD, choice.path().spread());
    }
    double[] series = ForecastTables.column(table.values(), columns.size());
    constants.putAll(Baselines.fit(series, parts.fitted(), choice.season()).constants());
    return new Experiment(
        source.described(),
        recipe(settings, layout, choice.path()).withConstants(constants),
        training,
        validation,
        formatted(
            "%,d windows of %d rows per epoch, %s",
            training.windows(), window, parts.words(heldRows - back - window)),
        trained -> scoring.score(trained, scored, from, parts.fitted()));
  }

  private static SeriesChoice choice(
      Settings settings, TaskContext context, CsvTable table, ForecastParts parts, int horizon) {
    ModelFile from = context.origin();
    List<String> columns = table.columns();
    SeriesChoice origin =
        from == null || from.isImported()
            ? null
            : new SeriesChoice(
                StoredScale.of(from, columns.getFirst()),
                0,
                StoredNormalization.of(from, columns),
                null);
    // Layers of the user's own, or of another tool, take the place of all others.
    boolean own =
        settings.find(TrainingOptions.ARCHITECTURE).isPresent()
            || (from != null && from.isImported());
    return SeriesChoice.of(
        table,
        parts,
        new SeriesChoice.Wish(
            settings.get(Forecast.SCALE),
            own ? "no" : settings.get(Forecast.DIFFERENCE),
            !own && settings.get(Forecast.LINEAR).equals("auto"),
            settings.find(Forecast.SEASON).orElse(null),
            settings.get(Forecast.WINDOW),
            horizon),
        origin);
  }

  private static float[] normal(CsvTable table, SeriesChoice choice) {
    return choice
        .normalization()
        .apply(choice.scale().apply(table.values(), table.columns().size()));
  }

  /** The layers: the network alone, or next to the linear path, from which it then starts. */
  private static Recipe recipe(
      Settings settings, SeriesWindows.Layout layout, @Nullable LinearPath path) {
    List<Spec> layers = new ArrayList<>(LayerOptions.recurrent(settings));
    layers.add(Spec.of("pool-time").with("mode", "last"));
    Spec output = Spec.of("dense").with("units", layout.horizon());
    layers.add(path == null ? output : output.with("initializer", "zeros"));
    Spec model = Spec.of(SequenceModel.KIND).with("input-size", layout.columns());
    if (path == null) {
      return Recipe.of(model.with("layers", layers), Spec.of("mse"));
    }
    Spec both =
        Spec.of("autoregressive")
            .with("lags", path.forecast().lags())
            .with("units", layout.horizon())
            .with("trained", false)
            .with("centered", path.differenced())
            .with("layers", layers);
    return Recipe.of(model.with("layers", List.of(both)), Spec.of("mse"))
        .startingFrom(
            Map.of("layers.0.W", path.forecast().kernel(), "layers.0.b", path.forecast().bias()));
  }
}
