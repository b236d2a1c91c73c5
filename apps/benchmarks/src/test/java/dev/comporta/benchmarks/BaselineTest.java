package dev.comporta.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.benchmarks.Change.Verdict;
import dev.comporta.benchmarks.peers.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares reports whose times are made up. */
class BaselineTest {
  private static final Machine HERE = new Machine("a processor", 2, "os", "java", "simd", 0);
  private static final Bounds BOUNDS =
      new Bounds(50, 100, 1 << 20, List.of(new Bounds.Bandwidth(1 << 14, 100, 200)));

  @TempDir private Path folder;

  /** A row with a median in microseconds and a spread. */
  private static Row row(String name, double micros, double spread) {
    double nanos = 1e3 * micros;
    double apart = 2 * spread * nanos; // the quartiles are the middles between the median and these
    return Row.alone(
        "training", name, new Measurement(new double[] {nanos - apart, nanos, nanos + apart}), 0);
  }

  private static BenchReport report(Row... rows) {
    return new BenchReport(
        List.of(rows), HERE, BOUNDS, Map.of("comporta", List.of("-Xmx1g")), 2, List.of(), null);
  }

  private Baseline saved(BenchReport report) throws IOException {
    return Baseline.read(Files.writeString(folder.resolve("baseline.json"), report.json()));
  }

  @ParameterizedTest
  @CsvSource({
    // before, spread, now, spread, tolerance, allowed, verdict
    "100, 0.02, 103.9, 0.02, 0,    0.04, SAME",
    "100, 0.02, 104.1, 0.02, 0,    0.04, SLOWER",
    "100, 0,    104.1, 0.04, 0,    0.04, SLOWER",
    "100, 0.05, 104.1, 0,    0,    0.05, SAME",
    "100, 0.02, 104.1, 0.02, 0.1,  0.1,  SAME",
    "100, 0,    100.1, 0,    0,    0,    SLOWER",
    "100, 0,    100,   0,    0,    0,    SAME",
    "104.1, 0.02, 100, 0.02, 0,    0.04, FASTER",
    "103.9, 0.02, 100, 0.02, 0,    0.04, SAME"
  })
  void aRowIsSlowerByMoreThanBothSpreads(
      double before,
      double spreadBefore,
      double now,
      double spreadNow,
      double tolerance,
      double allowed,
      Verdict verdict)
      throws IOException {
    Baseline baseline = saved(report(row("small", before, spreadBefore)));

    BenchReport compared = report(row("small", now, spreadNow)).since(baseline, tolerance);

    Change change = changes(compared).getFirst();
    assertThat(change.verdict()).isEqualTo(verdict);
    assertThat(change.change()).isCloseTo(now / before - 1, within(1e-12));
    assertThat(change.allowed()).isCloseTo(allowed, within(1e-12));
    assertThat(compared.passes()).isEqualTo(verdict != Verdict.SLOWER);
  }

  @Test
  void rowsAreFoundByTheirNameAndPeer() throws IOException {
    Row measured = row("small", 100, 0.01);
    Comparison comparison =
        new Comparison(
            new Measurement(new double[] {3e5}), new Measurement(new double[] {6e5}), 0.01);
    Row compared = Row.of("training", "small", "libtorch", comparison, 0);
    Baseline baseline = saved(report(compared, measured, row("gone", 1, 0)));

    BenchReport now = report(row("small", 150, 0.01), row("large", 7, 0)).since(baseline, 0.03);

    assertThat(changes(now))
        .extracting(Change::workload, Change::before, Change::now, Change::verdict)
        .containsExactly(
            tuple("small", 100.0, 150.0, Verdict.SLOWER), tuple("large", null, 7.0, Verdict.NEW));
    assertThat(now.table())
        .contains(
            "| small |  | 100.00 us | 150.00 us | +50.0 % | 3.0 % | slower |\n",
            "| large |  |  | 7.00 us |  |  | new |\n");
    assertThat(new ObjectMapper().readTree(now.json()).get("changes").findValuesAsText("verdict"))
        .containsExactly("slower", "new");
    assertThat(now.passes()).isFalse();
    assertThat(report(compared).since(baseline, 0).passes()).isTrue();
    BenchReport noRow = report(row("other", 1, 0));
    assertThatThrownBy(() -> noRow.since(baseline, 0))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("baseline.json has none of them");
  }

  @Test
  void anotherProcessorOrNumberOfThreadsIsSaid() throws IOException {
    Baseline baseline = saved(report(row("small", 1, 0)));
    Machine other = new Machine("another processor", 2, "os", "java", "simd", 0);

    assertThat(baseline.difference(HERE, 2)).isEmpty();
    assertThat(baseline.difference(HERE, 4)).hasValueSatisfying(s -> assertThat(s).contains("4"));
    assertThat(baseline.difference(other, 2))
        .hasValueSatisfying(s -> assertThat(s).contains("a processor", "another processor"));
  }

  @Test
  void aFileThatIsNoReportIsRefused() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    String good = report(row("small", 100, 0.01)).json();

    refused("rows", "it is not JSON");
    refused("[1, 2]", "no list 'rows'");
    refused("{\"rows\": []}", "no list 'rows'");
    for (String field : new String[] {"workload", "ours_us", "ours_spread"}) {
      ObjectNode lacking = (ObjectNode) mapper.readTree(good);
      ((ObjectNode) lacking.get("rows").get(0)).remove(field);
      refused(lacking.toString(), "'" + field + "' is missing");
    }
    ObjectNode report = (ObjectNode) mapper.readTree(good);
    ObjectNode row = (ObjectNode) report.get("rows").get(0);
    row.put("ours_us", 0);
    refused(report.toString(), "'ours_us' is missing or no number above 0");
    row.put("ours_us", "1e400");
    refused(report.toString(), "'ours_us'");
    row.put("ours_us", 1.0);
    ((ArrayNode) report.get("rows")).add(row.deepCopy());
    refused(report.toString(), "the row small is there twice");
    assertThatThrownBy(() -> Baseline.read(folder.resolve("nowhere.json")))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("there is no");
    assertThatThrownBy(() -> Baseline.read(folder))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("cannot be read");
  }

  private void refused(String content, String why) throws IOException {
    Path file = Files.writeString(folder.resolve("bad.json"), content);
    assertThatThrownBy(() -> Baseline.read(file))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining(why)
        .hasMessageContaining("bench --json")
        .message()
        .doesNotContain("\n");
  }

  private static List<Change> changes(BenchReport report) {
    @Nullable List<Change> changes = report.changes();
    assertThat(changes).isNotNull();
    return changes;
  }
}
