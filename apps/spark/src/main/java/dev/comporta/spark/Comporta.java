package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.frame.training.TrainingOptions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Models of Comporta on Apache Spark. The driver reads a model file and sends it to the executors;
 * each executor loads it once, and all of its tasks share it.
 *
 * <p>An answer has the same bits for any number of partitions, executors and rows that are answered
 * together, and the same as {@link dev.comporta.inference.LoadedModel} gives on one machine, if
 * both compute on the same backend and vectors of the same width. Spark's launcher gives executors
 * the module {@code jdk.incubator.vector}; an executor without it computes on the backend {@code
 * reference}, which the driver logs once.
 *
 * <p><b>Errors.</b> What can be checked without reading a row (the model, names and types of
 * columns) is refused when a method is called. A row that cannot be read fails the action that
 * reads it, such as a write, which Spark does not commit then; {@link #reason} finds the sentence
 * in Spark's exception.
 */
public final class Comporta {
  private Comporta() {}

  /**
   * Adds the answers of a model as the column {@code prediction}.
   *
   * @param data rows in any number of partitions
   * @param model a model file of any file system that Hadoop knows
   * @param columns what the model reads, as in {@link #score(Dataset, String, List, ScoreOptions)}
   * @return the rows with one more column
   * @throws ComportaException as {@link #score(Dataset, String, List, ScoreOptions)}
   */
  public static Dataset<Row> score(Dataset<Row> data, String model, String... columns) {
    return score(data, model, List.of(columns), ScoreOptions.DEFAULT);
  }

  /**
   * Adds the answers of a model as a column. Rows of similar length in a partition are answered
   * together.
   *
   * <table>
   * <caption>What is read and answered</caption>
   * <tr><th>model</th><th>columns</th><th>answer</th></tr>
   * <tr><td>translator</td><td>a string</td><td>a string</td></tr>
   * <tr><td>forecaster</td><td>an array of numbers for each of its columns, oldest first</td>
   * <td>an array of double; with several targets or quantiles an array of {@code (column, values,
   * quantiles)}</td></tr>
   * <tr><td>classifier</td><td>a string, or an array of ids or features</td><td>{@code (label,
   * probability)}</td></tr>
   * <tr><td>labeler, tagger</td><td>the same; for a tagger also an array of words</td><td>an array
   * of {@code (label, probability)}</td></tr>
   * <tr><td>answers to questions</td><td>an array of sentences and a question</td><td>{@code (label,
   * probability)}</td></tr>
   * <tr><td>language model</td><td>a string</td><td>its perplexity, a double</td></tr>
   * <tr><td>another without an encoder</td><td>an array of ids or features</td><td>the outputs of
   * the network, an array of float</td></tr>
   * </table>
   *
   * @param data rows in any number of partitions
   * @param model a model file of any file system that Hadoop knows
   * @param columns what the model reads
   * @param options the name of the new column, and the horizon of a forecast
   * @return the rows with one more column
   * @throws ComportaException if the model cannot be read or answers nothing that a row can hold,
   *     or if the number, a name or a type of the columns is wrong
   */
  public static Dataset<Row> score(
      Dataset<Row> data, String model, List<String> columns, ScoreOptions options) {
    SharedModel shared = SharedModel.read(data.sparkSession().sparkContext(), model);
    Scorer<?> scorer = Scorers.of(shared.get(), options.horizon());
    int[] places = Columns.places(scorer, model, data.schema(), columns);
    if (Arrays.asList(data.schema().fieldNames()).contains(options.output())) {
      throw new ComportaException(
          formatted(
              "[%s] expected a new name for the column of the answers but there is a column %s; choose another with ScoreOptions.withOutput",
              scorer.operation(), Printable.quoted(options.output())));
    }
    StructType schema = data.schema().add(options.output(), scorer.type(), false);
    return data.mapPartitions(
        new PartitionScorer(shared, options.horizon(), places, Columns.quoted(columns)),
        Encoders.row(schema));
  }

  /**
   * Registers the function of a model for SQL, under the name that its kind has: {@code
   * comporta_translate}, {@code comporta_forecast}, or {@code comporta_predict} for all others.
   *
   * @param spark where the function is registered
   * @param model a model file of any file system that Hadoop knows
   * @return the name of the function
   * @throws ComportaException as {@link #register(SparkSession, String, String)}
   */
  public static String register(SparkSession spark, String model) {
    SharedModel shared = SharedModel.read(spark.sparkContext(), model);
    return register(spark, shared, Scorers.of(shared.get(), 0).function());
  }

  /**
   * Registers the function of a model for SQL. It has one argument, which is what the model reads
   * (see {@link #score(Dataset, String, List, ScoreOptions)}); for several columns, a struct of
   * them in order. It answers null for a null. Rows are answered one at a time: {@code score} is
   * faster.
   *
   * @param spark where the function is registered
   * @param model a model file of any file system that Hadoop knows
   * @param function the name of the function, such as one for each of several models
   * @return the name of the function
   * @throws ComportaException if the model cannot be read or answers nothing that a row can hold
   */
  public static String register(SparkSession spark, String model, String function) {
    return register(spark, SharedModel.read(spark.sparkContext(), model), function);
  }

  private static String register(SparkSession spark, SharedModel shared, String function) {
    Scorer<?> scorer = Scorers.of(shared.get(), 0);
    spark.udf().register(function, new SqlFunction(shared, function), scorer.type());
    return function;
  }

  /**
   * Runs a session for each key of a stream, with the default options; see {@link #stream(Dataset,
   * String, StreamColumns, StreamOptions)}.
   *
   * @param events a stream with a watermark
   * @param model a model file of any file system that Hadoop knows
   * @param columns the key, the time and the values of an event
   * @return the key, the time and the outputs of each event
   * @throws ComportaException as {@link #stream(Dataset, String, StreamColumns, StreamOptions)}
   */
  public static Dataset<Row> stream(Dataset<Row> events, String model, StreamColumns columns) {
    return stream(events, model, columns, StreamOptions.DEFAULT);
  }

  /**
   * Runs a {@linkplain dev.comporta.cells.model.Session session} for each key of a stream. Events
   * wait until the watermark has passed them, and are then processed in the order of their times,
   * those of one time in the order of their values; Spark drops later ones. The state of each
   * session is saved in the state store after each batch, so that a query that is started again
   * from its checkpoint continues with the same bits.
   *
   * @param events a stream with a watermark, on the state store RocksDB
   * @param model a model file of any file system that Hadoop knows, whose network can run one
   *     timestep at a time
   * @param columns the key, the time and the values of an event, as the network reads them
   * @param options the time-out of a session, and what is done with those of another model
   * @return the columns of the key and of the time, under their names, and {@code output}, an array
   *     of float with the outputs of the network; one row for each event, to be written in append
   *     mode
   * @throws ComportaException if the model cannot be read or run in steps, if the data set is no
   *     stream or its state store another one, or if a column is missing, has a wrong type, or no
   *     watermark
   */
  public static Dataset<Row> stream(
      Dataset<Row> events, String model, StreamColumns columns, StreamOptions options) {
    return Streams.sessions(
        events, SharedModel.read(events.sparkSession().sparkContext(), model), columns, options);
  }

  /**
   * Trains a model on a barrier stage, with any task of Comporta: {@code comporta train} on several
   * executors. The driver reads the files that the settings name and sends them to the executors;
   * tasks exchange gradients or changes of parameters directly, over sockets on free ports.
   *
   * <p>With gradients that are summed in every update, the parameters have the bits that {@code
   * comporta train --accumulate} gives for as many parts, on the same backend with vectors of the
   * same width, for any number of tasks. If an executor is lost, Spark runs the stage again, and
   * training continues from the newest checkpoint: {@code checkpoint-every} says after how many
   * updates there is one, with local steps by default after each round.
   *
   * @param spark where the tasks run, all at the same time
   * @param task the task's name, such as {@code char-lm}
   * @param settings the flags of {@code comporta train} without dashes, and their values; files may
   *     be of any file system that Hadoop knows, up to 2 GB each. {@code out} is the model file
   * @param options the tasks, what they exchange, and the folder of checkpoints
   * @return how it ended
   * @throws ComportaException if the settings or the data cannot be used, if there is a checkpoint
   *     that is not resumed or none that can be, if there are too few cores, or if training fails
   *     on an executor; there is no model file then, or the one of before
   */
  public static TrainedModel train(
      SparkSession spark, String task, Map<String, String> settings, TrainOptions options) {
    return new Trainings(spark.sparkContext(), task, settings, options, null).train(settings);
  }

  /**
   * Trains a model on the rows of a data set, as {@link #train(SparkSession, String, Map,
   * TrainOptions)} does on the file {@code data}: the model has the bits that it has with a file of
   * the same rows. The rows are sorted, collected by the driver and sent to the executors, 1 GB at
   * most; they are the same for any number of partitions.
   *
   * @param rows the data to train on
   * @param columns those that the task reads, and the order of the rows
   * @param task the task's name, such as {@code char-lm}
   * @param settings as of the other method, without {@code data}
   * @param options the tasks, what they exchange, and the folder of checkpoints
   * @return how it ended
   * @throws ComportaException if a column is missing or has a wrong type, before a job starts; if a
   *     value is null or NaN; and as the other method
   */
  public static TrainedModel train(
      Dataset<Row> rows,
      TrainColumns columns,
      String task,
      Map<String, String> settings,
      TrainOptions options) {
    RowFile file = new RowFile(rows, columns);
    Map<String, String> given = new LinkedHashMap<>(settings);
    if (given.put(TrainingOptions.DATA.name(), columns.layout().file()) != null) {
      throw new InvalidOptionException(
          "[train] expected rows of a data set or --data but got both; leave one out");
    }
    return new Trainings(rows.sparkSession().sparkContext(), task, given, options, file::bytes)
        .train(given);
  }

  /**
   * Finds the sentence in what Spark throws when an executor refused a row.
   *
   * @param thrown by an action, or by a query
   * @return what was expected and what was found; empty if the cause is not Comporta's
   */
  public static Optional<String> reason(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < 100; depth++) {
      if (cause instanceof ComportaException) {
        return Optional.ofNullable(cause.getMessage());
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }
}
