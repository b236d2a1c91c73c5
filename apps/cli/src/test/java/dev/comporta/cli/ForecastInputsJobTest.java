package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.Models;
import dev.comporta.inference.SeriesForecast;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Quantiles, several columns and series, categories, dates and backtests, from end to end. */
class ForecastInputsJobTest {
  private static final String SMALL = " --window 8 --hidden 4 --epochs 2 --threads 1";

  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private Result train(String words) {
    return run("--out " + path("m") + " " + words + " --checkpoint-every 0");
  }

  private Result run(String words) {
    List<String> all = new ArrayList<>(List.of("train", "forecast"));
    all.addAll(List.of((words + SMALL).strip().split(" +")));
    return Cli.run(all.toArray(String[]::new));
  }

  private static JsonNode ok(Result result) throws Exception {
    assertThat(result.code()).as(result.err()).isZero();
    return result.json();
  }

  /** Hours of two weeks: a load with noise, a temperature, and the weather in a word. */
  private String load() throws IOException {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder("when,load,temperature,weather\n");
    LocalDateTime hour = LocalDateTime.of(2024, 1, 1, 0, 0);
    for (int i = 0; i < 360; i++) {
      boolean rain = random.nextInt(3) == 0;
      double turn = i * Math.PI / 12;
      text.append(
          String.format(
              Locale.ROOT,
              "%s,%.3f,%.3f,%s%n",
              hour.plusHours(i).toString().replace('T', ' '),
              50 + 10 * Math.sin(turn) + (rain ? 5 : 0) + 2 * random.nextGaussian(),
              15 - 5 * Math.cos(turn) + random.nextGaussian(),
              rain ? "rain" : i % 5 == 0 ? "fog" : "sun"));
    }
    return Files.writeString(folder.resolve("load.csv"), text).toString();
  }

