package dev.comporta.training.metrics;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Decimals;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Levels of quantiles: numbers between 0 and 1 in ascending order.
 *
 * @param levels one or more
 */
@API(status = API.Status.EXPERIMENTAL)
public record Quantiles(List<Double> levels) {
  /** More levels than this are a mistake. */
  private static final int MOST = 1000;

  /**
   * Checks the levels.
   *
   * @throws InvalidOptionException if there are none, or they are not between 0 and 1 or not
   *     ascending
   */
  public Quantiles {
    levels = List.copyOf(levels);
    require("[quantiles]", levels);
  }

  /**
   * Levels that an option names.
   *
   * @param where the name of the option, with which an error begins
   * @param levels the levels
   * @return the levels
   * @throws InvalidOptionException if there are none, or they are not between 0 and 1 or not
   *     ascending
   */
  public static Quantiles of(String where, List<Double> levels) {
    require(where, levels);
    return new Quantiles(levels);
  }

  /**
   * Levels as they are typed.
   *
   * @param where the name of the option, with which an error begins
   * @param text such as {@code 0.1,0.5,0.9}
   * @return the levels
   * @throws InvalidOptionException if they are not such numbers
   */
  public static Quantiles parse(String where, String text) {
    List<Double> levels = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String word = part.strip();
      if (word.length() > 40 || !Decimals.isDecimal(word)) {
        throw new InvalidOptionException(
            formatted(
                "%s expected numbers between 0 and 1 separated by commas, such as 0.1,0.5,0.9, but got %s",
                where, word.isEmpty() ? "nothing between commas" : Printable.quoted(word)));
      }
      levels.add(Double.parseDouble(word));
    }
    return of(where, levels);
  }

  private static void require(String where, List<Double> levels) {
    double last = 0;
    for (double level : levels) {
      if (!(level > 0 && level < 1)) {
        throw new InvalidOptionException(
            formatted("%s expected numbers between 0 and 1 but got %s", where, level));
      }
      if (level <= last) {
        throw new InvalidOptionException(
            formatted(
                "%s expected numbers in ascending order but got %s after %s", where, level, last));
      }
      last = level;
    }
    if (levels.isEmpty() || levels.size() > MOST) {
      throw new InvalidOptionException(
          formatted("%s expected 1 to %d numbers but got %d", where, MOST, levels.size()));
    }
  }

  /**
   * The number of levels.
   *
   * @return 1 or more
   */
  public int count() {
    return levels.size();
  }

  /**
   * The index of the level closest to one half, the lower one of two.
   *
   * @return that of the forecast to compare with values
   */
  public int middle() {
    int best = 0;
    for (int i = 1; i < levels.size(); i++) {
      if (Math.abs(levels.get(i) - 0.5) < Math.abs(levels.get(best) - 0.5)) {
        best = i;
      }
    }
    return best;
  }

  /**
   * The part of the values that lies between the lowest and the highest quantile.
   *
   * @return between 0 and 1; 0 if there is one level
   */
  public double width() {
    return levels.getLast() - levels.getFirst();
  }

  /**
   * The pinball loss of a forecast of a quantile (Koenker and Bassett 1978).
   *
   * @param level q
   * @param forecast x
   * @param actual y
   * @return {@code max(q (y - x), (q - 1) (y - x))}
   */
  public static double pinball(double level, double forecast, double actual) {
    double error = actual - forecast;
    return Math.max(level * error, (level - 1) * error);
  }

  /**
   * An empirical quantile, by linear interpolation between the order statistics (definition 7 of
   * Hyndman and Fan 1996, <i>Sample Quantiles in Statistical Packages</i>).
   *
   * @param sorted the values in ascending order, one or more
   * @param level from 0 to 1
   * @return the quantile
   */
  public static double empirical(double[] sorted, double level) {
    double place = level * (sorted.length - 1);
    int below = (int) Math.min(Math.floor(place), sorted.length - 1);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
