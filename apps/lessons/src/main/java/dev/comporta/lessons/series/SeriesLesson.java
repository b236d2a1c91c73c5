package dev.comporta.lessons.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.lessons.figure.LineChart;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.Net;
import dev.comporta.training.metrics.HorizonErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

/** Forecasts of a chaotic series and of one with trend and season, next to naive forecasts. */
public final class SeriesLesson implements Lesson {
  private static final int WINDOW = 30;
  private static final int AHEAD = 20;
  private static final int SEASON = 12;

  @Override
  public String name() {
    return "series";
  }

  @Override
  public Set<String> options() {
    return Set.of("file");
  }

  @Override
  public void run(Setting setting, Page page) {
    double[] chaos = chaotic(setting, page);
    double[] season = seasonal(setting, page);
    page.result(chaos[0], chaos[1], chaos[2], chaos[3], season[0], season[1], season[2]);
  }

  /** The Mackey-Glass series, in steps of 3, with tau = 17. */
  private static double[] mackeyGlass(int count) {
    int delay = 170;
    double[] x = new double[delay + 30 * (count + 50)]; // steps of 0.1
    Arrays.fill(x, 0, delay + 1, 1.2);
    for (int i = delay; i + 1 < x.length; i++) {
      double past = x[i - delay];
      x[i + 1] = x[i] + 0.1 * (0.2 * past / (1 + Math.pow(past, 10)) - 0.1 * x[i]);
    }
    double[] series = new double[count];
    Arrays.setAll(series, i -> x[delay + 30 * (i + 50) - 1] - 0.9);
    return series;
  }

  private static double[] chaotic(Setting setting, Page page) {
    page.text("chaos").equations("{dx}/{dt} = {0.2 x(t - 17)}/{1 + x(t - 17)^10} - 0.1 x(t)");
    double[] series = mackeyGlass(1200);
    int train = 800;
    Net net = Net.of(setting.random("net"), 1, Net.recurrent(Spec.of("gru"), 24), Net.dense(1));
    RandomSource random = setting.random("train");
    net.train(
        Net.Course.adam(0.01, setting.steps(500)).on("mse"),
        step -> {
          float[] x = new float[WINDOW * 32];
          float[] y = new float[WINDOW * 32];
          for (int row = 0; row < 32; row++) {
            int from = (int) ((train - WINDOW - 1) * random.stream(step).uniform(row));
            for (int t = 0; t < WINDOW; t++) {
              x[t * 32 + row] = (float) series[from + t];
              y[t * 32 + row] = (float) series[from + t + 1];
            }
          }
          return Batch.ofValues(WINDOW, 32, 1, x, null).targets(1, y);
        });
    page.code(net.java());
    HorizonErrors modelErrors = new HorizonErrors(AHEAD);
    HorizonErrors naiveErrors = new HorizonErrors(AHEAD);
    for (int at = train + WINDOW; at + AHEAD <= series.length; at += 10) {
      double[] forecast = forecast(net, Arrays.copyOfRange(series, at - WINDOW, at), AHEAD);
      for (int k = 0; k < AHEAD; k++) {
        modelErrors.add(k, forecast[k], series[at + k]);
        naiveErrors.add(k, series[at - 1], series[at + k]);
      }
    }
    double[] model = rmse(modelErrors);
    double[] naive = rmse(naiveErrors);
    int at = train + WINDOW;
    int shown = 60;
    double[] ahead = forecast(net, Arrays.copyOfRange(series, at - WINDOW, at), shown);
    page.figure(
        "chaosFigure",
        LineChart.of("t", "x(t)")
            .add("@series", Arrays.copyOfRange(series, at, at + shown))
            .add("@forecast", ahead));
    page.figure("horizon", LineChart.of("@steps", "RMSE").add("gru", model).add("@naive", naive));
    page.number("chaosModel", model).number("chaosNaive", naive);
    return new double[] {model[0], naive[0], model[AHEAD - 1], naive[AHEAD - 1]};
  }

