package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Score;
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
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.content.StoredSeries;
import dev.comporta.tasks.series.Detector.Verdict;
import dev.comporta.tasks.series.Faults.Fault;
import dev.comporta.tensor.CounterRandom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds where a series departs from its earlier behaviour: a forecaster is trained, and the errors
 * that it makes on the training part, at a stated rate of false alarms, are the limit of what is
 * usual. It is measured on faults that are put into the test part.
 */
public final class Anomaly implements Task {
  /** Called by the service loader. */
  public Anomaly() {}

  private static final Option<Path> DATA =
      TrainingOptions.DATA
          .or(_ -> null, GeneratedLoad.DESCRIPTION)
          .help("CSV file; its first line names the columns");
  private static final Option<String> COLUMN =
      Forecast.COLUMN
          .or(
              it -> it.isGiven(TrainingOptions.DATA) ? null : GeneratedLoad.COLUMN,
              "that of the generated data")
          .help("the column to watch");
  private static final Option<Double> RATE =
      Option.real("false-alarms", 0, 0.5)
          .or(0.0005)
          .in(Group.EVALUATION)
          .help("fraction of the rows of the training part that may be false alarms");
  private static final Option<Integer> FAULTS =
      Option.whole("faults", 1, 100_000)
          .or(20)
          .in(Group.EVALUATION)
          .help("the most faults to put into the rows that are scored");
  private static final Option<String> LABELS =
      Option.text("labels", "NAME")
          .in(Group.DATA)
          .help("a column that is not 0 in rows with known faults; no faults are put in");
  private static final Option<Path> PICTURE =
      Forecast.PICTURE.help(
          "draw the last rows and the range of usual values: a .png image, or an .html page");

  @Override
  public String name() {
    return StoredSeries.ANOMALY;
  }

  @Override
  public String description() {
    return "a detector of anomalies in a CSV column, compared with the three-sigma rule";
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
    return Options.of(DATA, TrainingOptions.VALIDATION_DATA, COLUMN, Forecast.ALSO)
        .and(CsvFormat.options())
        .and(CsvFormat.DATES)
        .and(Forecast.WINDOW, RATE, FAULTS)
        .and(Forecast.seriesOptions())
        .and(TrainingOptions.of(name(), TrainingDefaults.epochs(10, 0.003).checkpointEvery(500)))
        .and(TrainingOptions.KEEP.or("best"));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(settings.get(Forecast.WINDOW), settings.get(LayerOptions.BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    RandomSource random = new CounterRandom(settings.get(TrainingOptions.SEED)).stream(name());
    Path file = settings.find(DATA).orElse(null);
    if (file == null && settings.find(Forecast.ALSO).isPresent()) {
      throw new ComportaException(
          "[anomaly] expected --data with --also: the generated data have one column");
    }
    if (file == null) {
      boolean usual = settings.get(COLUMN).equals(GeneratedLoad.COLUMN);
      settings.requireEffective(COLUMN, "--data", usual);
    }
    SeriesSource source =
        file == null
            ? GeneratedLoad.usual(random.stream("data"))
            : SeriesSource.read(settings, file);
    return SeriesExperiment.open(
        settings,
        context,
        source,
        1,
        (trained, scored, slices, fitted) -> {
          double[] usual = Arrays.copyOf(source.values(), fitted * scored.width());
          Detector detector = Detector.fit(trained, usual, settings.get(RATE));
          double[] values = scored.table().values().clone();
          int first = slices.getFirst().from() + settings.get(Forecast.WINDOW);
          List<Fault> faults =
              AlarmScoring.inject(
                  trained, values, first, settings.get(FAULTS), random.stream("faults"));
          return AlarmScoring.of(trained, detector, values, first, faults, null);
        });
  }

  /** Scores the alarms in a file, by its labels or by faults that are put into its rows. */
  private static Score evaluate(LoadedModel model, Settings settings) {
    Path file = settings.get(TrainingOptions.DATA);
    List<String> columns = new ArrayList<>(model.forecaster().columns());
    String labels = settings.find(LABELS).orElse(null);
    if (labels != null) {
      columns.add(labels);
    }
    CsvTable table = CsvTable.read(file, CsvFormat.of(settings), columns);
    int window = requireRows(model, table, file.toString());
    int size = model.forecaster().columns().size();
    double[] values = new double[table.rows() * size];
    double[] marks = new double[table.rows()]; // the last column
    for (int row = 0; row < table.rows(); row++) {
      System.arraycopy(table.values(), row * columns.size(), values, row * size, size);
      marks[row] = table.values()[(row + 1) * columns.size() - 1];
    }
    List<Fault> faults =
        labels == null
            ? AlarmScoring.inject(
                model,
                values,
                window,
                settings.get(FAULTS),
                new CounterRandom(settings.get(TrainingOptions.SEED)).stream("faults"))
            : Faults.labelled(marks, window);
    return AlarmScoring.of(
        model,
        Detector.of(model.content()),
        values,
        window,
        faults,
        settings.find(PICTURE).orElse(null));
  }

  /** The model's window, which is shorter than the table. */
  private static int requireRows(LoadedModel model, CsvTable table, String name) {
    int window = model.forecaster().window();
    if (table.rows() <= window) {
      throw new ComportaException(
          formatted(
              "[anomaly] expected more than %d rows, the model's window, but %s has %d",
              window, name, table.rows()));
    }
    return window;
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.of(
        Options.of(TrainingOptions.DATA.help("a CSV file; faults are put into its rows"))
            .and(CsvFormat.options())
            .and(CsvFormat.DATES, LABELS, FAULTS, TrainingOptions.SEED, PICTURE),
        (models, settings) -> {
          Forecast.requirePicture(models, settings);
          settings.requireNotBoth(LABELS, FAULTS);
          settings.requireNotBoth(LABELS, TrainingOptions.SEED);
        },
        Anomaly::evaluate);
  }

  @Override
  public List<Ability> abilities() {
    return List.of(
        Ability.predict(
            "Mark the rows of a CSV file that depart from what is usual",
            CsvFormat.options().and(CsvFormat.DATES),
            Anomaly::predict));
  }

  private static void predict(LoadedModel model, Settings settings, Ability.Exchange exchange) {
    List<String> columns = model.forecaster().columns();
    CsvTable table =
        CsvTable.read(exchange.input(), exchange.inputName(), CsvFormat.of(settings), columns);
    int window = requireRows(model, table, exchange.inputName());
    String column = Printable.quote(columns.getFirst());
    for (Verdict it : Detector.of(model.content()).detect(model, table.values(), window)) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("row", it.row() + 1);
      answer.put("column", column);
      answer.put("value", it.value());
      answer.put("forecast", it.forecast());
      answer.put("low", it.low());
      answer.put("high", it.high());
      answer.put("anomaly", it.departs());
      String head =
          it.row() == window ? formatted("row,%s,forecast,low,high,anomaly%n", column) : "";
      exchange.answer(
          answer,
          head
              + formatted(
                  "%d,%s,%s,%s,%s,%d",
                  it.row() + 1,
                  it.value(),
                  it.forecast(),
                  it.low(),
                  it.high(),
                  it.departs() ? 1 : 0));
    }
  }
}
