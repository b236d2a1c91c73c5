package dev.comporta.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on the rows of a data set, compared with training on a file. */
class TrainRowsTest {
  private static final StructType TEXTS =
      new StructType().add("n", DataTypes.IntegerType).add("text", DataTypes.StringType);

  @TempDir Path folder;

  private static Dataset<Row> shuffled(StructType schema, List<Row> rows, int partitions) {
    List<Row> mixed = new ArrayList<>(rows);
    Collections.shuffle(mixed, new Random(partitions));
    return TestSpark.rows(schema, mixed).repartition(partitions);
  }

  private static StructType schema(Object... namesAndTypes) {
    StructType schema = new StructType();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      schema = schema.add((String) namesAndTypes[i], (DataType) namesAndTypes[i + 1]);
    }
    return schema;
  }

  @Test
  void rowsInAnyPartitionsGiveTheBitsOfAFile() throws IOException {
    Path text = TrainTest.text(folder.resolve("text.txt"));
    List<String> lines = Files.readAllLines(text);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      rows.add(RowFactory.create(i, lines.get(i)));
    }
    Path out = folder.resolve("rows.comporta");
    Map<String, String> settings = TrainTest.settings(text, out);
    ModelFile expected =
        TrainTest.alone(TrainTest.settings(text, folder.resolve("alone.comporta")), 2);
    settings.remove("data");
    TrainedModel trained =
        Comporta.train(
            shuffled(TEXTS, rows, 7),
            TrainColumns.lines("n", "text"),
            "char-lm",
            settings,
            TrainOptions.of(2, folder.resolve("c").toString()));
    ModelFile model = ModelFiles.read(Path.of(trained.model()));
    assertThat(model.tensors()).usingRecursiveComparison().isEqualTo(expected.tensors());
    assertThat(model.provenance().dataSha256()).isEqualTo(expected.provenance().dataSha256());
    assertThat(model.provenance().hyperParameters().options().get("data")).isEqualTo("rows.txt");
  }

  @Test
  void theFileDependsOnTheValuesAlone() {
    StructType schema =
        schema(
            "at", DataTypes.IntegerType,
            "a.b", DataTypes.DoubleType,
            "name, first", DataTypes.StringType,
            "exact", DataTypes.createDecimalType(20, 10),
            "id", DataTypes.LongType);
    List<Row> rows =
        List.of(
            RowFactory.create(1, 2.5, "x", new BigDecimal("0.0000000001"), 7L),
            RowFactory.create(2, 1e10, "say \"x\"", BigDecimal.TEN, -1L),
            RowFactory.create(2, 1e-3, "", BigDecimal.ONE, 1L),
            RowFactory.create(3, 0.0, "\u00e4", BigDecimal.ZERO, 0L));
    TrainColumns table = TrainColumns.csv("at", "a.b", "name, first", "exact", "id");
    TrainColumns lines = TrainColumns.lines("at", "id", "name, first");
    for (int partitions : new int[] {1, 3, 9}) { // some of 9 are empty
      assertThat(text(shuffled(schema, rows, partitions), table))
          .isEqualTo(
              """
              a.b,"name, first",exact,id
              2.5,x,0.0000000001,7
              0.001,"",1.0000000000,1
              1.0E10,"say ""x""\",10.0000000000,-1
              0.0,\u00e4,0.0000000000,0
              """);
      assertThat(text(shuffled(schema, rows, partitions), lines))
          .isEqualTo("7\tx\n-1\tsay \"x\"\n1\t\n0\t\u00e4\n");
    }
  }

  private static String text(Dataset<Row> rows, TrainColumns columns) {
    return new String(new RowFile(rows, columns).bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void columnsAreCheckedBeforeAJob() {
    Dataset<Row> data =
        TestSpark.rows(
            schema(
                "n", DataTypes.IntegerType, "text", DataTypes.StringType, "x", TestSpark.DOUBLES),
            List.of());
    refused(
        data, TrainColumns.lines("n", "tekst"), "expected a column 'tekst' but the columns are");
    refused(data, TrainColumns.lines("m", "text"), "expected a column 'm' but the columns are");
    refused(
        data,
        TrainColumns.csv("n", "x"),
        "expected texts or numbers in the column 'x' but it has the type array<double>");
    refused(
        TestSpark.rows(schema("n", DataTypes.IntegerType, "y", DataTypes.DoubleType), List.of()),
        TrainColumns.lines("n", "y"),
        "expected texts or whole numbers in the column 'y' but it has the type double; cast it to string");
    refused(
        TestSpark.session().readStream().format("rate").load(),
        TrainColumns.csv("timestamp", "value"),
        "expected a data set that ends but got a stream");
    assertThatThrownBy(() -> TrainColumns.lines("n"))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("one or more columns to train on and to order rows by but got []");
    assertThatThrownBy(
            () -> train(data, TrainColumns.lines("n", "text"), Map.of("data", "file.txt")))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("expected rows of a data set or --data but got both");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void valuesThatCannotBeWrittenAreRefused() {
    StructType numbers =
        schema("n", DataTypes.IntegerType, "x", DataTypes.DoubleType, "s", DataTypes.StringType);
    TrainColumns table = TrainColumns.csv("n", "x", "s");
    refused(
        one(numbers, 1, Double.NaN, "a"),
        table,
        "expected finite numbers in the column 'x' but one of them is NaN");
    refused(one(numbers, 1, null, "a"), table, "in the column 'x' but got null");
    refused(
        one(numbers, 1, 1.0, null),
        table,
        "expected a text in the column 's' but got null; leave such rows out or fill them in");
    refused(
        one(numbers, null, 1.0, "a"),
        table,
        "expected a value in the column 'n', by which rows are put in order, but got null");
    refused(
        one(numbers, 1, 1.0, "a\tb"),
        TrainColumns.lines("n", "n", "s"),
        "expected texts without tabs and line breaks in the column 's'");
    refused(one(TEXTS, 1, "a"), TrainColumns.lines("n", "text"), "but the text has 1;");
    refused(TestSpark.rows(TEXTS, List.of()), TrainColumns.lines("n", "text"), "rows.txt");
    assertThat(folder).isEmptyDirectory();
  }

  private static Dataset<Row> one(StructType schema, Object... values) {
    return TestSpark.rows(schema, List.of(RowFactory.create(Arrays.copyOf(values, values.length))));
  }

  private void refused(Dataset<Row> rows, TrainColumns columns, String message) {
    assertThatThrownBy(() -> train(rows, columns, Map.of()))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining(message);
  }

  private TrainedModel train(Dataset<Row> rows, TrainColumns columns, Map<String, String> more) {
    Map<String, String> settings =
        TrainTest.settings(folder.resolve("text"), folder.resolve("model"));
    settings.remove("data");
    settings.putAll(more);
    return Comporta.train(
        rows, columns, "char-lm", settings, TrainOptions.of(1, folder.resolve("c").toString()));
  }
}
