package dev.comporta.frame.data;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.cells.model.Batch;
import dev.comporta.frame.Ability.Exchange;
import dev.comporta.training.data.ChunkSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Sequences of vectors, one a line, as JSON: {@code {"input": [[0.1, 0], [0.7, 1]], "target":
 * [0.7]}}, or the input alone.
 */
public final class JsonSequences {
  private static final int MOST_NESTING = 8;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MOST_NESTING).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String name;
  private final int features;
  private final int targets;
  private final String example;
  private long number;

  private JsonSequences(String name, int features, int targets, String example) {
    this.name = name;
    this.features = features;
    this.targets = targets;
    this.example = example;
  }

  private static String example(int features, int targets) {
    return formatted(
        targets > 0 ? "{\"input\": [[%s], ...], \"target\": [...]}" : "{\"input\": [[%s], ...]}",
        String.join(", ", Collections.nCopies(features, "0.5")));
  }

  /**
   * Reads sequences one after the other.
   *
   * @param exchange whose input has the sequences; blank lines are skipped
   * @param features F of every timestep
   * @param reader takes each sequence as a batch of one row, without a target
   * @throws ComportaException if the input cannot be read, or a line is not such a sequence
   */
  public static void forEach(Exchange exchange, int features, Consumer<Batch> reader) {
    forEach(exchange, features, example(features, 0), (sequence, _) -> reader.accept(sequence));
  }

  /**
   * Reads sequences one after the other.
   *
   * @param exchange whose input has the sequences; blank lines are skipped
   * @param features F of every timestep
   * @param example of a sequence, for messages
   * @param reader takes each sequence as a batch of one row, without a target, and where it is,
   *     such as {@code line 3 of bits.json}, for messages
   * @throws ComportaException if the input cannot be read, or a line is not such a sequence
   */
  public static void forEach(
      Exchange exchange, int features, String example, BiConsumer<Batch, String> reader) {
    new JsonSequences(exchange.inputName(), features, 0, example).forEach(exchange.input(), reader);
  }

  private void forEach(BufferedReader lines, BiConsumer<Batch, String> reader) {
    try {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          reader.accept(sequence(line), where());
        }
      }
    } catch (IOException e) {
      throw new ComportaException(formatted("%s cannot be read: %s", name, e.getMessage()), e);
    }
  }

  /**
   * {@return all sequences of a file with their targets, one chunk for each}
   *
   * @param file JSON lines
   * @param features F of every timestep
   * @param targets the size of every target
   * @throws ComportaException if the file cannot be read, or a line is not a sequence with a target
   */
  public static ChunkSource read(Path file, int features, int targets) {
    String example = example(features, targets);
    return ChunkSource.of(read(file, features, targets, example, (sequence, _) -> sequence), false);
  }

  /**
   * {@return what is made of all sequences of a file, one or more}
   *
   * @param file JSON lines
   * @param features F of every timestep
   * @param targets the size of every target; 0 for none
   * @param example of a sequence, for messages
   * @param making takes each sequence as a batch of one row, and where it is, such as {@code line 3
   *     of bits.json}, for messages
   * @param <T> what is made of a sequence
   * @throws ComportaException if the file cannot be read, or a line is not such a sequence
   */
  public static <T> List<T> read(
      Path file, int features, int targets, String example, BiFunction<Batch, String, T> making) {
    List<T> made = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      new JsonSequences(file.toString(), features, targets, example)
          .forEach(lines, (sequence, where) -> made.add(making.apply(sequence, where)));
    } catch (NoSuchFileException e) {
      throw new ComportaException(formatted("expected a file but there is no %s", file), e);
    } catch (IOException e) {
      throw new ComportaException(formatted("%s cannot be read: %s", file, e.getMessage()), e);
    }
    if (made.isEmpty()) {
      throw new ComportaException(formatted("expected sequences in %s but it has none", file));
    }
    return made;
  }

  private String where() {
    return formatted("line %d of %s", number, name);
  }

  private Batch sequence(String line) {
    JsonNode root;
    try {
      root = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw wrong("one sequence as JSON", "");
    }
    JsonNode input = root.isObject() ? root.path("input") : root;
    if (!input.isArray() || input.isEmpty()) {
      throw wrong("a list of one timestep or more", "");
    }
    float[] values = new float[Math.multiplyExact(input.size(), features)];
    for (int t = 0; t < input.size(); t++) {
      float[] step = numbers(input.get(t));
      if (step.length != features) {
        throw wrong(
            formatted("%d numbers at timestep %d", features, t),
            formatted(" but got %d", step.length));
      }
      System.arraycopy(step, 0, values, t * features, features);
    }
    float[] target = root.has("target") ? numbers(root.get("target")) : new float[0];
    if (targets > 0 && target.length != targets) {
      throw wrong(
          formatted("a target of %d numbers", targets), formatted(" but got %d", target.length));
    }
    Batch batch = Batch.ofValues(input.size(), 1, features, values, null);
    return targets > 0 ? batch.targets(targets, target) : batch;
  }

  private float[] numbers(JsonNode node) {
    float[] numbers = new float[node.isArray() ? node.size() : 1];
    for (int i = 0; i < numbers.length; i++) {
      JsonNode number = node.isArray() ? node.get(i) : node;
      if (!number.isNumber() || !Float.isFinite(number.floatValue())) {
        throw wrong(
            "numbers that float32 can hold", formatted(" but got %s", Printable.quoted(number)));
      }
      numbers[i] = (float) number.doubleValue();
    }
    return numbers;
  }

  private ComportaException wrong(String expected, String found) {
    return new ComportaException(
        formatted(
            "expected %s%s at %s; write a sequence as %s", expected, found, where(), example));
  }
}
