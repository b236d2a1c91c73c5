package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;

/**
 * The application that {@code comporta spark} submits: {@code train}, {@code score} and {@code
 * stream} as described in docs/guide/spark.md. If the words, the data or the set-up of the cluster
 * are wrong, it prints a sentence that says so and ends with exit code 2. Any other exception ends
 * it with exit code 1 and the stack trace.
 */
public final class Main {
  private static final String USAGE =
      """
      comporta spark train TASK --checkpoints FOLDER [--tasks N] [--parts N] [--sync every-step|every-100]
          [--outer-rate R] [--outer-momentum M] [--compress none|bf16|top-1%] [--resume yes]
          [--rows PATH --rows-columns A,B --rows-order A,B [--rows-layout lines|csv]
          [--rows-format parquet|json|csv|text]] [flags of comporta train TASK]
      comporta spark score --model FILE --data PATH --columns A,B --out FOLDER [--format parquet|json|csv|text]
          [--output COLUMN] [--horizon N]
      comporta spark stream --model FILE --data FOLDER --schema DDL --key COLUMN --time COLUMN --values A,B
          --checkpoint FOLDER --out FOLDER [--delay "10 seconds"] [--files-per-batch N]
      """;
  private static final Pattern EVERY = Pattern.compile("every-([1-9]\\d{0,8})");
  private static final String ROCKS_DB =
      "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider";

  private Main() {}

  /**
   * Runs a subcommand.
   *
   * @param words the subcommand and its flags
   * @throws Exception that is not the fault of the words, the data or the cluster's set-up
   */
  public static void main(String[] words) throws Exception {
    if (words.length == 0 || words[0].equals("help")) {
      System.out.print(USAGE);
      return;
    }
    int status;
    try (SparkSession spark =
        SparkSession.builder()
            .appName("comporta")
            .config("spark.sql.streaming.stateStore.providerClass", ROCKS_DB)
            .getOrCreate()) {
      status = run(spark, List.of(words), System.out, System.err);
    }
    if (status != 0) {
      System.exit(status);
    }
  }

  /** Runs a subcommand, and returns the exit code. */
  static int run(SparkSession spark, List<String> words, PrintStream out, PrintStream err)
      throws Exception {
    try {
      String command = words.getFirst();
      switch (command) {
        case "train" -> train(spark, words, out);
        case "score" -> score(spark, new Flags(command, words.subList(1, words.size())), out);
        case "stream" -> stream(spark, new Flags(command, words.subList(1, words.size())), out);
        default ->
            throw new InvalidOptionException(
                formatted("[spark] expected train, score, stream or help but got '%s'", command));
      }
      return 0;
    } catch (Exception e) {
      err.println(Comporta.reason(e).or(() -> refusal(e)).orElseThrow(() -> e));
      return 2;
    }
  }

  /** The sentence in which Spark refuses a path, a column, a schema or a format of the words. */
  private static Optional<String> refusal(Exception e) {
    return e instanceof SparkThrowable spark
            && spark.getSqlState() != null
            && spark.getSqlState().startsWith("42")
        ? String.valueOf(e.getMessage()).strip().lines().findFirst()
        : Optional.empty();
  }

