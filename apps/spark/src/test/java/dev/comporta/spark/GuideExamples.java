package dev.comporta.spark;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;

/** The programs of docs/guide/spark.md. */
final class GuideExamples {
  private GuideExamples() {}

  static List<Row> score(SparkSession spark, String model) {
    // @start region="score"
    Dataset<Row> letters =
        spark
            .createDataset(List.of("May 3, 2024", "3. march 1999"), Encoders.STRING())
            .toDF("text");
    Dataset<Row> dated = Comporta.score(letters, model, "text"); // adds the column "prediction"
    dated.show(false);
    // @end region="score"
    return dated.collectAsList();
  }

  static List<Row> sql(SparkSession spark, String model) {
    // @start region="sql"
    String function = Comporta.register(spark, model); // comporta_translate
    Dataset<Row> found = spark.sql("select " + function + "('May 3, 2024') as date");
    // @end region="sql"
    return found.collectAsList();
  }

  static StreamingQuery stream(
      SparkSession spark, String model, StructType schema, String in, String out, String checkpoint)
      throws Exception {
    // @start region="stream"
    spark
        .conf()
        .set(
            "spark.sql.streaming.stateStore.providerClass",
            "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider");
    Dataset<Row> events =
        spark.readStream().schema(schema).json(in).withWatermark("at", "10 seconds");
    Dataset<Row> outputs =
        Comporta.stream(
            events,
            model,
            new StreamColumns("sensor", "at", "x", "y"),
            StreamOptions.DEFAULT.withTimeout(Duration.ofMinutes(30)));
    StreamingQuery query =
        outputs
            .writeStream()
            .option("checkpointLocation", checkpoint)
            .trigger(Trigger.AvailableNow())
            .format("parquet")
            .start(out);
    // @end region="stream"
    return query;
  }

  static TrainedModel train(SparkSession spark, String text, String model, String checkpoints) {
    // @start region="train"
    TrainedModel trained =
        Comporta.train(
            spark,
            "char-lm",
            Map.of("data", text, "out", model, "steps", "20", "hidden", "16"),
            TrainOptions.of(2, checkpoints).withParts(4)); // 2 tasks, 4 parts
    System.out.println(trained.text());
    // @end region="train"
    return trained;
  }

  static TrainedModel trainOnRows(
      SparkSession spark, String data, String model, String checkpoints) {
    // @start region="rows"
    Dataset<Row> lines = spark.read().json(data); // the columns "line" and "number"
    TrainedModel trained =
        Comporta.train(
            lines,
            TrainColumns.lines("number", "line"), // ordered by "number"
            "char-lm",
            Map.of("out", model, "steps", "20", "hidden", "16"),
            TrainOptions.of(2, checkpoints));
    // @end region="rows"
    return trained;
  }

  static String reason(Dataset<Row> scored, String out) throws Exception {
    String printed = "";
    // @start region="reason"
    try {
      scored.write().parquet(out);
    } catch (Exception e) {
      printed = Comporta.reason(e).orElseThrow(() -> e);
    }
    // @end region="reason"
    return printed;
  }
}
