package dev.comporta.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import dev.comporta.inference.Label;
import dev.comporta.inference.LoadedModel;
import dev.comporta.serialization.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores on 1, 2 and 4 partitions, compared with the answers of a model that asks no Spark. */
class ScoreTest {
  private static final List<Vocabulary> LABELS = TestModels.labels("low", "middle", "high");

  @TempDir Path folder;

  private static StructType numbered(String column, DataType type) {
    return new StructType().add("n", DataTypes.IntegerType).add(column, type);
  }

  /** Rows with a number, by which answers are put in order. */
  private static Dataset<Row> numbered(String column, DataType type, List<?> values) {
    List<Row> rows = new ArrayList<>();
    for (int n = 0; n < values.size(); n++) {
      rows.add(RowFactory.create(n, values.get(n)));
    }
    return TestSpark.rows(numbered(column, type), rows);
  }

  /** The answers to rows, which must be the same on 1, 2 and 4 partitions. */
  private static List<Object> answers(Dataset<Row> data, String model, String... columns) {
    List<List<Object>> found = new ArrayList<>();
    for (int partitions : new int[] {1, 2, 4}) {
      Dataset<Row> scored = Comporta.score(data.repartition(partitions), model, columns);
      assertThat(scored.columns()).endsWith("prediction").hasSize(data.columns().length + 1);
      found.add(
          scored.sort("n").collectAsList().stream().map(row -> row.get(row.size() - 1)).toList());
    }
    assertThat(found.get(1)).isEqualTo(found.get(0));
    assertThat(found.get(2)).isEqualTo(found.get(0));
    return found.getFirst();
  }