  @Test
  void quantilesAreForecastScoredPrintedAndDrawn() throws Exception {
    String data = "--data " + load();
    JsonNode figures =
        ok(train(data + " --column load --horizon 3 --quantiles 0.1,0.5,0.9 --json"));
    assertThat(figures.get("metric").textValue()).isEqualTo("pinball");
    assertThat(figures.get("coverage").doubleValue()).isBetween(0.6, 0.97);
    assertThat(figures.get("expected_coverage").doubleValue()).isCloseTo(0.8, within(1e-9));
    assertThat(figures.get("pinball_by_step")).hasSize(3);
    assertThat(figures.get("autoregression_coverage").doubleValue()).isBetween(0.6, 0.97);
    double pinball = figures.get("pinball").doubleValue();
    assertThat(figures.get("last_value_pinball").doubleValue()).isGreaterThan(pinball);
    // Half the absolute error of the median is one of the three losses.
    assertThat(pinball).isLessThan(figures.get("mae").doubleValue());
    Result next = Cli.run("predict", "--model", path("m"), "--input", path("load.csv"));
    List<String> lines = next.out().lines().toList();
    assertThat(lines.getFirst()).isEqualTo("step,load,load 0.1,load 0.5,load 0.9");
    assertThat(lines).hasSize(4);
    for (String line : lines.subList(1, 4)) {
      String[] fields = line.split(",");
      assertThat(fields[1]).isEqualTo(fields[3]);
      assertThat(Double.parseDouble(fields[2])).isLessThanOrEqualTo(Double.parseDouble(fields[3]));
      assertThat(Double.parseDouble(fields[3])).isLessThanOrEqualTo(Double.parseDouble(fields[4]));
    }
    String[] json = {"predict", "--model", path("m"), "--input", path("load.csv"), "--json"};
    assertThat(Cli.run(json).out()).contains("\"quantiles\":{\"0.1\":");
    Result scored =
        Cli.run(
            "evaluate",
            "--model",
            path("m"),
            "--data",
            path("load.csv"),
            "--picture",
            path("p.html"));
    assertThat(scored.out())
        .contains("pinball loss")
        .contains("coverage is the part of the values in the interval from the quantile 0.1 to 0.9")
        .contains("80.0 % are expected");
    assertThat(Files.readString(folder.resolve("p.html"))).contains("from the quantile 0.1 to 0.9");
    assertThat(
            Cli.run("predict", "--model", path("m"), "--input", path("load.csv"), "--horizon", "4")
                .refusal())
        .contains("--horizon expected at most 3, as the model was trained, because quantiles");
    assertThat(Cli.run("verify", path("m")).code()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--column load --quantiles 0.1,1.5|--quantiles expected numbers between 0 and 1 but got 1.5",
        "--column load --quantiles 0.9,0.1|--quantiles expected numbers in ascending order but got 0.1 after 0.9",
        "--column load --quantiles a|such as 0.1,0.5,0.9, but got 'a'",
        "--column load --quantiles 0.5 --loss mae|--quantiles",
        "--column load --also load|expected each column once in --column, --target, --also and --category but 'load' is named twice",
        "--target load,temperature --also temperature|'temperature' is named twice",
        "--target load,load|'load' is named twice",
        "--target load --column load|--column",
        "--target load,none|unknown column of",
        "--column load --category temperature|expected words in column 'temperature' of",
        "--column load --category temperature|in line 2; give the column with --also",
        "--column load --also weather|expected a number at line 2, column 4 ('weather')",
        "--column load --calendar day|--calendar expected some of month, weekday, hour, yearday, separated by commas and each once, but got 'day'",
        "--column load --calendar hour,hour|each once",
        "--column load --calendar hour --dates none|expected a column of dates such as 2010-01-31",
        "--column load --horizon 45 --backtest 3 --origin 1|--backtest expected at most 2 origins, because the test part",
        "--column load --backtest 2 --origin 3|--origin goes with --backtest, up to its number",
        "--column load --origin 1|--origin goes with --backtest",
        "--column load --backtest 2 --origin 1 --test 0|--backtest expected a --test above 0",
        "--column load --decoder|--decoder goes with --horizon of 2 or more; leave it out",
        "--column load --group nobody|unknown column of",
        "--column load --group temperature|expected at least 9 rows to train on",
      })
  void refusesWhatCannotBe(String words, String expected) throws IOException {
    String data = "--data " + load() + " ";
    assertThat(train(data + words).refusal()).contains(expected);
    assertThat(folder.resolve("m")).doesNotExist();
  }

  @Test
  void severalColumnsAreForecastByOneModel() throws Exception {
    String data = "--data " + load();
    JsonNode figures = ok(train(data + " --target load,temperature --horizon 2 --json"));
    JsonNode load = figures.get("targets").get("load");
    JsonNode temperature = figures.get("targets").get("temperature");
    assertThat(figures.get("metric").textValue()).isEqualTo("mase");
    assertThat(figures.get("rmse").doubleValue())
        .isCloseTo(
            (load.get("rmse").doubleValue() + temperature.get("rmse").doubleValue()) / 2,
            within(1e-9));
    for (JsonNode one : List.of(load, temperature)) {
      assertThat(one.get("rmse").doubleValue())
          .isLessThan(one.get("last_value_rmse").doubleValue());
      assertThat(one.get("rmse_by_step")).hasSize(2);
    }
    // Each column has the same baselines as a model of its own.
    JsonNode alone = ok(train(data + " --column temperature --horizon 2 --season 24 --json"));
    assertThat(temperature.get("last_value_rmse").doubleValue())
        .isEqualTo(alone.get("last_value_rmse").doubleValue());
    assertThat(temperature.get("autoregression_rmse").doubleValue())
        .isCloseTo(alone.get("autoregression_rmse").doubleValue(), within(1e-9));
    ok(train(data + " --target load,temperature --quantiles 0.2,0.8 --horizon 2 --json"));
    Result next = Cli.run("predict", "--model", path("m"), "--input", path("load.csv"));
    List<String> lines = next.out().lines().toList();
    assertThat(lines.getFirst())
        .isEqualTo("step,load,load 0.2,load 0.8,temperature,temperature 0.2,temperature 0.8");
    requireSameInPrograms(lines);
    ok(train(data + " --target load,temperature --json"));
    String[] far = {"predict", "--model", path("m"), "--input", path("load.csv"), "--horizon", "5"};
    assertThat(Cli.run(far).out().lines()).as("all columns are fed back").hasSize(6);
    assertThat(Cli.run("verify", path("m")).code()).isZero();
  }

