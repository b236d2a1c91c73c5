package dev.comporta.conformance;

import java.util.List;

/**
 * The results of all cases in a folder.
 *
 * @param backends what computed
 * @param executions how cells were run, in lower case
 * @param notRun for each backend that cannot run here, its name and why
 * @param cases by name
 */
public record ConformanceReport(
    List<String> backends, List<String> executions, List<String> notRun, List<CaseResult> cases) {
  /** Copies the lists. */
  public ConformanceReport {
    backends = List.copyOf(backends);
    executions = List.copyOf(executions);
    notRun = List.copyOf(notRun);
    cases = List.copyOf(cases);
  }

  /** {@return the number of cases that passed} */
  public int passed() {
    return (int) cases.stream().filter(CaseResult::passed).count();
  }
}
