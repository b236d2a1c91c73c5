package dev.comporta.lessons.page;

import dev.comporta.lessons.figure.Figure;
import dev.comporta.lessons.figure.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a lesson shows, in no language yet: blocks in order, the numbers by name, and the result in
 * one line. A label that begins with {@code @} is the key of a text; others are printed as they
 * are.
 */
public final class Page {
  private final String name;
  private final Setting setting;
  private final List<Block> blocks = new ArrayList<>();
  private final Map<String, double[]> numbers = new LinkedHashMap<>();
  private Block.Text result = new Block.Text("result", List.of());

  private Page(String name, Setting setting) {
    this.name = name;
    this.setting = setting;
  }

  /**
   * Runs a lesson.
   *
   * @param lesson the lesson
   * @param setting how it runs
   * @return its page
   */
  public static Page of(Lesson lesson, Setting setting) {
    Page page = new Page(lesson.name(), setting);
    lesson.run(setting, page);
    return page;
  }

  /**
   * Adds a paragraph.
   *
   * @param key its text
   * @param values the values of its placeholders
   * @return this page
   */
  public Page text(String key, Object... values) {
    blocks.add(new Block.Text(key, List.of(values)));
    return this;
  }

  /**
   * Adds formulas.
   *
   * @param sources one line each, such as {@code h_t = tanh(x_t W + h_{t-1} U + b)}
   * @return this page
   */
  public Page equations(String... sources) {
    for (String source : sources) {
      blocks.add(new Block.Equation(source));
    }
    return this;
  }

  /**
   * Adds a table.
   *
   * @param key its caption
   * @param rows its head and rows
   * @return this page
   */
  public Page table(String key, Rows rows) {
    blocks.add(new Block.Table(key, rows));
    return this;
  }

  /**
   * Adds a figure.
   *
   * @param key its caption
   * @param figure the figure
   * @return this page
   */
  public Page figure(String key, Figure figure) {
    blocks.add(new Block.Drawing(key, figure));
    return this;
  }

  /**
   * Adds Java lines.
   *
   * @param source the lines
   * @return this page
   */
  public Page code(String source) {
    blocks.add(new Block.Code(source.strip()));
    return this;
  }

  /**
   * Keeps numbers for JSON and for tests.
   *
   * @param key their name
   * @param values the numbers
   * @return this page
   */
  public Page number(String key, double... values) {
    numbers.put(key, values.clone());
    return this;
  }

  /**
   * Sets the result in one line, the text {@code result}.
   *
   * @param values the values of its placeholders
   * @return this page
   */
  public Page result(Object... values) {
    result = new Block.Text("result", List.of(values));
    return this;
  }

  /**
   * Sets the result in one line, another text than {@code result}.
   *
   * @param key its text
   * @param values the values of its placeholders
   * @return this page
   */
  public Page resultOf(String key, Object... values) {
    result = new Block.Text(key, List.of(values));
    return this;
  }

  /**
   * Numbers by name.
   *
   * @param key the name
   * @return a copy
   */
  public double[] numbers(String key) {
    double[] values = numbers.get(key);
    if (values == null) {
      throw new IllegalArgumentException("no numbers '" + key + "' but " + numbers.keySet());
    }
    return values.clone();
  }

  /**
   * The only number of a name.
   *
   * @param key the name
   * @return the number
   */
  public double number(String key) {
    double[] values = numbers(key);
    if (values.length != 1) {
      throw new IllegalArgumentException("'" + key + "' is " + Arrays.toString(values));
    }
    return values[0];
  }

  Map<String, double[]> numbers() {
    return Collections.unmodifiableMap(numbers);
  }

  List<Block> blocks() {
    return Collections.unmodifiableList(blocks);
  }

  Block.Text result() {
    return result;
  }

  /**
   * The lesson's name.
   *
   * @return its name on the command line
   */
  public String name() {
    return name;
  }

  /** The command that computes this page again. */
  String command() {
    StringBuilder command = new StringBuilder("./comporta lesson ").append(name);
    if (setting.seed() != Setting.SEED) {
      command.append(" --seed ").append(setting.seed());
    }
    setting.options().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(option ->
            command
                .append(" --")
                .append(option.getKey())
                .append(option.getValue().isEmpty() ? "" : " " + option.getValue()));
    return command.toString();
  }
}
