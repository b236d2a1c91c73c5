package dev.comporta.benchmarks;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The measurements of a folder of ONNX files.
 *
 * @param rows a row for each file that ran
 * @param peer the peer and its version; null if Comporta was measured alone
 * @param machine the machine
 * @param failures the files that could not be measured, with the reason
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelReport(
    @JsonProperty List<ModelRow> rows,
    @JsonProperty @Nullable String peer,
    @JsonProperty Machine machine,
    @JsonProperty List<String> failures) {
  /** Copies the lists. */
  public ModelReport {
    rows = List.copyOf(rows);
    failures = List.copyOf(failures);
  }

  /**
   * The report as one JSON object.
   *
   * @return {@code rows}, {@code peer}, {@code machine}, {@code failures}
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
    text.append(machine.line());
    text.append(peer == null ? "\n\n" : formatted(", compared with %s%n%n", peer));
    text.append("| model | states | threads | ours | peer | ratio | spread | difference |\n");
    text.append("|---|---:|---:|---:|---:|---:|---:|---:|\n");
    rows.forEach(row -> text.append(lines(row)));
    failures.forEach(failure -> text.append(formatted("%nnot measured: %s%n", failure)));
    return text.toString();
  }

  /** The lines of one row, each with a line feed. */
  static String lines(ModelRow row) {
    StringBuilder text = new StringBuilder();
    for (ModelRow.Time time : row.times()) {
      text.append(
          formatted(
              "| %s | %d | %d | %s | %s | %s | %.0f %% | %s |%n",
              row.model(),
              row.states().size(),
              time.threads(),
              ReportText.time(time.ours()),
              ReportText.time(time.peer()),
              ReportText.number("%.2f", time.ratio()),
              100 * time.spread(),
              ReportText.number("%.1e", row.difference())));
    }
    return text.toString();
  }
}
