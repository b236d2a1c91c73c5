package dev.comporta.training.schedule;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Progress;
import java.util.List;

/** The unit in which a schedule counts progress. */
enum Clock {
  /** Completed updates. */
  UPDATES("updates"),
  /** Completed epochs. */
  EPOCHS("epochs");

  private final String word;

  Clock(String word) {
    this.word = word;
  }

  /** Reads the option {@code count}. */
  static Clock of(OptionReader options, Clock otherwise) {
    String word = options.choice("count", otherwise.word, List.of(UPDATES.word, EPOCHS.word));
    return word.equals(EPOCHS.word) ? EPOCHS : UPDATES;
  }

  long now(Progress progress) {
    return this == UPDATES ? progress.step() : progress.epoch();
  }

  /** Reads the option {@code length}; the default of 0 means all planned updates. */
  int length(OptionReader options, int least) {
    int length = options.count("length", 0, 0);
    if (length < least && (length > 0 || this == EPOCHS)) {
      throw new InvalidOptionException(
          formatted(
              "[%s] option 'length' expected the number of %s, %d or more, but got %d",
              options.name(), word, least, length));
    }
    return length;
  }

  /** The given length, or the number of planned updates. */
  static long lengthOf(int given, Progress progress) {
    return given > 0 ? given : progress.totalSteps();
  }
}
