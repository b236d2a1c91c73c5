package dev.comporta.benchmarks;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The results of a benchmark.
 *
 * @param rows the rows of the table
 * @param machine the machine it ran on
 * @param bounds what the machine can do at most
 * @param flags the JVM options of each library, by the library's name
 * @param threads the number of threads of every library
 * @param failures the rows that could not be measured, with the reason
 * @param changes how the rows differ from a baseline; null if they were not compared
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BenchReport(
    @JsonProperty List<Row> rows,
    @JsonProperty Machine machine,
    @JsonProperty Bounds bounds,
    @JsonProperty Map<String, List<String>> flags,
    @JsonProperty int threads,
    @JsonProperty List<String> failures,
    @JsonProperty @Nullable List<Change> changes) {
  /** Copies the lists. */
  public BenchReport {
    rows = List.copyOf(rows);
    flags = Map.copyOf(flags);
    failures = List.copyOf(failures);
    changes = changes == null ? null : List.copyOf(changes);
  }

  /**
   * This report with the changes since a baseline.
   *
   * @param baseline the earlier report
   * @param tolerance the least change that counts, as a fraction
   * @return the longer report
   * @throws dev.comporta.api.InvalidOptionException if the baseline has none of the rows
   */
  public BenchReport since(Baseline baseline, double tolerance) {
    return new BenchReport(
        rows, machine, bounds, flags, threads, failures, baseline.compare(rows, tolerance));
  }

  /**
   * Whether all rows were measured, and none is slower than in the baseline.
   *
   * @return false if the exit code must say so
   */
  public boolean passes() {
    return failures.isEmpty()
        && (changes == null
            || changes.stream().noneMatch(change -> change.verdict() == Change.Verdict.SLOWER));
  }

  /**
   * The report as one JSON object.
   *
   * @return {@code rows}, {@code machine}, {@code bounds}, {@code flags}, {@code threads}, {@code
   *     failures} and, if compared, {@code changes}
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
    text.append(formatted("%s, %d threads%n%s%n%n", machine.line(), threads, bounds.line()));
    text.append(
        "| workload | peer | ours | minimum | GFLOP/s | share of bound | peer | GFLOP/s | ratio | spread |\n");
    text.append("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (Row row : rows) {
      text.append(line(row));
    }
    for (Row row : rows) {
      if (row.outputChange() != null) {
        text.append(
            formatted(
                "%n%s: the rounded parameters change an output by %.1e at most%n",
                row.workload(), row.outputChange()));
      }
    }
    if (changes != null) {
      text.append("\n| workload | peer | before | now | change | allowed | verdict |\n");
      text.append("|---|---|---:|---:|---:|---:|---|\n");
      changes.forEach(change -> text.append(change.line()));
    }
    return text.toString();
  }

  /** One row of the table, with a line feed. */
  static String line(Row row) {
    return formatted(
        "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %.0f %% |%n",
        row.workload(),
        row.peer() == null ? "" : row.peer(),
        ReportText.time(row.ours()) + rate(row.oursPerSecond(), row.unit()),
        ReportText.time(row.oursMinimum()),
        ReportText.number("%.1f", row.oursGflops()),
        row.bound() == null ? "" : row.bound().text(),
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