  /** What a program gets from the library is what the command prints. */
  private void requireSameInPrograms(List<String> lines) throws IOException {
    List<String> rows = Files.readAllLines(folder.resolve("load.csv"));
    double[] series =
        rows.subList(1, rows.size()).stream()
            .flatMapToDouble(row -> {
              String[] fields = row.split(",");
              return DoubleStream.of(Double.parseDouble(fields[1]), Double.parseDouble(fields[2]));
            })
            .toArray();
    try (LoadedModel model = Models.load(folder.resolve("m"))) {
      List<SeriesForecast> forecasts = model.forecaster().forecasts(series, 2);
      for (int step = 0; step < 2; step++) {
        StringBuilder line = new StringBuilder().append(step + 1);
        for (SeriesForecast forecast : forecasts) {
          line.append(',').append(forecast.values().get(step));
          forecast.quantiles().get(step).forEach(it -> line.append(',').append(it));
        }
        assertThat(lines.get(step + 1)).isEqualTo(line.toString());
      }
    }
  }

  @Test
  void categoriesAndDatesAreRead() throws Exception {
    String file = load();
    String inputs = " --column load --category weather --calendar hour,weekday --linear none";
    JsonNode figures = ok(train("--data " + file + inputs + " --cell rnn --json"));
    int numbers = 1 + 2 * 2 + 3;
    assertThat(figures.get("parameters").intValue()).isEqualTo(4 * (numbers + 4 + 1) + 4 + 1);
    // A word that the model does not know is read as none of those that it knows, and said.
    Path snow =
        Files.writeString(
            folder.resolve("snow.csv"), Files.readString(Path.of(file)).replace("fog", "snow"));
    Result next = Cli.run("predict", "--model", path("m"), "--input", snow.toString());
    assertThat(next.code()).as(next.err()).isZero();
    assertThat(next.err()).contains("rows of " + snow + " have a category that");
    assertThat(Cli.run("evaluate", "--model", path("m"), "--data", snow.toString()).out())
        .contains("rows of " + snow + " have a category that");
    Result same = Cli.run("predict", "--model", path("m"), "--input", file);
    assertThat(same.err()).doesNotContain("category");
    assertThat(same.out()).isNotEqualTo(next.out());
    Path undated =
        Files.writeString(folder.resolve("undated.csv"), "load,weather\n" + "1,sun\n".repeat(20));
    assertThat(Cli.run("predict", "--model", path("m"), "--input", undated.toString()).refusal())
        .contains("for --calendar but found none in line 2 of " + undated);
    Path empty =
        Files.writeString(folder.resolve("empty.csv"), "when,load,weather\n2024-01-01,1,\n");
    assertThat(Cli.run("predict", "--model", path("m"), "--input", empty.toString()).refusal())
        .contains("expected a word of at most 1000 characters at line 2, column 3 ('weather')")
        .contains("but got nothing");
    assertThat(Cli.run("verify", path("m")).code()).isZero();
  }

