package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import java.io.Serializable;
import java.time.Duration;

/**
 * How the sessions of a stream are kept.
 *
 * @param timeout how long a key may be silent, in the time of its events; an event after a longer
 *     silence starts a new session. Zero, the default, keeps sessions for ever
 * @param otherModel what is done with sessions that another model file saved
 */
public record StreamOptions(Duration timeout, OtherModel otherModel) implements Serializable {
  /** Without a time-out; sessions of another model are refused. */
  public static final StreamOptions DEFAULT = new StreamOptions(Duration.ZERO, OtherModel.REFUSE);

  /** What is done with a session that another model file saved. */
  public enum OtherModel {
    /** The query fails. */
    REFUSE,
    /** The session continues from its state, which must be of the same layers. */
    CONTINUE,
    /** The session starts from the initial state. */
    RESTART
  }

  /**
   * Checks the values.
   *
   * @throws InvalidOptionException if the time-out is negative or longer than 100 years
   */
  public StreamOptions {
    if (timeout.isNegative() || timeout.compareTo(Duration.ofDays(36525)) > 0) {
      throw new InvalidOptionException(
          formatted("[stream] expected a time-out from 0 to 100 years but got %s", timeout));
    }
  }

  /**
   * {@return these options with another time-out}
   *
   * @param longest how long a key may be silent; zero for any time
   */
  public StreamOptions withTimeout(Duration longest) {
    return new StreamOptions(longest, otherModel);
  }

  /**
   * {@return these options with another rule for sessions of other models}
   *
   * @param rule what is done with them
   */
  public StreamOptions withOtherModel(OtherModel rule) {
    return new StreamOptions(timeout, rule);
  }
}
