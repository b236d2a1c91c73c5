package dev.comporta.frame;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.LoadedModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that models of a task can do with new data: {@code comporta NAME --model M}. Tasks may
 * share a name, such as {@code predict}; the model's task decides which of them runs.
 *
 * @param name the command's name, a verb in lower case
 * @param description what it does, for the help: a sentence without a full stop
 * @param options in the order in which help lists them
 * @param argument the placeholder for arguments that are not options, such as {@code TEXT}; empty
 *     if there are none
 * @param action answers
 */
public record Ability(
    String name, String description, Options options, String argument, Action action) {
  /** The name of the ability that every task should have. */
  public static final String PREDICT = "predict";

  /** What an ability does. */
  @FunctionalInterface
  public interface Action {
    /**
     * Answers.
     *
     * @param model the model
     * @param settings the values of the ability's options
     * @param exchange the input, and where answers go
     * @throws ComportaException if the input cannot be used with the model
     */
    void run(LoadedModel model, Settings settings, Exchange exchange);
  }

  /**
   * {@return the ability {@code predict}}
   *
   * @param description what it does, for the help
   * @param options the options besides {@code --model}, {@code --input}, {@code --output} and
   *     {@code --json}
   * @param action answers
   */
  public static Ability predict(String description, Options options, Action action) {
    return new Ability(PREDICT, description, options, "", action);
  }

  /** The input of an ability, and where its answers go. */
  public interface Exchange {
    /** {@return the arguments that are not options, in order} */
    List<String> arguments();

    /**
     * {@return the input, the file of {@code --input} or standard input, as UTF-8 text; opened on
     * the first call and closed by the caller of {@link Action#run}}
     */
    BufferedReader input();

    /**
     * {@return the next line of {@link #input}; null at its end}
     *
     * @throws ComportaException if the input cannot be read
     */
    default @Nullable String readLine() {
      try {
        return input().readLine();
      } catch (IOException e) {
        throw new ComportaException(
            formatted("%s cannot be read: %s", inputName(), e.getMessage()), e);
      }
    }

    /**
     * {@return the input as bytes in place of {@link #input}, for readers that name the line that
     * is not UTF-8}
     */
    InputStream bytes();

    /** {@return whether {@code --input} was given, for abilities that do not need an input} */
    boolean hasInputFile();

    /** {@return the name of the input, for messages: the file's name or {@code standard input}} */
    String inputName();

    /**
     * Gives one answer.
     *
     * @param figures what one line of JSON holds
     * @param text what is printed otherwise, without a line break at the end
     */
    void answer(Map<String, ?> figures, String text);

    /**
     * Gives one answer whose text has colours where it goes to a terminal that shows them.
     *
     * @param figures what one line of JSON holds
     * @param text what is printed otherwise, without a line break at the end
     */
    default void answer(Map<String, ?> figures, ColoredText text) {
      answer(figures, text.plain());
    }

    /**
     * Tells the user something that is not an answer.
     *
     * @param line one line
     */
    void log(String line);
  }
}
