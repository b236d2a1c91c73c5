package dev.comporta.conformance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of one case.
 *
 * @param name the file's name without its ending
 * @param kind what the case is about, as the file says
 * @param comparisons the largest error of each output and gradient, empty if it could not be run
 * @param failure one sentence that says why it did not pass, null if it did
 * @param remark what a reader must know besides the errors, or null
 */
public record CaseResult(
    String name,
    String kind,
    List<Comparison> comparisons,
    @Nullable String failure,
    @Nullable String remark) {
  /** Copies the list. */
  public CaseResult {
    comparisons = List.copyOf(comparisons);
  }

  /** {@return whether every answer is within its limit; false also if the case could not be run} */
  public boolean passed() {
    return failure == null;
  }
}