  /** Two shops whose rows take turns. */
  private String shops() throws IOException {
    Random random = new Random(3);
    StringBuilder text = new StringBuilder("day,shop,sold\n");
    for (int day = 0; day < 90; day++) {
      for (String shop : List.of("north", "south")) {
        double level = shop.equals("north") ? 20 : 60;
        double sold = level + 5 * Math.sin(day * 2 * Math.PI / 7) + random.nextGaussian();
        text.append(
            String.format(
                Locale.ROOT, "2024-%02d-%02d,%s,%.3f%n", 1 + day / 28, 1 + day % 28, shop, sold));
      }
    }
    return Files.writeString(folder.resolve("shops.csv"), text).toString();
  }

  @Test
  void theRowsOfSeveralSeriesAreToldApart() throws Exception {
    String file = shops();
    Result result = train("--data " + file + " --column sold --group shop --json");
    JsonNode figures = ok(result);
    assertThat(result.err()).contains("season of 7 rows");
    assertThat(result.err())
        .contains("96 rows for training and 24 for validation, 60 for the test");
    assertThat(figures.get("forecasts").intValue()).isEqualTo(60);
    assertThat(figures.get("rmse").doubleValue()).isLessThan(3);
    // If the rows of the shops were mixed, the last value would be 40 off.
    assertThat(figures.get("last_value_rmse").doubleValue()).isLessThan(6);
    Result next = Cli.run("predict", "--model", path("m"), "--input", file, "--horizon", "2");
    List<String> lines = next.out().lines().toList();
    assertThat(lines.getFirst()).isEqualTo("shop,step,sold");
    assertThat(lines).hasSize(5);
    assertThat(lines.get(1)).startsWith("north,1,");
    assertThat(Double.parseDouble(lines.get(1).split(",")[2])).isBetween(12.0, 28.0);
    assertThat(lines.get(3)).startsWith("south,1,");
    assertThat(Double.parseDouble(lines.get(3).split(",")[2])).isBetween(52.0, 68.0);
    JsonNode again = Cli.run("evaluate", "--model", path("m"), "--data", file, "--json").json();
    assertThat(again.get("forecasts").intValue()).isEqualTo(2 * (90 - 8));
    assertThat(again.has("autoregression_rmse")).isFalse(); // 24 rows before the first forecast
    Path none = Files.writeString(folder.resolve("none.csv"), "day,shop,sold\n");
    assertThat(Cli.run("predict", "--model", path("m"), "--input", none.toString()).refusal())
        .contains(
            "[forecast] expected at least 8 rows, the model's window, but " + none + " has 0");
    Path brief =
        Files.writeString(
            folder.resolve("brief.csv"), Files.readString(Path.of(file)) + "2024-05-01,west,1\n");
    assertThat(Cli.run("predict", "--model", path("m"), "--input", brief.toString()).refusal())
        .contains("the model's window, but the series 'west' of " + brief + " has 1");
    assertThat(train("--data " + brief + " --column sold --group shop").refusal())
        .contains("but the series 'west' of " + brief + " has 1");
    Path back =
        Files.writeString(
            folder.resolve("back.csv"), Files.readString(Path.of(file)) + "2024-01-01,north,1\n");
    assertThat(train("--data " + back + " --column sold --group shop").refusal())
        .contains("line 182 has 2024-01-01 after 2024-04-06 in line 180");
  }

  @Test
  void aNumberWithoutALogarithmIsNamedByItsLine() throws Exception {
    String file = shops();
    String flags = " --column sold --group shop --scale log";
    ok(train("--data " + file + flags + " --json"));
    Path zero =
        Files.writeString(
            folder.resolve("zero.csv"),
            Files.readString(Path.of(file)) + "2024-05-01,north,0\n2024-05-01,south,60\n");
    String expected = "in column 'sold', whose logarithms the model reads, but got 0.0 in line 182";
    assertThat(Cli.run("evaluate", "--model", path("m"), "--data", zero.toString()).refusal())
        .contains(expected);
    assertThat(Cli.run("predict", "--model", path("m"), "--input", zero.toString()).refusal())
        .contains(expected);
    assertThat(train("--data " + zero + flags).refusal()).contains(expected);
  }

