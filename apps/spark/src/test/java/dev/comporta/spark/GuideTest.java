package dev.comporta.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.inference.LoadedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the programs of docs/guide/spark.md; apps/examples compares the page with their source. */
class GuideTest {
  @TempDir Path folder;

  @Test
  void rowsAreScoredAndTheFunctionAnswersTheSame() {
    SparkSession spark = TestSpark.session();
    String dates = TestModels.golden("dates");
    try (LoadedModel model = TestModels.load(dates)) {
      String date = model.translator().translate("May 3, 2024").text();
      List<Row> rows = GuideExamples.score(spark, dates);
      assertThat(rows).extracting(row -> row.getString(0)).contains("May 3, 2024");
      assertThat(rows.getFirst().getString(1)).isEqualTo(date);
      assertThat(GuideExamples.sql(spark, dates)).containsExactly(RowFactory.create(date));
    }
  }

  @Test
  void aStreamIsAnswered() throws Exception {
    SparkSession spark = TestSpark.session();
    String model = TestModels.write(folder, "m", 1, 2, List.of(), TestModels.dense(1));
    Path in = Files.createDirectory(folder.resolve("in"));
    Files.writeString(
        in.resolve("events"),
        """
        {"sensor":"a","at":"2026-01-01T00:00:00Z","x":1.0,"y":0.5}
        {"sensor":"a","at":"2026-01-01T00:01:00Z","x":1.0,"y":0.5}
        """);
    StructType schema =
        new StructType()
            .add("sensor", DataTypes.StringType)
            .add("at", DataTypes.TimestampType)
            .add("x", DataTypes.DoubleType)
            .add("y", DataTypes.DoubleType);
    String out = folder.resolve("out").toString();
    GuideExamples.stream(
            spark, model, schema, in.toString(), out, folder.resolve("checkpoint").toString())
        .awaitTermination();
    assertThat(spark.read().parquet(out).collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("a");
  }

  @Test
  void aModelIsTrained() throws Exception {
    Path text = TrainTest.text(folder.resolve("text.txt"));
    String model = folder.resolve("model.comporta").toString();
    TrainedModel trained =
        GuideExamples.train(
            TestSpark.session(), text.toString(), model, folder.resolve("c").toString());
    assertThat(trained.model()).isEqualTo(model);
    try (LoadedModel loaded = TestModels.load(model)) {
      assertThat(loaded.textGenerator().score("1 + 2").perplexity()).isFinite();
    }
  }

  @Test
  void aModelIsTrainedOnRows() throws Exception {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(TrainTest.text(folder.resolve("text.txt")))) {
      lines.add("{\"number\":" + lines.size() + ",\"line\":\"" + line + "\"}");
    }
    Path data = Files.write(folder.resolve("lines.json"), lines);
    String model = folder.resolve("model.comporta").toString();
    TrainedModel trained =
        GuideExamples.trainOnRows(
            TestSpark.session(), data.toString(), model, folder.resolve("c").toString());
    assertThat(trained.model()).isEqualTo(model);
    assertThat(Path.of(model)).isRegularFile();
  }

  @Test
  void theReasonIsTheSentenceOfTheRowThatWasRefused() throws Exception {
    StructType schema = new StructType().add("text", DataTypes.StringType);
    var scored =
        Comporta.score(
            TestSpark.rows(schema, List.of(RowFactory.create((Object) null))),
            TestModels.golden("dates"),
            "text");
    assertThat(GuideExamples.reason(scored, folder.resolve("out").toString()))
        .isEqualTo(
            "[spark] expected a text in the column 'text' but got null; leave such rows out or fill them in");
  }
}
