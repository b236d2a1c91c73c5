package dev.comporta.benchmarks;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The results of a benchmark.
 *
 * @param rows the rows of the table
 * @param machine the machine it ran on
 * @param flags the JVM options of each library, by the library's name
 * @param threads the number of threads of every library
 * @param failures the rows that could not be measured, with the reason
 */
public record BenchReport(
    @JsonProperty List<Row> rows,
    @JsonProperty Machine machine,
    @JsonProperty Map<String, List<String>> flags,
    @JsonProperty int threads,
    @JsonProperty List<String> failures) {
  /** Copies the lists. */
  public BenchReport {
    rows = List.copyOf(rows);
    flags = Map.copyOf(flags);
    failures = List.copyOf(failures);
  }

  /**
   * The report as one JSON object.
   *
   * @return {@code rows}, {@code machine}, {@code flags}, {@code threads}, {@code failures}
   */
  public String json() {
    return ReportText.json(this);
  }

  /**
   * The report as a Markdown table.
   *
   * @return lines terminated by a line feed
   */
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append(formatted("%s, %d threads%n%n", machine.line(), threads));
    text.append(
        "| workload | peer | ours | minimum | GFLOP/s | peer | GFLOP/s | ratio | spread |\n");
    text.append("|---|---|---:|---:|---:|---:|---:|---:|---:|\n");
    for (Row row : rows) {
      text.append(line(row));
    }
    return text.toString();
  }

  /** One row of the table, with a line feed. */
  static String line(Row row) {
    return formatted(
        "| %s | %s | %s | %s | %s | %s | %s | %s | %.0f %% |%n",
        row.workload(),
        row.peer() == null ? "" : row.peer(),
        ReportText.time(row.ours()) + rate(row.oursPerSecond(), row.unit()),
        ReportText.time(row.oursMinimum()),
        ReportText.number("%.1f", row.oursGflops()),
        row.others() == null
            ? ""
            : ReportText.time(row.others()) + rate(row.peerPerSecond(), row.unit()),
        ReportText.number("%.1f", row.peerGflops()),
        ReportText.number("%.2f", row.ratio()),
        100 * row.spread());
  }

  private static String rate(@Nullable Double perSecond, @Nullable String unit) {
    return perSecond == null
        ? ""
        : formatted(" (%s %s/s)", ReportText.number("%,.0f", perSecond), unit);
  }
}