  private static double[] rmse(HorizonErrors errors) {
    return errors.rmseByStep().stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Feeds each forecast back as the next input. */
  private static double[] forecast(Net net, double[] past, int ahead) {
    Carry carry = net.newCarry(1);
    float[] x = Data.floats(past);
    double[] forecast = new double[ahead];
    for (int k = 0; k < ahead; k++) {
      float[] y = net.runner().predict(Batch.ofValues(x.length, 1, 1, x, null), carry);
      x = new float[] {y[y.length - 1]};
      forecast[k] = x[0];
    }
    return forecast;
  }

  private static double[] seasonal(Setting setting, Page page) {
    String file = setting.option("file");
    double[] y = file == null ? months(setting.random("months")) : read(Path.of(file));
    page.text(file == null ? "generated" : "given", y.length);
    page.equations("x_t = log(y_t) - log(y_{t-12})");
    int test = 2 * SEASON;
    int train = y.length - test;
    float[] x = new float[train - SEASON];
    for (int t = 0; t < x.length; t++) {
      x[t] = (float) (5 * (Math.log(y[t + SEASON]) - Math.log(y[t])));
    }
    float[] input = Arrays.copyOf(x, x.length - 1);
    float[] target = Arrays.copyOfRange(x, 1, x.length);
    Batch batch = Batch.ofValues(input.length, 1, 1, input, null).targets(1, target);
    Net net = Net.of(setting.random("net"), 1, Net.recurrent(Spec.of("gru"), 8), Net.dense(1));
    net.train(Net.Course.adam(0.01, setting.steps(200)).on("mse"), _ -> batch);
    double[] model = new double[test];
    double[] lastYear = new double[test];
    double[] last = new double[test];
    double[] known = Arrays.copyOf(y, y.length);
    double[] changes = forecast(net, Data.doubles(x), test);
    double[] errors = new double[3];
    for (int k = 0; k < test; k++) {
      known[train + k] = known[train + k - SEASON] * Math.exp(changes[k] / 5);
      model[k] = known[train + k];
      lastYear[k] = y[train - SEASON + k % SEASON];
      last[k] = y[train - 1];
      double[] forecasts = {model[k], lastYear[k], last[k]};
      for (int i = 0; i < 3; i++) {
        errors[i] += Math.pow(forecasts[i] - y[train + k], 2) / test;
      }
    }
    for (int i = 0; i < 3; i++) {
      errors[i] = Math.sqrt(errors[i]);
    }
    page.figure(
        "seasonFigure",
        LineChart.of("@month", "y(t)")
            .add("@series", Arrays.copyOfRange(y, train, y.length))
            .add("gru", model)
            .add("@lastYear", lastYear)
            .add("@naive", last));
    page.table(
        "seasonTable",
        Rows.of("@forecast", "RMSE")
            .add("gru", errors[0])
            .add("@lastYear", errors[1])
            .add("@naive", errors[2]));
    page.number("seasonErrors", errors).number("season", y);
    return errors;
  }

  /** 144 months with a trend that grows, a season that grows with it, and noise. */
  private static double[] months(RandomSource random) {
    double[] y = new double[144];
    for (int t = 0; t < y.length; t++) {
      double season =
          0.16 * Math.sin(2 * Math.PI * (t - 3) / SEASON)
              + 0.07 * Math.cos(4 * Math.PI * t / SEASON);
      y[t] = Math.exp(4.8 + 0.01 * t + season + 0.03 * random.normal(t));
    }
    return y;
  }

  private static double[] read(Path file) {
    double[] y;
    try {
      y =
          Files.readAllLines(file).stream()
              .filter(line -> !line.isBlank())
              .mapToDouble(line -> Double.parseDouble(line.strip()))
              .toArray();
    } catch (IOException e) {
      throw new ComportaException(formatted("--file: %s cannot be read: %s", file, e), e);
    } catch (NumberFormatException e) {
      throw new ComportaException(
          formatted("--file expected one number in each line of %s: %s", file, e.getMessage()), e);
    }
    if (y.length < 4 * SEASON || Arrays.stream(y).anyMatch(value -> !(value > 0 && value < 1e30))) {
      throw new ComportaException(
          formatted(
              "--file expected at least %d numbers above 0, one for each month, but %s has %d numbers or one that is not above 0",
              4 * SEASON, file, y.length));
    }
    return y;
  }
}
