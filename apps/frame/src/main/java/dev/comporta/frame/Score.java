package dev.comporta.frame;

import static dev.comporta.api.Formatting.formatted;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How well a model does on data.
 *
 * @param metric the figure that counts most, a key of {@code figures}
 * @param lowerIsBetter whether a smaller value of it is better
 * @param baseline what the metric is compared with, or null
 * @param figures all figures by name, as JSON has them, in order
 * @param text the same for people, one or more lines without a line break at the end
 * @param detail what the task itself needs to compare several models, or null
 */
public record Score(
    String metric,
    boolean lowerIsBetter,
    @Nullable Baseline baseline,
    Map<String, Object> figures,
    String text,
    @Nullable Object detail) {
  /** Copies the figures, keeping their order. */
  public Score {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    if (!(figures.get(metric) instanceof Number)) {
      throw new IllegalArgumentException(formatted("no figure '%s' in %s", metric, figures));
    }
  }

  /**
   * What a metric is compared with.
   *
   * @param name in words, such as {@code the last value}
   * @param value of the same metric
   */
  public record Baseline(String name, double value) {}

  /**
   * {@return a score without a baseline, whose metric is better when it is lower}
   *
   * @param metric a key of the figures
   * @param figures all figures
   * @param text the same for people
   */
  public static Score lower(String metric, Map<String, Object> figures, String text) {
    return new Score(metric, true, null, figures, text, null);
  }

  /**
   * {@return a score without a baseline, whose metric is better when it is higher}
   *
   * @param metric a key of the figures
   * @param figures all figures
   * @param text the same for people
   */
  public static Score higher(String metric, Map<String, Object> figures, String text) {
    return new Score(metric, false, null, figures, text, null);
  }

  /**
   * {@return this score with a baseline}
   *
   * @param name in words, such as {@code the last value}
   * @param value of the same metric
   */
  public Score against(String name, double value) {
    return new Score(metric, lowerIsBetter, new Baseline(name, value), figures, text, detail);
  }

  /**
   * {@return this score with what the task needs to compare models}
   *
   * @param own any object
   */
  public Score with(Object own) {
    return new Score(metric, lowerIsBetter, baseline, figures, text, own);
  }

  /**
   * {@return the figures, the metric and the baseline, if there is one, as {@code --json} prints
   * them; null for a number that is not finite}
   */
  public Map<String, @Nullable Object> report() {
    Map<String, @Nullable Object> report = new LinkedHashMap<>();
    figures.forEach((name, value) -> report.put(name, finite(value)));
    report.put("metric", metric);
    if (baseline != null) {
      report.put("baseline", baseline.name());
      report.put("baseline_value", finite(baseline.value()));
      report.put("beats_baseline", beatsBaseline());
    }
    return report;
  }

  /**
   * {@return a figure as JSON can hold it: null for a number that is not finite}
   *
   * @param value any figure
   */
  public static @Nullable Object finite(Object value) {
    return value instanceof Double number && !Double.isFinite(number) ? null : value;
  }

  /** {@return the metric's value; it may be NaN} */
  public double value() {
    return figures.get(metric) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /** {@return whether the model does better than the baseline, or there is none} */
  public boolean beatsBaseline() {
    return baseline == null
        || (lowerIsBetter ? value() < baseline.value() : value() > baseline.value());
  }

  /** {@return one line for people on how the model compares with the baseline, if there is one} */
  public Optional<String> verdict() {
    return Optional.ofNullable(baseline)
        .map(other ->
            formatted(
                "this model %s: %s is %.4g, %s reaches %.4g%s",
                beatsBaseline() ? "beats the baseline" : "does not beat the baseline",
                metric.replace('_', ' '),
                value(),
                other.name(),
                other.value(),
                beatsBaseline() ? "" : "; train longer, use more data or change the model"));
  }
}
