package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.exchange.ExchangeCheck;
import dev.comporta.exchange.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code comporta exchange}: compares imported models with the tools that wrote them. */
@Command(
    name = "exchange",
    mixinStandardHelpOptions = true,
    description = "Compare imported models with the outputs of the tools that wrote them.",
    subcommands = ExchangeCommand.Check.class)
final class ExchangeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }

  /** {@code comporta exchange check}. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description =
          "Import every model in a folder, run it on the inputs and compare the result with the"
              + " outputs stored next to it.",
      footer = {
        "",
        "Exit codes: 0 no model is above the bound of 1e-5, 2 the folder cannot be read,"
            + " 3 a model is above the bound."
      })
  static final class Check implements Callable<Integer> {
    private final Application application;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "a folder with models")
    private Path folder;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    Check(Application application) {
      this.application = application;
    }

    @Override
    public Integer call() throws IOException {
      ExchangeCheck.Report report =
          new ExchangeCheck(application.catalog(), BuildVersion.version()).run(folder);
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(Json.line(object(report)));
      } else {
        print(report, out);
      }
      return report.passed() ? ExitCode.OK : ExitCodes.CHECK_FAILED;
    }

    private Map<String, @Nullable Object> object(ExchangeCheck.Report report) {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      object.put("folder", folder.toString());
      object.put("bound", ExchangeCheck.BOUND);
      object.put("passed", report.passed());
      object.put("onnx_files", report.onnx());
      object.put("models", report.verdicts().stream().map(Check::object).toList());
      return object;
    }

    private static Map<String, @Nullable Object> object(Verdict verdict) {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      object.put("file", verdict.file());
      object.put("became", verdict.rejected() ? null : verdict.became());
      object.put(
          "difference",
          verdict.difference() < 0 || !Double.isFinite(verdict.difference())
              ? null
              : verdict.difference());
      object.put("passed", verdict.passed());
      object.put("remark", verdict.remark());
      return object;
    }

    private static void print(ExchangeCheck.Report report, PrintWriter out) {
      out.println(
          formatted(
              "difference: the largest over all outputs, absolute, or relative where an output exceeds 1; bound %.0e",
              ExchangeCheck.BOUND));
      int compared = 0;
      int rejected = 0;
      int above = 0;
      for (Verdict verdict : report.verdicts()) {
        line(out, verdict.file());
        rejected += verdict.rejected() ? 1 : 0;
        compared += verdict.difference() >= 0 ? 1 : 0;
        above += verdict.passed() ? 0 : 1;
        if (verdict.rejected()) {
          line(out, "  rejected: " + verdict.remark());
        } else {
          line(out, "  became " + verdict.became());
          line(
              out,
              verdict.difference() < 0
                  ? formatted("  %s%s", verdict.remark(), verdict.passed() ? "" : "  DIFFERS")
                  : formatted(
                      "  difference %.2e over %s%s",
                      verdict.difference(), verdict.remark(), verdict.passed() ? "" : "  TOO FAR"));
        }
      }
      out.println(
          formatted(
              "%d models: %d compared within the bound, %d above it, %d without outputs to compare, %d rejected; %d ONNX files skipped",
              report.verdicts().size(),
              compared - above,
              above,
              report.verdicts().size() - compared - rejected,
              rejected,
              report.onnx()));
    }

    /** Prints a line with text that may come from an untrusted file. */
    private static void line(PrintWriter out, String text) {
      out.println(Printable.line(text));
    }
  }
}
