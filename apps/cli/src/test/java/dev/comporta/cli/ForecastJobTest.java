package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Forecasts from a CSV file from end to end, on a wave. */
class ForecastJobTest {
  @TempDir private Path folder;
  private Path csv;

  @BeforeEach
  void writeWave() throws IOException {
    StringBuilder text = new StringBuilder("day,\"level, m\",flow\n");
    for (int day = 0; day < 240; day++) {
      double level = 3 + 2 * Math.sin(day * Math.PI / 6);
      double flow = 50 + 10 * Math.cos(day * Math.PI / 6);
      text.append(String.format(Locale.ROOT, "d%d,%.4f,%.4f%n", day, level, flow));
    }
    csv = Files.writeString(folder.resolve("gate.csv"), text);
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private String[] train(Path file, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("train", "forecast", "--series", file.toString(), "--out", path("m")));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  @Test
  void aWaveIsForecastBetterThanByItsLastValue() throws Exception {
    JsonNode figures =
        Cli.run(
                train(
                    csv,
                    "--column",
                    "level, m",
                    "--window",
                    "12",
                    "--horizon",
                    "2",
                    "--hidden",
                    "12",
                    "--epochs",
                    "25",
                    "--learning-rate",
                    "0.02",
                    "--scale",
                    "level",
                    "--json"))
            .json();
    // A wave of amplitude 2 and 12 days: one day ahead it moves by 2 sin, two days ahead further.
    double last = figures.get("last_value_rmse").doubleValue();
    assertThat(last).isBetween(0.9, 1.8);
    assertThat(figures.get("rmse").doubleValue()).isLessThan(last / 4);
    assertThat(figures.get("mae").doubleValue()).isLessThan(figures.get("rmse").doubleValue());
    JsonNode metrics = Cli.run("inspect", path("m"), "--json").json().get("metrics");
    assertThat(metrics.get("mean of level, m").doubleValue()).isBetween(2.9, 3.1);
    assertThat(metrics.get("deviation of level, m").doubleValue()).isBetween(1.3, 1.5);
  }

  @Test
  void moreColumnsAreRead() throws Exception {
    String[] both = {"--column", "flow", "--also", "level, m", "--window", "6"};
    // A name with a comma in it cannot be told from two names.
    assertThat(Cli.run(train(csv, both)).refusal()).contains("unknown column of", "'level'");
    Path two = Files.writeString(folder.resolve("two"), Files.readString(csv).replace(", m", ""));
    JsonNode figures =
        Cli.run(
                train(
                    two,
                    "--column",
                    "flow",
                    "--also",
                    "level",
                    "--window",
                    "6",
                    "--epochs",
                    "1",
                    "--hidden",
                    "4",
                    "--cell",
                    "rnn",
                    "--linear",
                    "none",
                    "--json"))
            .json();
    assertThat(figures.get("parameters").intValue()).isEqualTo(4 * (2 + 4 + 1) + 4 + 1);
    assertThat(Cli.run(train(csv, "--column", "flow", "--also", "flow")).refusal())
        .contains("expected each column once");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "flow|1,2;3,|expected a number at line 3, column 2 ('flow')|but got nothing",
        "flow|1,2;3|expected a number at line 3, column 2 ('flow')|but got nothing",
        "flow|1,2;3,n/a|expected a number at line 3, column 2 ('flow')|but got 'n/a'",
        "flow|1,NaN|expected a number at line 2, column 2 ('flow')|but got 'NaN'",
        "flow|1,1e199|expected a number at line 2, column 2 ('flow')|but got '1e199'; numbers are between -1e150 and 1e150",
        "flow|1,2d|expected a number at line 2, column 2 ('flow')|but got '2d'",
        "flow|1,0x1p3|expected a number at line 2, column 2 ('flow')|but got '0x1p3'",
        "flow|1,2;;3,4|expected a number at line 3, column 2 ('flow')|but got nothing",
        "flow|1,\"2;3,4;5,6;7,8;9,10;11,12;13,14;15,16;17,18|column 2 ('flow') of|but got '2\\u000a3,4",
        "level|x,2;3,4|expected a number at line 2, column 1 ('level')|but got 'x'",
        "flow|1,2;3,4,5|expected 2 columns as named at the top of|but line 3 has 3",
        "flwo|1,2|unknown column of|did you mean 'flow'?",
        "flow||expected at least 49 rows to train on and 1 to validate but|has 0",
        "flow|1,2;3,4|expected at least 49 rows to train on and 1 to validate but|has 2",
      })
  void refusesFilesThatCannotBeUsed(String column, String rows, String expected, String got)
      throws IOException {
    String text = "level,flow\n" + (rows == null ? "" : rows.replace(";", "\n") + "\n");
    Path file = Files.writeString(folder.resolve("bad.csv"), text);
    Result result = Cli.run(train(file, "--column", column));
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.lastError()).contains(expected).contains(got == null ? "" : got);
    assertThat(folder.resolve("m")).doesNotExist();
  }

  @Test
  void refusesWhatIsNoCsvFile() throws IOException {
    assertThat(Cli.run("train", "forecast", "--column", "level").refusal())
        .contains("--column goes with --data; leave it out");
    assertThat(Cli.run(train(csv)).refusal()).contains("expected --column");
    assertThat(Cli.run(train(folder.resolve("none"), "--column", "a")).refusal())
        .contains("there is no " + folder.resolve("none"));
    assertThat(Cli.run(train(folder, "--column", "a")).refusal()).contains("is a directory");
    Path empty = Files.createFile(folder.resolve("empty"));
    assertThat(Cli.run(train(empty, "--column", "a")).refusal()).contains("but it is empty");
    Path latin = folder.resolve("latin");
    Files.write(latin, "höhe\n1\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(Cli.run(train(latin, "--column", "höhe")).refusal()).contains("is not UTF-8");
    Path twice = Files.writeString(folder.resolve("twice"), "a,a\n1,2\n");
    assertThat(Cli.run(train(twice, "--column", "a")).refusal()).contains("there are several");
    assertThat(Cli.run(train(csv, "--column", "flow", "--separator", "::")).refusal())
        .contains(
            "--separator expected one character that numbers and quoted fields do not contain")
        .contains("but got '::'");
    for (String taken : List.of("\"", "#", ".", "7", "e")) {
      assertThat(Cli.run(train(csv, "--column", "flow", "--separator", taken)).refusal())
          .contains("--separator expected one character");
    }
    assertThat(Cli.run(train(csv, "--column", "flow", "--validation", "0")).refusal())
        .contains("--validation expected a number from 0.01 to 0.9");
    assertThat(Cli.run(train(csv, "--column", "flow", "--horizon", "60")).refusal())
        .contains("smaller --window or --horizon");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1949-01;1949-03;1949-02|line 4 has 1949-02 after 1949-03 in line 3",
        "2010-01-31;2010-02-01;2010-01-31|line 4 has 2010-01-31 after 2010-02-01 in line 3",
        "2010/1/9;2010/1/10;2010/1/9|line 4 has 2010/1/9 after 2010/1/10 in line 3",
        "2010.01.31;2010.02.01;2010.01.31|line 4 has 2010.01.31 after 2010.02.01 in line 3",
        "2010-01-31 23:00;2010-01-31 22:59;2010-02-01 00:00|line 3 has 2010-01-31 22:59 after",
        "2010-01-31T23:00:10Z;2010-01-31T23:00:09Z;2011-01-01|line 3 has 2010-01-31T23:00:09Z",
      })
  void refusesDatesThatGoBackwards(String dates, String expected) throws IOException {
    StringBuilder text = new StringBuilder("when,level\n");
    for (String date : dates.split(";", -1)) {
      text.append(date).append(",1\n");
    }
    Path file = Files.writeString(folder.resolve("dates.csv"), text);
    assertThat(Cli.run(train(file, "--column", "level")).refusal())
        .contains("[csv] expected dates in order in column 'when' of " + file)
        .contains(expected)
        .contains("or give --dates none");
    assertThat(Cli.run(train(file, "--column", "level", "--dates", "none")).refusal())
        .contains("expected at least 49 rows");
  }

  @Test
  void datesAreLookedAtWhereTheyAre() throws IOException {
    Path file = Files.writeString(folder.resolve("d.csv"), "month,level\n12,1\n1,2\nx,3\n");
    assertThat(Cli.run(train(file, "--column", "level")).refusal())
        .as("numbers are no dates")
        .contains("expected at least 49 rows");
    assertThat(Cli.run(train(file, "--column", "level", "--dates", "month")).refusal())
        .contains("expected a date such as 2010-01-31")
        .contains("at line 2, column 1 ('month')")
        .contains("but got '12'");
    assertThat(Cli.run(train(file, "--column", "level", "--dates", "mnth")).refusal())
        .contains("unknown column of")
        .contains("did you mean 'month'?");
    Path fractions = Files.writeString(folder.resolve("f.csv"), "y,level\n1958.04,1\n1958.1,2\n");
    assertThat(Cli.run(train(fractions, "--column", "level")).refusal())
        .as("years with fractions are numbers")
        .contains("expected at least 49 rows");
    Path equal =
        Files.writeString(folder.resolve("e.csv"), "d,level\n2010-01-01,1\n2010-01-01,2\n");
    assertThat(Cli.run(train(equal, "--column", "level")).refusal())
        .as("equal dates are in order")
        .contains("expected at least 49 rows");
  }

  @Test
  void emptyLinesAtTheEndAreNoRecords() throws Exception {
    Path file =
        Files.writeString(folder.resolve("end"), "level\n" + "1.5\n2\n".repeat(30) + "\n\n");
    String[] few = {"--column", "level", "--window", "6", "--epochs", "1", "--hidden", "4"};
    Result result = Cli.run(train(file, few));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).contains("32 rows for training and 8 for validation, 20 for the test");
  }

  @Test
  void aTrainingStoppedAmongShuffledWindowsGoesOnToTheSameBits() throws Exception {
    String[] flags = {
      "--column",
      "flow",
      "--window",
      "6",
      "--epochs",
      "3",
      "--hidden",
      "4",
      "--checkpoint-every",
      "5"
    };
    JsonNode whole = Cli.run(concat(train(csv, flags), "--json")).json();
    List<String> expected = Cli.run("inspect", path("m"), "--json").tensors();
    Files.copy(folder.resolve("m.checkpoint.previous"), folder.resolve("again.checkpoint"));
    JsonNode again =
        Cli.run("train", "forecast", "--resume", path("again.checkpoint"), "--json").json();
    assertThat(whole.get("steps").intValue() % 5).as("not at a checkpoint's end").isNotZero();
    assertThat(again.get("rmse")).isEqualTo(whole.get("rmse"));
    assertThat(Cli.run("inspect", path("again"), "--json").tensors()).isEqualTo(expected);
  }

  /** Sales that grow by a percentage, with a season that grows with them. */
  private Path sales() throws IOException {
    StringBuilder text = new StringBuilder("month,sales,price\n");
    for (int month = 0; month < 180; month++) {
      double noise = 1 + 0.02 * Math.sin(month * month % 17);
      double sales = 100 * Math.exp(0.012 * month) * (1 + 0.3 * Math.sin(month * Math.PI / 6));
      text.append(String.format(Locale.ROOT, "%d,%.3f,%d%n", month, sales * noise, month % 7));
    }
    return Files.writeString(folder.resolve("sales.csv"), text);
  }

  @Test
  void aGrowingSeasonIsForecastAtMostAsBadlyAsByTheBestBaseline() throws Exception {
    String[] flags = {"--column", "sales", "--hidden", "4", "--horizon", "3", "--json"};
    Result result = Cli.run(train(sales(), flags));
    JsonNode figures = result.json();
    assertThat(result.err()).contains("logarithms, season of 12 rows; linear path: ");
    assertThat(figures.get("scale").textValue()).isEqualTo("log");
    assertThat(figures.get("season").intValue()).isEqualTo(12);
    double rmse = figures.get("rmse").doubleValue();
    for (String other :
        List.of("last_value", "seasonal_last_value", "autoregression", "exponential_smoothing")) {
      assertThat(rmse).as(other).isLessThanOrEqualTo(figures.get(other + "_rmse").doubleValue());
    }
    assertThat(figures.get("mase").doubleValue()).isBetween(0.0, 1.0);
    assertThat(figures.get("smape").doubleValue()).isBetween(0.0, 10.0);
    for (String measure : List.of("rmse", "mae", "mase", "smape")) {
      assertThat(figures.get(measure + "_by_step")).as(measure).hasSize(3);
    }
    // What evaluate says of the whole file has the same fields, from the file alone.
    JsonNode again =
        Cli.run("evaluate", "--model", path("m"), "--data", path("sales.csv"), "--json").json();
    for (String field : List.of("mase", "smape", "autoregression_rmse", "mae_by_step", "season")) {
      assertThat(again.has(field)).as(field).isTrue();
    }
    assertThat(again.get("forecasts").intValue()).isEqualTo(180 - 48 - 2);
    for (String picture : List.of("p.png", "p.html")) {
      String[] one = {"--data", path("sales.csv"), "--picture", path(picture)};
      Result drawn = Cli.run(concat(new String[] {"evaluate", "--model", path("m")}, one));
      assertThat(drawn.code()).as(drawn.err()).isZero();
    }
    assertThat(ImageIO.read(folder.resolve("p.png").toFile()).getWidth()).isGreaterThan(500);
    assertThat(Files.readString(folder.resolve("p.html"))).contains("<td>178</td>");
    Files.copy(folder.resolve("m"), folder.resolve("n"));
    String[] two = {"evaluate", "--model", path("m"), "--model", path("n")};
    String[] drawing = {"--data", path("sales.csv"), "--picture", path("two.png")};
    assertThat(Cli.run(concat(two, drawing)).refusal())
        .contains("--picture expected one model but got 2");
    assertThat(folder.resolve("two.png")).doesNotExist();
    Result next = Cli.run("predict", "--model", path("m"), "--input", path("sales.csv"));
    assertThat(next.out().lines()).hasSize(4);
    assertThat(Cli.run("verify", path("m")).code()).isZero();
  }

  @Test
  void aLogarithmOfZeroIsRefused() throws Exception {
    String[] flags = {"--column", "sales", "--hidden", "4", "--scale", "log", "--epochs", "1"};
    assertThat(Cli.run(train(sales(), flags)).code()).isZero();
    Path zero =
        Files.writeString(
            folder.resolve("zero.csv"), Files.readString(sales()) + "180,0,1\n181,5,1\n");
    String expected =
        "expected numbers above 0 in column 'sales', whose logarithms the model reads";
    assertThat(Cli.run("evaluate", "--model", path("m"), "--data", zero.toString()).refusal())
        .contains(expected)
        .contains("but got 0.0 in row 181");
    assertThat(Cli.run("predict", "--model", path("m"), "--input", zero.toString()).refusal())
        .contains(expected)
        .contains("but got 0.0 in row 181");
    Path gap =
        Files.writeString(
            folder.resolve("gap.csv"), Files.readString(sales()) + "180,,1\n181,0,1\n");
    String[] dropping = {"predict", "--model", path("m"), "--input", gap.toString()};
    assertThat(Cli.run(concat(dropping, new String[] {"--missing", "drop"})).refusal())
        .contains("but got 0.0 in line 183");
    assertThat(Cli.run(train(zero, flags)).refusal()).contains(expected);
    Result chosen = Cli.run(train(zero, "--column", "sales", "--hidden", "4", "--epochs", "1"));
    assertThat(chosen.code()).as(chosen.err()).isZero();
    assertThat(chosen.err()).as("the zero is in the test part").contains("'sales': level, ");
  }

  @Test
  void theWishesForTheSeriesAreHeeded() throws Exception {
    String[] flags = {"--column", "sales", "--also", "price", "--hidden", "4", "--epochs", "1"};
    for (String wish : List.of("--scale=level", "--season=0", "--difference=yes", "--test=0")) {
      Result result = Cli.run(concat(train(sales(), flags), wish));
      assertThat(result.code()).as(result.err()).isZero();
      assertThat(result.err())
          .contains(
              switch (wish) {
                case "--scale=level" -> "'sales': level, season of 12 rows";
                case "--season=0" -> "no season; linear path";
                case "--difference=yes" -> " of differences";
                default -> "144 rows for training and 36 for validation,";
              });
      String layers = Cli.run("inspect", path("m")).out();
      assertThat(layers).contains("autoregressive");
      assertThat(Cli.run("verify", path("m")).code()).isZero();
    }
    Path brief = Files.writeString(folder.resolve("short"), "a\n1\n2\n3\n5\n4\n6\n7\n9\n8\n");
    String[] tiny = {"--column", "a", "--window", "2", "--epochs", "1", "--hidden", "2"};
    Result result = Cli.run(train(brief, tiny));
    assertThat(result.code()).as(result.err()).isZero();
  }

  private static String[] concat(String[] words, String... more) {
    String[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return all;
  }

  @Test
  void withoutDataALoadIsGenerated() throws Exception {
    String small = "train forecast --hidden 8 --threads 1 --learning-rate 0.01 ";
    JsonNode figures = Jobs.run(small, "--epochs 6 --json --out", path("g")).json();
    assertThat(figures.get("beats_baseline").booleanValue()).isTrue();
    assertThat(Jobs.run("verify", path("g"), "--threads 1").out()).contains("the same bits in all");
    Jobs.requireResumable(small + "--epochs 6", path("r"));
    assertThat(Jobs.run(small, "--separator ;").refusal()).contains("--separator goes with --data");
    assertThat(Jobs.run(small, "--target value").refusal()).contains("--target goes with --data");
  }
}
