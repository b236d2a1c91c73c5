package dev.comporta.frame;

import static dev.comporta.api.Formatting.formatted;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The mean and the spread of figures over several runs, such as runs with several seeds: of numbers
 * that every run has, and of lists of numbers whose names end in {@code _by_step}, place by place.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class FigureSpread {
  private static final String BY_STEP = "_by_step";
  private static final String DEVIATION = "_deviation";

  private final Map<String, Spread> numbers = new LinkedHashMap<>();
  private final Map<String, List<Spread>> lists = new LinkedHashMap<>();

  private FigureSpread() {}

  /**
   * Values of one figure.
   *
   * @param mean the mean
   * @param deviation the standard deviation of a sample, with n - 1; 0 for one value
   * @param lowest the lowest value
   * @param highest the highest value
   */
  public record Spread(double mean, double deviation, double lowest, double highest) {
    /**
     * {@return the spread of values}
     *
     * @param values one or more
     */
    public static Spread of(List<Double> values) {
      double mean = values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
      double squares = 0;
      for (double value : values) {
        squares += (value - mean) * (value - mean);
      }
      return new Spread(
          mean,
          values.size() < 2 ? 0 : Math.sqrt(squares / (values.size() - 1)),
          values.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN),
          values.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN));
    }
  }

  /**
   * {@return the spread of the figures of runs}
   *
   * @param runs the figures of each run by name, one or more
   * @param without names of figures that differ by themselves, such as a seed
   */
  public static FigureSpread of(List<? extends Map<String, ?>> runs, Set<String> without) {
    FigureSpread all = new FigureSpread();
    for (String name : runs.getFirst().keySet()) {
      if (without.contains(name)) {
        continue;
      }
      List<List<Double>> values = new ArrayList<>(); // of each run
      for (Map<String, ?> run : runs) {
        List<Double> own = numbers(run.get(name));
        if (own != null && (values.isEmpty() || values.getFirst().size() == own.size())) {
          values.add(own);
        }
      }
      if (values.size() < runs.size()) {
        continue;
      }
      List<Spread> spreads = new ArrayList<>();
      for (int i = 0; i < values.getFirst().size(); i++) {
        int place = i;
        spreads.add(Spread.of(values.stream().map(it -> it.get(place)).toList()));
      }
      if (runs.getFirst().get(name) instanceof Number) {
        all.numbers.put(name, spreads.getFirst());
      } else if (name.endsWith(BY_STEP) && !spreads.isEmpty()) {
        all.lists.put(name, spreads);
      }
    }
    return all;
  }

  private static @Nullable List<Double> numbers(@Nullable Object figure) {
    if (figure instanceof Number number) {
      return List.of(number.doubleValue());
    }
    if (!(figure instanceof List<?> list)) {
      return null;
    }
    List<Double> numbers = new ArrayList<>();
    for (Object each : list) {
      numbers.add(each instanceof Number number ? number.doubleValue() : Double.NaN);
    }
    return numbers;
  }

  /**
   * {@return the means by the names of the figures, and the deviations by these names with {@code
   * _deviation}, as JSON has them}
   */
  public Map<String, @Nullable Object> figures() {
    Map<String, @Nullable Object> figures = new LinkedHashMap<>();
    numbers.forEach((name, spread) -> {
      figures.put(name, Score.finite(spread.mean()));
      figures.put(name + DEVIATION, Score.finite(spread.deviation()));
    });
    lists.forEach((name, spreads) -> {
      figures.put(name, finite(spreads.stream().map(Spread::mean).toList()));
      figures.put(name + DEVIATION, finite(spreads.stream().map(Spread::deviation).toList()));
    });
    return figures;
  }

  private static List<@Nullable Object> finite(List<Double> values) {
    List<@Nullable Object> list = new ArrayList<>();
    values.forEach(value -> list.add(Score.finite(value)));
    return Collections.unmodifiableList(list);
  }

  /**
   * {@return one line for each number, with mean, deviation, lowest and highest, and a table for
   * each measure by step, if there is more than one step}
   */
  public String text() {
    StringBuilder text = new StringBuilder();
    int width = Math.max(20, numbers.keySet().stream().mapToInt(String::length).max().orElse(0));
    numbers.forEach((name, spread) ->
        text.append(
            formatted(
                "  %-" + width + "s %10.4f %10.4f %10.4f %10.4f%n",
                words(name),
                spread.mean(),
                spread.deviation(),
                spread.lowest(),
                spread.highest())));
    for (String name : lists.keySet()) {
      String measure = name.substring(0, name.length() - BY_STEP.length());
      if (numbers.containsKey(measure) && measure.indexOf('_') < 0) {
        text.append(table(name));
      }
    }
    return text.toString();
  }

  /** A measure of this model and of the others that have it. */
  private String table(String measure) {
    Map<String, List<Spread>> columns = new LinkedHashMap<>();
    lists.forEach((name, spreads) -> {
      if (name.equals(measure)) {
        columns.put("this model", spreads);
      } else if (name.endsWith("_" + measure) && !name.startsWith("best_")) {
        columns.put(words(name.substring(0, name.length() - measure.length() - 1)), spreads);
      }
    });
    int steps = columns.values().iterator().next().size();
    if (steps < 2) {
      return "";
    }
    StringBuilder table =
        new StringBuilder(formatted("%s: mean (standard deviation)%n%6s", words(measure), "step"));
    columns.keySet().forEach(name -> table.append(formatted("  %-22s", name)));
    for (int step = 0; step < steps; step++) {
      table.append(formatted("%n%6d", step + 1));
      for (List<Spread> column : columns.values()) {
        Spread spread = column.get(step);
        String cell = formatted("%.4g (%.2g)", spread.mean(), spread.deviation());
        table.append(formatted("  %-22s", cell));
      }
    }
    return table.append(formatted("%n")).toString();
  }

  private static String words(String figure) {
    return figure.replace('_', ' ');
  }
}
