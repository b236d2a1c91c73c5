package dev.comporta.conformance;

import java.util.List;
import org.apiguardian.api.API;

/**
 * What came of all cases in a folder.
 *
 * @param backends what computed
 * @param executions how cells were run, in lower case
 * @param notRun for each backend that cannot run here, its name and why
 * @param cases by name
 */
@API(status = API.Status.EXPERIMENTAL)
public record ConformanceReport(
    List<String> backends, List<String> executions, List<String> notRun, List<CaseResult> cases) {
  /** Copies the lists. */
  public ConformanceReport {
    backends = List.copyOf(backends);
    executions = List.copyOf(executions);
    notRun = List.copyOf(notRun);
    cases = List.copyOf(cases);
  }

  /**
   * The cases that passed.
   *
   * @return their number
   */
  public int passed() {
    return (int) cases.stream().filter(CaseResult::passed).count();
  }
}
