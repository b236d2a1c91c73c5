package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import java.io.Serializable;

/**
 * How rows are scored.
 *
 * @param output the name of the column that is added
 * @param horizon the number of values of a forecast; 0, the default, for as many as the model was
 *     trained to forecast
 */
public record ScoreOptions(String output, int horizon) implements Serializable {
  /** The column {@code prediction}, and the trained horizon. */
  public static final ScoreOptions DEFAULT = new ScoreOptions("prediction", 0);

  /**
   * Checks the values.
   *
   * @throws InvalidOptionException if the name is blank or the horizon is negative
   */
  public ScoreOptions {
    if (output.isBlank() || horizon < 0) {
      throw new InvalidOptionException(
          formatted(
              "[score] expected the name of a column and a horizon of 0 or more but got '%s' and %d",
              output, horizon));
    }
  }

  /**
   * {@return these options with another column}
   *
   * @param name of the column that is added
   */
  public ScoreOptions withOutput(String name) {
    return new ScoreOptions(name, horizon);
  }

  /**
   * {@return these options with another horizon}
   *
   * @param values the number of values of a forecast, 1 or more
   */
  public ScoreOptions withHorizon(int values) {
    return new ScoreOptions(output, values);
  }
}
