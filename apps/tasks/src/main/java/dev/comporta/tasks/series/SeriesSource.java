package dev.comporta.tasks.series;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.data.CsvFormat;
import dev.comporta.frame.data.CsvTable;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.RepetitionOptions;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.content.SeriesColumns;
import dev.comporta.inference.content.StoredSeries;
import dev.comporta.serialization.ModelFile;
import dev.comporta.training.data.SeriesWindows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows come from.
 *
 * @param file the rows to train on, to score, and, unless there is another file, to validate on;
 *     null if they are generated
 * @param heldFile the rows to validate on, or null
 * @param columns without the words of categories
 * @param generated rows that a program makes, or null
 * @param name of the generated rows
 */
record SeriesSource(
    @Nullable SeriesFile file,
    @Nullable SeriesFile heldFile,
    SeriesColumns columns,
    @Nullable SeriesTable generated,
    String name) {
  /** Rows that a program makes. */
  static SeriesSource generated(String name, CsvTable table) {
    SeriesTable rows = SeriesTable.of(table);
    return new SeriesSource(null, null, rows.columns(), rows, name);
  }

  /** The columns of a file, and those of the file of {@code --validation-data} if it is given. */
  static SeriesSource read(Settings settings, Path file) {
    SeriesFile.Wanted wanted = SeriesFile.Wanted.of(settings);
    SeriesFile rows = SeriesFile.read(file, CsvFormat.of(settings), wanted);
    Path other = settings.find(TrainingOptions.VALIDATION_DATA).orElse(null);
    return new SeriesSource(
        rows,
        other == null ? null : SeriesFile.read(other, CsvFormat.of(settings), wanted),
        wanted.columns(),
        null,
        file.toString());
  }

  int targets() {
    return columns.targets().size();
  }

  boolean isHeldInTable() {
    return heldFile == null;
  }

  private List<SeriesTable.Series> series() {
    return generated != null ? generated.series() : required().series();
  }

  private SeriesFile required() {
    if (file == null) {
      throw new IllegalStateException("neither a file nor generated rows");
    }
    return file;
  }

  private String nameOf(SeriesTable.Series one) {
    return generated != null ? name : required().nameOf(one);
  }

  String nameOfHeld(SeriesTable.Series one) {
    return heldFile == null ? nameOf(one) : heldFile.nameOf(one);
  }

  /** The numbers of one series without dates and categories. */
  double[] values() {
    return generated != null ? generated.table().values() : required().content().table().values();
  }

  /** How each series is divided, at the origin of a backtest if settings name one. */
  List<ForecastParts> parts(Settings settings, SeriesWindows.Layout layout) {
    double validation = isHeldInTable() ? settings.get(Forecast.VALIDATION) : 0;
    double test = settings.get(Forecast.TEST);
    int origin = RepetitionOptions.origin(settings);
    if (origin > 0 && (test == 0 || !isHeldInTable())) {
      throw new InvalidOptionException(
          "--backtest expected a --test above 0 and no --validation-data: its origins are in the test part");
    }
    List<ForecastParts> parts = new ArrayList<>();
    for (SeriesTable.Series one : series()) {
      ForecastParts part =
          ForecastParts.of(
              nameOf(one), one.from(), one.end() - one.from(), layout, test, validation);
      parts.add(
          origin == 0
              ? part
              : part.at(
                  nameOf(one),
                  origin,
                  settings.get(RepetitionOptions.BACKTEST),
                  layout,
                  validation));
    }
    return parts;
  }

  /** The table to train on; the categories are those of the training part or of the origin. */
  SeriesTable table(List<ForecastParts> parts, TaskContext context) {
    if (generated != null) {
      return generated;
    }
    SeriesColumns all = required().withCategories(columns, parts);
    ModelFile from = context.origin();
    if (from != null && !from.isImported() && !columns.categories().isEmpty()) {
      all = StoredSeries.of(from, "the model of --from").columns();
      if (!names(all).equals(names(columns))) {
        throw new InvalidOptionException(
            "--category expected the columns of the model of --from, whose categories it knows");
      }
    }
    return required()
        .table(
            new SeriesColumns(
                columns.targets(), columns.also(), columns.calendar(), all.categories()),
            context.log());
  }

  private static List<String> names(SeriesColumns of) {
    return of.categories().stream().map(SeriesColumns.Category::column).toList();
  }

  /** The table to validate on, which may be the one to train on. */
  SeriesTable held(SeriesTable table, TaskContext context) {
    return heldFile == null ? table : heldFile.table(table.columns(), context.log());
  }

  Experiment.DataSource described() {
    return generated != null
        ? new Experiment.DataSource(name, "")
        : new Experiment.DataSource(
            name,
            required().content().sha256(),
            List.of(required().content().table().formerSha256()));
  }
}
