package dev.comporta.tasks.forecast;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Loss;
import dev.comporta.cells.model.ForecastChunk;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tasks.Compute;
import dev.comporta.tasks.ComputeFactory;
import dev.comporta.tasks.OutputFile;
import dev.comporta.tasks.Task;
import dev.comporta.tasks.TaskContext;
import dev.comporta.tasks.TaskOption;
import dev.comporta.tasks.TaskReport;
import dev.comporta.tasks.TrainingOutline;
import dev.comporta.tasks.job.JobSettings;
import dev.comporta.tasks.job.Outputs;
import dev.comporta.tasks.job.Resumption;
import dev.comporta.tasks.job.TrainingJob;
import dev.comporta.tasks.job.TrainingMemory;
import dev.comporta.tasks.language.LanguageLayers;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.Normalization;
import dev.comporta.training.data.SeriesWindows;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Foresees the next values of a column of a CSV file from a window of rows, and compares the errors
 * on the last part of the file with those of saying the last value again.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Forecast implements Task {
  private static final Spec LOSS = Spec.of("mse");

  /** Fewer steps of rounding than these in a standard deviation are worth a note. */
  private static final int COARSE = 1000;

  private final Catalog catalog;
  private final ComputeFactory computers;

  /**
   * Creates the task.
   *
   * @param catalog where cells, layers and rules are found
   * @param computers opens what it computes with
   */
  @Inject
  public Forecast(Catalog catalog, ComputeFactory computers) {
    this.catalog = catalog;
    this.computers = computers;
  }

  @Override
  public String name() {
    return ForecastSettings.TASK;
  }

  @Override
  public String description() {
    return "the next values of a column of a CSV file, beside saying the last value again";
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
  public List<TaskOption> options() {
    return ForecastSettings.options();
  }

  @Override
  public TrainingOutline outline(Spec given, TaskContext context) {
    Resumption resumption = resumption(given, context);
    ForecastSettings settings = ForecastSettings.read(resumption.settings());
    settings.cell().requireUsable(catalog, settings.hidden());
    TrainingMemory.requireDescribable(
        settings.memory(settings.job().optimizer(catalog).slots().size()));
    CsvTable table = CsvTable.read(settings.series(), settings.separator(), settings.inputs());
    return outline(settings, table);
  }

  private static Resumption resumption(Spec given, TaskContext context) {
    return Resumption.of(
        given,
        ForecastSettings.FREE_ON_RESUME,
        it -> ForecastSettings.read(it).kept(),
        context.log());
  }

  private static TrainingOutline outline(ForecastSettings settings, CsvTable table) {
    int cut = cut(settings, table);
    ForecastChunk chunk = ForecastChunk.training(settings.window(), settings.batch());
    ForecastChunk measured = ForecastChunk.evaluation(settings.window(), settings.batch());
    List<ForecastChunk> chunks =
        List.of(
            chunk,
            chunk.withLengths(lastLengths(settings, cut - layout(settings).rows() + 1)),
            measured,
            measured.withLengths(
                lastLengths(settings, table.rows() - cut - settings.horizon() + 1)));
    return settings.job().outline(spec(settings), LOSS, settings.horizon(), chunks);
  }

  /** Of the rows of the last batch of so many windows, null if it is full. */
  private static int @Nullable [] lastLengths(ForecastSettings settings, int windows) {
    int filled = windows % settings.batch();
    if (filled == 0) {
      return null;
    }
    int[] lengths = new int[settings.batch()];
    Arrays.fill(lengths, 0, filled, settings.window());
    return lengths;
  }

  private static SeriesWindows.Layout layout(ForecastSettings settings) {
    return new SeriesWindows.Layout(
        settings.inputs().size(), 0, settings.window(), settings.horizon());
  }

  /** The first row of the validation part. */
  private static int cut(ForecastSettings settings, CsvTable table) {
    int cut = (int) Math.floor(table.rows() * (1 - settings.validation()));
    int needed = layout(settings).rows();
    // The first windows of the validation part look back on rows that were trained on.
    if (cut < settings.window() || cut < needed || table.rows() - cut < settings.horizon()) {
      throw new ComportaException(
          formatted(
              "[forecast] expected at least %d rows to train on and %d to validate but %s has %d, of which %d are for validation; use a longer file or a smaller --window or --horizon",
              needed, settings.horizon(), settings.series(), table.rows(), table.rows() - cut));
    }
    return cut;
  }

  @Override
  public TaskReport run(Spec given, TaskContext context) {
    Resumption resumption = resumption(given, context);
    ForecastSettings settings = ForecastSettings.read(resumption.settings());
    settings.cell().requireUsable(catalog, settings.hidden());
    try (Outputs _ = settings.job().claim(catalog, context.log())) {
      return train(settings, resumption, context);
    }
  }

  private TaskReport train(ForecastSettings settings, Resumption resumption, TaskContext context) {
    JobSettings job = settings.job();
    Path csv = job.recording().csv();
    if (csv != null) {
      OutputFile.requireOther("--csv", csv, "--series", settings.series());
    }
    TrainingMemory.requireDescribable(settings.memory(job.optimizer(catalog).slots().size()));
    CsvTable table = CsvTable.read(settings.series(), settings.separator(), settings.inputs());
    try (Compute compute = computers.open(job.compute())) {
      TrainingMemory.require(
          settings.memory(job.optimizer(catalog).slots().size()),
          () -> outline(settings, table),
          catalog,
          compute,
          context.log());
      TrainingJob training =
          new TrainingJob(
              job,
              settings.kept(),
              new TrainingJob.Data(settings.series().toString(), table.sha256()),
              resumption.checkpoint(),
              catalog,
              compute,
              context);
      return train(settings, table, training, compute, context);
    }
  }

  private static Spec spec(ForecastSettings settings) {
    LanguageLayers.requireFew(settings.layers());
    List<Spec> layers = new ArrayList<>();
    for (int layer = 0; layer < settings.layers(); layer++) {
      layers.add(
          Spec.of("recurrent")
              .with("cell", settings.cell().spec())
              .with("hidden", settings.hidden()));
      if (settings.dropout() > 0) {
        layers.add(Spec.of("dropout").with("rate", settings.dropout()));
      }
    }
    layers.add(Spec.of("pool-time").with("mode", "last"));
    layers.add(Spec.of("dense").with("units", settings.horizon()));
    return Spec.of(SequenceModel.KIND)
        .with("input-size", settings.inputs().size())
        .with("layers", layers);
  }

  private TaskReport train(
      ForecastSettings settings,
      CsvTable table,
      TrainingJob job,
      Compute compute,
      TaskContext context) {
    int columns = settings.inputs().size();
    int cut = cut(settings, table);
    int back = cut - settings.window();
    SeriesWindows.Layout layout = layout(settings);
    Normalization normalization = Normalization.fit(table.values(), columns, cut);
    float[] values = normalization.apply(table.values());
    SeriesWindows training =
        new SeriesWindows(
            values,
            layout,
            0,
            cut,
            settings.batch(),
            new CounterRandom(settings.job().seed()).stream("windows"));
    SeriesWindows validation =
        new SeriesWindows(values, layout, back, table.rows(), settings.batch(), null);
    precisionNote(settings, table, normalization).ifPresent(context.log());
    SequenceModel model = job.model(spec(settings));
    ModelRunner runner = compute.runner(model);
    Loss loss = catalog.build(Kind.LOSS, LOSS, (provider, options) -> provider.create(options));
    context
        .log()
        .accept(
            formatted(
                "%s: %,d rows to train on, %,d to validate; training %,d parameters (%s, %d x %d) on %s: %,d windows of %d rows an epoch",
                settings.series(),
                cut,
                table.rows() - cut,
                model.parameters().count(),
                settings.cell(),
                settings.layers(),
                settings.hidden(),
                compute.description(),
                training.windows(),
                settings.window()));
    job.keeping(normalization(settings, normalization));
    TrainingJob.Outcome outcome = job.train(model, runner, loss, training, validation, List.of());
    if (outcome.stopped()) {
      return new TaskReport(job.figures(model, outcome, Map.of()), "", true);
    }
    ForecastErrors errors =
        ForecastErrors.of(runner, validation, table.values(), layout, back, normalization);
    job.save(model, List.of(), errors.figures());
    return new TaskReport(
        job.figures(model, outcome, errors.figures()),
        formatted("%s%nsaved %s%n", errors.sentence(settings), settings.job().out()),
        false);
  }

  /** Whoever runs the model needs the numbers that its input was normalised with. */
  private static Map<String, Double> normalization(
      ForecastSettings settings, Normalization normalization) {
    Map<String, Double> figures = new LinkedHashMap<>();
    for (int column = 0; column < settings.inputs().size(); column++) {
      String name = MetricName.of(settings.inputs().get(column));
      figures.put("mean of " + name, normalization.means()[column]);
      figures.put("deviation of " + name, normalization.deviations()[column]);
    }
    return figures;
  }

  /** Beyond 2^53 not every whole number is a double, so a counter there has steps. */
  private static Optional<String> precisionNote(
      ForecastSettings settings, CsvTable table, Normalization normalization) {
    int columns = settings.inputs().size();
    for (int column = 0; column < columns; column++) {
      double largest = 0;
      for (int at = column; at < table.values().length; at += columns) {
        largest = Math.max(largest, Math.abs(table.values()[at]));
      }
      double step = Math.ulp(largest);
      if (step > 1 && step > normalization.deviations()[column] / COARSE) {
        return Optional.of(
            formatted(
                "column %s has numbers beyond 2^53, which are rounded to multiples of %.0f; subtract a constant from all of them",
                Printable.quoted(settings.inputs().get(column)), step));
      }
    }
    return Optional.empty();
  }
}