  @Test
  void aBacktestTrainsAtEachOrigin() throws Exception {
    String data = "--data " + load() + " --column load --horizon 2 --seed 3";
    JsonNode all = ok(run(data + " --backtest 3 --json"));
    assertThat(folder.resolve("m")).doesNotExist();
    assertThat(all.get("origins").intValue()).isEqualTo(3);
    List<Double> scores = new ArrayList<>();
    for (int origin = 1; origin <= 3; origin++) {
      JsonNode one = ok(train(data + " --backtest 3 --origin " + origin + " --json"));
      JsonNode same = all.get("runs").get(origin - 1);
      assertThat(same.get("origin").intValue()).isEqualTo(origin);
      assertThat(same.get("rmse")).isEqualTo(one.get("rmse"));
      assertThat(one.get("forecasts").intValue()).isEqualTo(39);
      scores.add(one.get("rmse_by_step").get(1).doubleValue());
    }
    double mean = (scores.get(0) + scores.get(1) + scores.get(2)) / 3;
    assertThat(all.get("rmse_by_step").get(1).doubleValue()).isCloseTo(mean, within(1e-9));
    double squares = scores.stream().mapToDouble(it -> (it - mean) * (it - mean)).sum();
    assertThat(all.get("rmse_by_step_deviation").get(1).doubleValue())
        .isCloseTo(Math.sqrt(squares / 2), within(1e-9));
    for (String measure : List.of("rmse", "mae", "mase", "smape")) {
      assertThat(all.get("autoregression_" + measure + "_by_step")).as(measure).hasSize(2);
    }
    Result text = run(data + " --backtest 2");
    assertThat(text.out())
        .startsWith("2 runs, with 1 seed and 2 origins: mean, standard deviation")
        .contains("rmse by step: mean (standard deviation)")
        .contains("this model", "exponential smoothing");
  }

  @Test
  void aDecoderRunsForEachStep() throws Exception {
    String data = "--data " + load() + " --column load --horizon 3 --decoder --cell rnn";
    JsonNode figures = ok(train(data + " --linear none --json"));
    int encoder = 4 * (1 + 4 + 1);
    int decoder = 4 * (4 + 4 + 1) + 4 + 1;
    assertThat(figures.get("parameters").intValue()).isEqualTo(encoder + decoder);
    assertThat(figures.get("rmse_by_step")).hasSize(3);
    JsonNode ranged =
        ok(
            train(
                data
                    + " --quantiles 0.1,0.9 --also temperature --category weather --calendar hour --layers 2 --dropout 0.1 --json"));
    assertThat(ranged.get("coverage_by_step")).hasSize(3);
    assertThat(Cli.run("verify", path("m")).code()).isZero();
  }

  @Test
  void theSameModelIsScoredOnConsecutiveParts() throws Exception {
    String file = load();
    ok(train("--data " + file + " --column load --json"));
    String[] words = {"evaluate", "--model", path("m"), "--data", file, "--backtest", "4"};
    Result text = Cli.run(words);
    assertThat(text.out()).contains("4 consecutive parts of the rows, forecast by the same model");
    JsonNode figures =
        Cli.run("evaluate", "--model", path("m"), "--data", file, "--backtest", "4", "--json")
            .json();
    assertThat(figures.get("origins")).hasSize(4);
    int forecasts = 0;
    double squares = 0;
    for (JsonNode origin : figures.get("origins")) {
      int count = origin.get("forecasts").intValue();
      forecasts += count;
      squares += count * Math.pow(origin.get("rmse").doubleValue(), 2);
    }
    assertThat(forecasts).isEqualTo(360 - 8).isEqualTo(figures.get("forecasts").intValue());
    assertThat(Math.sqrt(squares / forecasts))
        .isCloseTo(figures.get("rmse").doubleValue(), within(1e-6));
    assertThat(figures.get("backtest").has("rmse_deviation")).isTrue();
  }
}
