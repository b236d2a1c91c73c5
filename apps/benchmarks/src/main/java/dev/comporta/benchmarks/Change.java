package dev.comporta.benchmarks;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a row differs from the baseline.
 *
 * @param workload the name of the row
 * @param peer the other library, or null
 * @param before our median time in the baseline, in microseconds; null if it lacks the row
 * @param now our median time now, in microseconds
 * @param change {@code now / before - 1}, or null
 * @param allowed the change that does not count: the sum of both spreads, or the tolerance if that
 *     is more; null if the baseline lacks the row
 * @param verdict the result
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Change(
    @JsonProperty String workload,
    @JsonProperty @Nullable String peer,
    @JsonProperty("before_us") @Nullable Double before,
    @JsonProperty("now_us") double now,
    @JsonProperty @Nullable Double change,
    @JsonProperty @Nullable Double allowed,
    @JsonProperty Verdict verdict) {

  /** Whether a row is slower than before. */
  public enum Verdict {
    /** By more than is allowed. */
    @JsonProperty("slower")
    SLOWER,
    /** By more than would be allowed in the other direction. */
    @JsonProperty("faster")
    FASTER,
    /** Within what is allowed. */
    @JsonProperty("same")
    SAME,
    /** The baseline lacks the row. */
    @JsonProperty("new")
    NEW
  }

  static Change unknown(Row row) {
    return new Change(row.workload(), row.peer(), null, row.ours(), null, null, Verdict.NEW);
  }

  static Change of(Row row, double before, double spread, double tolerance) {
    double now = row.ours();
    double allowed = Math.max(tolerance, spread + row.oursSpread());
    Verdict verdict = Verdict.SAME;
    if (now / before - 1 > allowed) {
      verdict = Verdict.SLOWER;
    } else if (before / now - 1 > allowed) {
      verdict = Verdict.FASTER;
    }
    return new Change(row.workload(), row.peer(), before, now, now / before - 1, allowed, verdict);
  }

  /** One row of a table, with a line feed. */
  String line() {
    return formatted(
        "| %s | %s | %s | %s | %s | %s | %s |%n",
        workload,
        peer == null ? "" : peer,
        ReportText.time(before),
        ReportText.time(now),
        change == null ? "" : formatted("%+.1f %%", 100 * change),
        allowed == null ? "" : formatted("%.1f %%", 100 * allowed),
        verdict.name().toLowerCase(Locale.ROOT));
  }
}
