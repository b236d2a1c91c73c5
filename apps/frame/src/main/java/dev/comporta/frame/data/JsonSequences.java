package dev.comporta.frame.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.comporta.api.ComportaException;
import dev.comporta.cells.model.Batch;
import dev.comporta.training.data.ChunkSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Sequences of vectors, one a line, as JSON: {@code {"input": [[0.1, 0], [0.7, 1]], "target":
 * [0.7]}}, or the input alone.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class JsonSequences implements Iterator<JsonSequences.Sequence> {
  private static final int MOST_NESTING = 8;

  private static final JsonMapper JSON =
      new JsonMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(MOST_NESTING).build())
              .build());

  private final BufferedReader lines;
  private final String name;
  private final int features;
  private long number;
  private @Nullable Sequence next;

  /**
   * A sequence.
   *
   * @param timesteps T
   * @param input {@code [T, F]}
   * @param target the vector to predict; null if the line has none
   */
  @API(status = API.Status.EXPERIMENTAL)
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Sequence(int timesteps, float[] input, double @Nullable [] target) {
    /**
     * The sequence as a batch of one row.
     *
     * @param features F of every timestep
     * @return without a target
     */
    public Batch batch(int features) {
      return Batch.ofValues(timesteps, 1, features, input, null);
    }
  }

  /**
   * Reads sequences one after the other.
   *
   * @param lines JSON lines; blank ones are skipped
   * @param name of the file, for messages
   * @param features F of every timestep
   */
  public JsonSequences(BufferedReader lines, String name, int features) {
    this.lines = lines;
    this.name = name;
    this.features = features;
  }

  /**
   * All sequences of a file, each a batch of one row with its target.
   *
   * @param file JSON lines
   * @param features F of every timestep
   * @param targets the size of every target
   * @return one chunk for each sequence
   * @throws ComportaException if the file cannot be read, or a line is not a sequence with a target
   */
  public static ChunkSource read(Path file, int features, int targets) {
    List<Batch> batches = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      JsonSequences all = new JsonSequences(lines, file.toString(), features);
      while (all.hasNext()) {
        Sequence sequence = all.next();
        double[] target = sequence.target();
        if (target == null || target.length != targets) {
          throw all.wrong("a target of %d numbers".formatted(targets));
        }
        float[] values = new float[targets];
        for (int i = 0; i < targets; i++) {
          values[i] = (float) target[i];
        }
        batches.add(sequence.batch(features).targets(targets, values));
      }
    } catch (IOException e) {
      throw new ComportaException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
    if (batches.isEmpty()) {
      throw new ComportaException("expected sequences in %s but it has none".formatted(file));
    }
    return new Chunks(List.copyOf(batches));
  }

  /** A chunk for each batch. */
  private record Chunks(List<Batch> batches) implements ChunkSource {
    @Override
    public int rows() {
      return 1;
    }

    @Override
    public int chunks() {
      return batches.size();
    }

    @Override
    public Batch batch(int epoch, int index) {
      return batches.get(index);
    }

    @Override
    public boolean continues(int index) {
      return false;
    }
  }

  /**
   * Whether there is another sequence.
   *
   * @throws ComportaException if the next line is not a sequence of numbers
   */
  @Override
  public boolean hasNext() {
    try {
      while (next == null) {
        String line = lines.readLine();
        if (line == null) {
          return false;
        }
        number++;
        next = line.isBlank() ? null : sequence(line);
      }
      return true;
    } catch (IOException e) {
      throw new ComportaException("%s cannot be read: %s".formatted(name, e.getMessage()), e);
    }
  }

  @Override
  public Sequence next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException();
    }
    Sequence sequence = next;
    next = null;
    return sequence;
  }

  private Sequence sequence(String line) {
    JsonNode root;
    try {
      root = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw wrong("JSON");
    }
    JsonNode input = root.isObject() ? root.path("input") : root;
    if (!input.isArray() || input.isEmpty()) {
      throw wrong("a list of one timestep or more");
    }
    float[] values = new float[Math.multiplyExact(input.size(), features)];
    for (int t = 0; t < input.size(); t++) {
      double[] step = numbers(input.get(t));
      if (step.length != features) {
        throw wrong("%d numbers at timestep %d".formatted(features, t));
      }
      for (int i = 0; i < features; i++) {
        values[t * features + i] = (float) step[i];
      }
    }
    JsonNode target = root.path("target");
    return new Sequence(input.size(), values, target.isMissingNode() ? null : numbers(target));
  }

  private double[] numbers(JsonNode node) {
    double[] numbers = new double[node.isArray() ? node.size() : 1];
    Arrays.setAll(
        numbers,
        i -> {
          JsonNode number = node.isArray() ? node.get(i) : node;
          if (!number.isNumber() || !Float.isFinite(number.floatValue())) {
            throw wrong("a number");
          }
          return number.doubleValue();
        });
    return numbers;
  }

  private ComportaException wrong(String expected) {
    return new ComportaException(
        "expected %s at line %d of %s; write a sequence as {\"input\": [[%s], ...], \"target\": [...]}"
            .formatted(
                expected, number, name, String.join(", ", Collections.nCopies(features, "0.5"))));
  }
}
