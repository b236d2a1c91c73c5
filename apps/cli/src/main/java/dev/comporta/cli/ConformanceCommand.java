package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.cells.model.Execution;
import dev.comporta.conformance.CaseResult;
import dev.comporta.conformance.Comparison;
import dev.comporta.conformance.Conformance;
import dev.comporta.conformance.ConformanceReport;
import dev.comporta.conformance.Role;
import dev.comporta.inference.compute.ComputeFactory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code comporta conformance}: compares with reference cases that PyTorch computed. */
@Command(
    name = "conformance",
    mixinStandardHelpOptions = true,
    description =
        "Compare Comporta with PyTorch reference cases in float64, one .safetensors file per case.",
    footer = {
      "",
      "Exit codes: 0 every case passed, 2 there are no cases or a file is damaged,"
          + " 3 a case failed or its kind or a setting is unknown."
    })
final class ConformanceCommand implements Callable<Integer> {
  private final Application application;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "a folder of .safetensors files")
  private Path folder;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "simd or reference (default: each that can run here)")
  private @Nullable String backend;

  @Option(
      names = "--execution",
      paramLabel = "HOW",
      description = "run cells by plan or by definition (default: both)")
  private @Nullable String execution;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  ConformanceCommand(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    Execution how = execution == null ? null : ComputeFactory.execution(execution);
    ConformanceReport report = new Conformance(application.catalog(), backend, how).run(folder);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(object(report)));
    } else {
      print(report, out);
    }
    return report.passed() == report.cases().size() ? ExitCode.OK : ExitCodes.CHECK_FAILED;
  }

  private Map<String, Object> object(ConformanceReport report) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("folder", folder.toString());
    object.put("backends", report.backends());
    object.put("executions", report.executions());
    object.put("not_run", report.notRun());
    object.put("passed", report.passed());
    object.put("failed", report.cases().size() - report.passed());
    object.put("cases", report.cases().stream().map(ConformanceCommand::object).toList());
    return object;
  }

  private static Map<String, @Nullable Object> object(CaseResult result) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("case", result.name());
    object.put("kind", result.kind());
    object.put("passed", result.passed());
    object.put("failure", result.failure());
    object.put("remark", result.remark());
    object.put("tensors", result.comparisons().stream().map(ConformanceCommand::object).toList());
    return object;
  }

  private static Map<String, @Nullable Object> object(Comparison comparison) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("tensor", comparison.tensor());
    object.put("role", comparison.role().name().toLowerCase(Locale.ROOT));
    object.put("error", finite(comparison.error()));
    object.put("limit", comparison.role().limit());
    object.put("roundings", finite(comparison.roundings()));
    object.put("passed", comparison.passed());
    object.put("where", comparison.where());
    return object;
  }

  /** JSON has no NaN. */
  private static @Nullable Double finite(double number) {
    return Double.isFinite(number) ? number : null;
  }

  private void print(ConformanceReport report, PrintWriter out) {
    out.println(
        formatted(
            "backends: %s; cells by %s",
            String.join(", ", report.backends()), String.join(" and ", report.executions())));
    report.notRun().forEach(words -> line(out, words));
    out.println(
        "error: in norm, relative; u: largest error of an element in units of 2^-24 of the largest exact element");
    out.println(
        formatted("%-32s %-10s %9s %7s %8s  %s", "tensor", "", "error", "limit", "u", "worst by"));
    for (CaseResult result : report.cases()) {
      line(
          out,
          formatted(
              "%s (%s): %s",
              result.name(),
              result.kind(),
              result.passed() ? "passed" : "FAILED: " + result.failure()));
      if (result.remark() != null) {
        line(out, "  remark: " + result.remark());
      }
      result
          .comparisons()
          .forEach(c ->
              line(
                  out,
                  formatted(
                      "  %-30s %-10s %9.2e %7.0e %8.2f  %s%s",
                      c.tensor(),
                      c.role() == Role.GRADIENT ? "gradient" : "output",
                      c.error(),
                      c.role().limit(),
                      c.roundings(),
                      c.where(),
                      c.passed() ? "" : "  TOO FAR")));
    }
    out.println();
    for (Role role : Role.values()) {
      report.cases().stream()
          .flatMap(result ->
              result.comparisons().stream()
                  .filter(c -> c.role() == role && c.passed())
                  .map(c -> Map.entry(result.name(), c)))
          .max((a, b) -> Double.compare(a.getValue().error(), b.getValue().error()))
          .ifPresent(worst ->
              line(
                  out,
                  formatted(
                      "largest error of %s that passed: %.2e (%s of %s), limit %.0e",
                      role == Role.GRADIENT ? "a gradient" : "an output",
                      worst.getValue().error(),
                      worst.getValue().tensor(),
                      worst.getKey(),
                      role.limit())));
    }
    out.println(
        formatted(
            "%d cases: %d passed, %d failed",
            report.cases().size(), report.passed(), report.cases().size() - report.passed()));
    report.cases().stream()
        .filter(result -> !result.passed())
        .forEach(result ->
            out.println(
                Printable.sentence(formatted("FAILED %s: %s", result.name(), result.failure()))));
  }

  /** Prints a line whose names may come from an untrusted file. */
  private static void line(PrintWriter out, String text) {
    out.println(Printable.line(text));
  }
}