  private static void train(SparkSession spark, List<String> words, PrintStream out) {
    if (words.size() < 2 || words.get(1).startsWith("--")) {
      throw new InvalidOptionException("[train] expected a task, as in train char-lm --tasks 2");
    }
    Flags flags = new Flags("train", words.subList(2, words.size()));
    int tasks = flags.whole("tasks", "1");
    TrainOptions options =
        TrainOptions.of(tasks, flags.take("checkpoints"))
            .withParts(flags.whole("parts", Integer.toString(tasks)))
            .withCompression(flags.take("compress", "none"));
    String sync = flags.take("sync", "every-step");
    if (!sync.equals("every-step")) {
      options = options.withLocalSteps(localSteps(flags, sync));
      options =
          options.withOuter(
              flags.number("outer-rate", Double.toString(options.outerRate())),
              flags.number("outer-momentum", Double.toString(options.outerMomentum())));
    }
    String resume = flags.take("resume", "no");
    if (!resume.equals("no") && !resume.equals("yes")) {
      throw flags.wrong("resume", "yes or no", resume);
    }
    TrainOptions chosen = resume.equals("yes") ? options.resuming() : options;
    String rows = flags.take("rows", "");
    TrainedModel trained;
    if (rows.isEmpty()) {
      trained = Comporta.train(spark, words.get(1), flags.rest(), chosen);
    } else {
      TrainColumns columns = trainColumns(flags);
      String format = flags.take("rows-format", "parquet");
      trained =
          Comporta.train(
              load(spark, format, rows, true), columns, words.get(1), flags.rest(), chosen);
    }
    out.print(trained.text());
    out.println(
        formatted(
            "%,d steps, %,d exchanges; each trainer sent up to %,d bytes, %,d for each exchange, and spent %.1f of %.1f seconds in exchanges",
            trained.figures().get("steps"),
            trained.exchanges(),
            trained.bytesSent(),
            trained.bytesSent() / Math.max(1, trained.exchanges()),
            trained.exchangeSeconds(),
            trained.figures().get("seconds")));
    if (trained.leftOut() > 0) {
      out.println(
          formatted(
              "compression delayed %.1f %% of the norm of an exchange to the next, on average",
              100 * trained.leftOut()));
    }
  }

  private static TrainColumns trainColumns(Flags flags) {
    String layout = flags.take("rows-layout", "lines");
    if (!layout.equals("lines") && !layout.equals("csv")) {
      throw flags.wrong("rows-layout", "lines or csv", layout);
    }
    return new TrainColumns(
        layout.equals("csv") ? TrainColumns.Layout.CSV : TrainColumns.Layout.LINES,
        List.of(columns(flags.take("rows-columns"))),
        List.of(columns(flags.take("rows-order"))));
  }

  /** Columns of a CSV file are strings, unless their types are inferred from all of its lines. */
  private static Dataset<Row> load(SparkSession spark, String format, String path, boolean infers) {
    return spark
        .read()
        .format(format)
        .option("header", "true")
        .option("inferSchema", infers)
        .load(path);
  }

  private static int localSteps(Flags flags, String sync) {
    if (sync.equals("every-K")) {
      return TrainOptions.DEFAULT_LOCAL_STEPS;
    }
    Matcher every = EVERY.matcher(sync);
    if (!every.matches()) {
      throw flags.wrong("sync", "every-step, or every-100 for rounds of 100 steps", sync);
    }
    return Integer.parseInt(every.group(1));
  }

  private static String[] columns(String list) {
    return Arrays.stream(list.split(",")).map(String::strip).toArray(String[]::new);
  }

  private static void score(SparkSession spark, Flags flags, PrintStream out) {
    String model = flags.take("model");
    String data = flags.take("data");
    String format = flags.take("format", "parquet");
    String[] columns = columns(flags.take("columns"));
    String target = flags.take("out");
    ScoreOptions options =
        new ScoreOptions(
            flags.take("output", ScoreOptions.DEFAULT.output()), flags.whole("horizon", "0"));
    flags.requireAllTaken();
    Comporta.score(load(spark, format, data, false), model, List.of(columns), options)
        .write()
        .parquet(target);
    out.println("scored " + data + " to " + target);
  }

  private static void stream(SparkSession spark, Flags flags, PrintStream out) throws Exception {
    String model = flags.take("model");
    String data = flags.take("data");
    String schema = flags.take("schema");
    String key = flags.take("key");
    String time = flags.take("time");
    String[] values = columns(flags.take("values"));
    String delay = flags.take("delay", "10 seconds");
    String checkpoint = flags.take("checkpoint");
    String target = flags.take("out");
    int files = flags.whole("files-per-batch", "1000");
    flags.requireAllTaken();
    Dataset<Row> events =
        spark
            .readStream()
            .schema(schema)
            .option("maxFilesPerTrigger", files)
            .json(data)
            .withWatermark(time, delay);
    Comporta.stream(events, model, new StreamColumns(key, time, values))
        .writeStream()
        .option("checkpointLocation", checkpoint)
        .trigger(Trigger.AvailableNow())
        .format("parquet")
        .start(target)
        .awaitTermination();
    out.println("streamed " + data + " to " + target);
  }
}