  /** Sequences of lengths from 1 to 60, in no order, more than are answered together. */
  private static List<Double[]> sequences(int features) {
    Random random = new Random(5);
    List<Double[]> all = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      Double[] values = new Double[features * (1 + random.nextInt(60))];
      Arrays.setAll(values, at -> (double) (float) random.nextGaussian());
      all.add(values);
    }
    return all;
  }

  private static float[] floats(Double[] values) {
    return Scorers.floats(Arrays.stream(values).mapToDouble(it -> it).toArray());
  }

  private static Row row(Label label) {
    return RowFactory.create(label.name(), label.probability());
  }

  @Test
  void translationsAreThoseOfOneMachine() {
    List<String> sentences = new ArrayList<>(List.of("", "x", "3. m\u00e4rz 1999"));
    for (int i = 0; i < 60; i++) {
      sentences.add("May " + (1 + i % 28) + ", " + (1950 + 37 * i));
    }
    String file = TestModels.golden("dates");
    try (LoadedModel model = TestModels.load(file)) {
      assertThat(answers(numbered("text", DataTypes.StringType, sentences), file, "text"))
          .isEqualTo(
              sentences.stream().map(it -> model.translator().translate(it).text()).toList());
    }
  }

  @Test
  void forecastsAreThoseOfOneMachine() {
    String file = TestModels.golden("forecast");
    try (LoadedModel model = TestModels.load(file)) {
      List<String> columns = model.forecaster().columns();
      StructType schema = new StructType().add("n", DataTypes.IntegerType);
      for (int column = 0; column < columns.size(); column++) {
        schema = schema.add("c" + column, TestSpark.DOUBLES);
      }
      List<Row> rows = new ArrayList<>();
      List<Object> expected = new ArrayList<>();
      for (int n = 0; n < 70; n++) {
        int length = model.forecaster().window() + n % 7;
        double[] series = new double[length * columns.size()];
        Object[] values = new Object[1 + columns.size()];
        values[0] = n;
        for (int column = 0; column < columns.size(); column++) {
          Double[] numbers = new Double[length];
          for (int t = 0; t < length; t++) {
            numbers[t] = 10 + Math.sin(t + 3 * n + column);
            series[t * columns.size() + column] = numbers[t];
          }
          values[1 + column] = numbers;
        }
        rows.add(RowFactory.create(values));
        expected.add(model.forecaster().forecast(series).values());
      }
      String[] names = Arrays.copyOfRange(schema.fieldNames(), 1, 1 + columns.size());
      List<Object> found = answers(TestSpark.rows(schema, rows), file, names);
      assertThat(found.stream().map(ScoreTest::list).toList()).isEqualTo(expected);
      assertThatThrownBy(() ->
              Comporta.score(
                  TestSpark.session().range(1).toDF(), file, List.of(), ScoreOptions.DEFAULT))
          .isInstanceOf(ComportaException.class)
          .hasMessageStartingWith("[forecast] expected " + columns.size() + " column");
    }
  }

  private static List<?> list(Object array) {
    return scala.jdk.javaapi.CollectionConverters.asJava((scala.collection.Seq<?>) array);
  }

  @Test
  void sequencesOfFeaturesAreClassifiedAndLabelled() {
    String classifier =
        TestModels.write(
            folder,
            "c",
            3,
            2,
            LABELS,
            TestModels.dense(3),
            Spec.of("pool-time").with("mode", "last"));
    String labeler = TestModels.write(folder, "l", 4, 2, LABELS, TestModels.dense(3));
    List<Double[]> sequences = sequences(2);
    Dataset<Row> data = numbered("x", TestSpark.DOUBLES, sequences);
    try (LoadedModel one = TestModels.load(classifier);
        LoadedModel each = TestModels.load(labeler)) {
      assertThat(answers(data, classifier, "x"))
          .isEqualTo(
              sequences.stream()
                  .map(it -> row(one.classifier().classify(floats(it)).labels().getFirst()))
                  .toList());
      assertThat(answers(data, labeler, "x").stream().map(ScoreTest::list).toList())
          .isEqualTo(
              sequences.stream()
                  .map(it -> each.labeler().label(floats(it)).stream().map(ScoreTest::row).toList())
                  .toList());
    }
  }

  @Test
  void otherModelsGiveTheirOutputs() {
    String file = TestModels.write(folder, "plain", 5, 0, List.of(), TestModels.dense(2));
    List<Integer[]> ids = List.of(new Integer[] {1, 2, 3}, new Integer[] {4}, new Integer[] {0, 4});
    Dataset<Row> data = numbered("ids", DataTypes.createArrayType(DataTypes.IntegerType), ids);
    try (LoadedModel model = TestModels.load(file)) {
      List<Object> expected = new ArrayList<>();
      for (Integer[] each : ids) {
        float[] outputs = model.runIds(Arrays.stream(each).mapToInt(it -> it).toArray());
        expected.add(List.of(Scorers.boxed(outputs)));
      }
      assertThat(answers(data, file, "ids").stream().map(ScoreTest::list).toList())
          .isEqualTo(expected);
    }
  }

  @Test
  void functionsOfSqlAnswerTheSame() {
    var spark = TestSpark.session();
    String dates = TestModels.golden("dates");
    assertThat(Comporta.register(spark, dates)).isEqualTo("comporta_translate");
    assertThat(Comporta.register(spark, TestModels.golden("forecast")))
        .isEqualTo("comporta_forecast");
    assertThat(Comporta.register(spark, TestModels.golden("char-lm")))
        .isEqualTo("comporta_predict");
    assertThat(Comporta.register(spark, dates, "iso")).isEqualTo("iso");
    try (LoadedModel model = TestModels.load(dates);
        LoadedModel language = TestModels.load(TestModels.golden("char-lm"))) {
      Row row =
          spark
              .sql(
                  "select comporta_translate('May 3, 2024'), iso('x'), iso(null), comporta_predict('the ')")
              .first();
      assertThat(row.getString(0)).isEqualTo(model.translator().translate("May 3, 2024").text());
      assertThat(row.getString(1)).isEqualTo(model.translator().translate("x").text());
      assertThat(row.isNullAt(2)).isTrue();
      assertThat(row.getDouble(3)).isEqualTo(language.textGenerator().score("the ").perplexity());
    }
    Throwable thrown = catchThrowable(() -> spark.sql("select iso(3)").collect());
    assertThat(Comporta.reason(thrown).orElseThrow())
        .isEqualTo(
            "[spark] expected a text (string) in the argument of iso but got a value of the type Integer");
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAJob() throws Exception {
    Dataset<Row> data = numbered("text", DataTypes.StringType, List.of("x"));
    String dates = TestModels.golden("dates");
    refused(
        data,
        dates,
        "[translate] expected a column 'tekst' but the columns are [n, text]",
        "tekst");
    refused(
        data,
        dates,
        "[translate] expected a text (string) in the column 'n' but it has the type int",
        "n");
    refused(
        data,
        dates,
        "[translate] expected 1 column for " + dates + ", sentence, but got 2: [n, text]",
        "n",
        "text");
    assertThatThrownBy(() ->
            Comporta.score(data, dates, List.of("text"), ScoreOptions.DEFAULT.withOutput("n")))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("there is a column 'n'");
    assertThatThrownBy(
            () -> Comporta.score(data, dates, List.of("text"), ScoreOptions.DEFAULT.withHorizon(3)))
        .isInstanceOf(ComportaException.class)
        .hasMessageStartingWith("[score] expected a forecaster for a horizon of 3");
    assertThatThrownBy(() -> ScoreOptions.DEFAULT.withHorizon(-1))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> Comporta.score(data, TestModels.golden("captions"), "text"))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("is a model of the task 'captions'");
    assertThatThrownBy(() -> Comporta.score(data, folder.resolve("none").toString(), "text"))
        .isInstanceOf(ComportaException.class)
        .hasMessageStartingWith("[spark] cannot read the model file");
    Path text = Files.writeString(folder.resolve("text"), "not a model");
    assertThatThrownBy(() -> Comporta.score(data, text.toString(), "text"))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining(text.toString());
    assertThatThrownBy(() -> Comporta.score(data, folder.toString(), "text"))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("is a folder");
  }

  private static void refused(Dataset<Row> data, String model, String message, String... columns) {
    assertThatThrownBy(() -> Comporta.score(data, model, columns))
        .isInstanceOf(ComportaException.class)
        .hasMessage(message);
  }

  @Test
  void aRowThatCannotBeReadFailsTheWriteAndLeavesNothing() {
    String labeler = TestModels.write(folder, "l", 4, 2, LABELS, TestModels.dense(3));
    List<Double[]> values = new ArrayList<>(sequences(2).subList(0, 6));
    values.set(4, new Double[] {1.0, Double.NaN});
    assertThat(reasonOfWriting(values, labeler))
        .isEqualTo(
            "[spark] expected finite numbers in the column 'x' but one of them is NaN; leave such rows out or fill them in");
    values.set(4, new Double[] {1.0, null});
    assertThat(reasonOfWriting(values, labeler)).contains("but one of them is null");
    values.set(4, null);
    assertThat(reasonOfWriting(values, labeler))
        .isEqualTo(
            "[spark] expected a sequence of numbers in the column 'x' but got null; leave such rows out or fill them in");
    values.set(4, new Double[] {1.0});
    assertThat(reasonOfWriting(values, labeler)).contains("expected sequences of 2 features");
    assertThat(Comporta.reason(new IllegalStateException())).isEmpty();
  }

  private String reasonOfWriting(List<Double[]> values, String model) {
    Path out = folder.resolve("out" + values.hashCode());
    Dataset<Row> scored =
        Comporta.score(numbered("x", TestSpark.DOUBLES, values).repartition(2), model, "x");
    Throwable thrown = catchThrowable(() -> scored.write().parquet(out.toString()));
    assertThat(out.resolve("_SUCCESS")).doesNotExist();
    if (Files.exists(out)) {
      assertThat(out).isDirectoryNotContaining("glob:**/part-*");
    }
    return Comporta.reason(thrown).orElseThrow();
  }

  @Test
  void emptyPartitionsAndDataSetsAreScored() {
    Dataset<Row> two = numbered("text", DataTypes.StringType, List.of("x", "y")).repartition(4);
    assertThat(Comporta.score(two, TestModels.golden("dates"), "text").count()).isEqualTo(2);
    Dataset<Row> none = numbered("text", DataTypes.StringType, Collections.emptyList());
    assertThat(Comporta.score(none, TestModels.golden("dates"), "text").collectAsList()).isEmpty();
  }

  @Test
  void aJvmLoadsAModelOnce() {
    var context = TestSpark.session().sparkContext();
    SharedModel first = SharedModel.read(context, TestModels.golden("dates"));
    SharedModel again = SharedModel.read(context, TestModels.golden("dates"));
    assertThat(again.get()).isSameAs(first.get());
    assertThat(first.get())
        .isNotSameAs(SharedModel.read(context, TestModels.golden("adding")).get());
  }

  @Test
  void theDriverKeepsTheNotesOfExecutors() {
    ExecutorNotes driver = new ExecutorNotes();
    TestSpark.session().sparkContext().register(driver, "notes");
    ExecutorNotes task = new ExecutorNotes();
    assertThat(task.isZero()).isTrue();
    task.add("a");
    driver.merge(task);
    driver.merge(task.copy());
    assertThat(driver.value()).containsExactly("a");
    assertThat(driver.copyAndReset().value()).isEmpty();
  }
}
