package dev.comporta.benchmarks;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of an earlier report: what {@code bench --json} printed. */
public final class Baseline {
  /**
   * What a row is recognised by.
   *
   * @param workload the name of the row
   * @param peer the other library; null if Comporta was measured alone
   */
  private record Key(String workload, @Nullable String peer) {}

  /**
   * A measured time.
   *
   * @param micros the median
   * @param spread half the interquartile range as a fraction of the median
   */
  private record Time(double micros, double spread) {}

  private static final int MOST_BYTES = 4 << 20;

  private final Path file;
  private final Map<Key, Time> rows = new LinkedHashMap<>();
  private final String cpu;
  private final int threads;

  private Baseline(JsonNode report, Path file) {
    this.file = file;
    for (JsonNode row : list(report)) {
      Key key = new Key(text(row, "workload"), row.has("peer") ? text(row, "peer") : null);
      Time time = new Time(number(row, "ours_us", true), number(row, "ours_spread", false));
      if (rows.put(key, time) != null) {
        throw refusal(
            file, formatted("the row %s is there twice", Printable.quote(key.workload())));
      }
    }
    this.cpu = text(report.path("machine"), "cpu");
    this.threads = (int) number(report, "threads", true);
  }

  /**
   * Reads a report.
   *
   * @param file a file of at most {@value #MOST_BYTES} bytes
   * @return the baseline
   * @throws InvalidOptionException if it cannot be read or is not a report of {@code bench --json}
   */
  public static Baseline read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MOST_BYTES + 1);
      if (content.length > MOST_BYTES) {
        throw refusal(file, formatted("it is longer than %d MiB", MOST_BYTES >> 20));
      }
      return new Baseline(new ObjectMapper().readTree(content), file);
    } catch (NoSuchFileException e) {
      throw new InvalidOptionException(
          formatted("[bench] expected a baseline but there is no %s; check the name", file));
    } catch (JsonProcessingException e) {
      throw refusal(file, "it is not JSON: " + Printable.sentence(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new InvalidOptionException(
          formatted("[bench] the baseline %s cannot be read: %s", file, e.getMessage()));
    }
  }

  /**
   * Compares rows with those of the same name and peer.
   *
   * @param measured the rows measured now
   * @param tolerance the least change that counts, as a fraction, 0 or more
   * @return one change for each row
   * @throws InvalidOptionException if the baseline has none of the rows
   */
  List<Change> compare(List<Row> measured, double tolerance) {
    List<Change> changes = new ArrayList<>();
    for (Row row : measured) {
      Time before = rows.get(new Key(row.workload(), row.peer()));
      changes.add(
          before == null
              ? Change.unknown(row)
              : Change.of(row, before.micros(), before.spread(), tolerance));
    }
    if (changes.stream().allMatch(change -> change.before() == null)) {
      throw new InvalidOptionException(
          formatted(
              "[bench] expected a baseline with at least one of the measured rows but %s has none of them; choose others with --filter or --peers",
              file));
    }
    return changes;
  }

  /**
   * Whether the baseline was measured on another processor or with other threads.
   *
   * @param machine where the rows were measured now
   * @param threadsNow with how many threads
   * @return one sentence if so
   */
  public Optional<String> difference(Machine machine, int threadsNow) {
    return cpu.equals(machine.cpu()) && threads == threadsNow
        ? Optional.empty()
        : Optional.of(
            formatted(
                "the baseline was measured on %s with %d threads, and these rows on %s with %d: the changes include that difference",
                Printable.quote(cpu), threads, machine.cpu(), threadsNow));
  }

  private JsonNode list(JsonNode report) {
    JsonNode list = report.path("rows");
    if (!list.isArray() || list.isEmpty()) {
      throw refusal(file, "it has no list 'rows'");
    }
    return list;
  }

  private String text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.isTextual()) {
      throw refusal(file, formatted("a field '%s' is missing or no text", field));
    }
    return Objects.requireNonNull(value.textValue());
  }

  private double number(JsonNode object, String field, boolean positive) {
    double value = object.path(field).isNumber() ? object.path(field).doubleValue() : Double.NaN;
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY) || (positive && value == 0)) {
      throw refusal(
          file,
          formatted(
              "a field '%s' is missing or no number %s", field, positive ? "above 0" : "from 0"));
    }
    return value;
  }

  private static InvalidOptionException refusal(Path file, String why) {
    return new InvalidOptionException(
        formatted(
            "[bench] expected the output of bench --json in %s but %s; measure a new baseline with ./comporta bench --json >FILE",
            file, why));
  }
}
