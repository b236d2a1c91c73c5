package dev.comporta.conformance;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.TensorBackendProvider;
import dev.comporta.cells.model.Execution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs reference cases: every {@code .safetensors} file of a folder, on every backend and execution
 * asked for. The script that generates them describes the format at its head.
 */
public final class Conformance {
  /** Kinds that compute on a tape. Those with recurrent cells have a choice of execution. */
  private static final Map<String, Consumer<TapeCase>> ON_TAPE =
      Map.of(
          "recurrent", RecurrentCases::run,
          "attention", AttentionCases::run,
          "loss", LossCases::run,
          "layer_norm", LayerCases::layerNorm,
          "linear", LayerCases::linear,
          "conv1d", ConvolutionCases::conv1d,
          "conv2d", ConvolutionCases::conv2d,
          "embedding", LayerCases::embedding);

  private static final String WITH_CELLS = "recurrent";

  private static final Map<String, Plain> PLAIN =
      Map.of(
          "optimizer", OptimizerCases::run,
          "schedule", ScheduleCases::run,
          "clip", ClipCases::run);

  private final Catalog catalog;
  private final Map<String, TensorBackend> backends = new LinkedHashMap<>();
  private final List<String> notRun = new ArrayList<>();
  private final List<Execution> executions;

  /**
   * Prepares a run.
   *
   * @param catalog where everything is found
   * @param backend the name of the one backend to use, or null for all that can run here
   * @param execution how cells are run, or null for both ways
   * @throws ComportaException if the backend that was asked for is unknown or cannot run
   */
  public Conformance(Catalog catalog, @Nullable String backend, @Nullable Execution execution) {
    this.catalog = catalog;
    this.executions = execution == null ? List.of(Execution.values()) : List.of(execution);
    if (backend != null) {
      backends.put(backend, catalog.backend(backend));
      return;
    }
    for (TensorBackendProvider provider : catalog.all(Kind.BACKEND)) {
      Optional<String> reason = provider.unavailable();
      if (reason.isPresent()) {
        notRun.add(formatted("backend '%s' cannot run here: %s", provider.name(), reason.get()));
      } else {
        backends.put(provider.name(), provider.backend());
      }
    }
    if (backends.isEmpty()) {
      throw new ComportaException(
          "no backend can run here; put comporta-tensor on the module path or class path");
    }
  }

  /**
   * {@return the result of each case of a folder}
   *
   * @param folder which
   * @throws ComportaException if there is no folder, no case in it, or a file is not a valid case
   */
  public ConformanceReport run(Path folder) {
    List<ReferenceCase> cases = files(folder).stream().map(ReferenceCase::open).toList();
    return new ConformanceReport(
        List.copyOf(backends.keySet()),
        executions.stream().map(Conformance::word).toList(),
        notRun,
        cases.stream().map(this::run).toList());
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ComportaException(
          formatted(
              "expected a folder of %s files but %s is %s",
              ReferenceCase.ENDING,
              folder,
              Files.exists(folder) ? "no folder" : "not there; check the name"));
    }
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> files =
          entries
              .filter(path -> path.getFileName().toString().endsWith(ReferenceCase.ENDING))
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw new ComportaException(
            formatted("expected %s files in %s but there are none", ReferenceCase.ENDING, folder));
      }
      return files;
    } catch (IOException e) {
      throw new ComportaException(formatted("cannot read %s: %s", folder, e.getMessage()), e);
    }
  }

  private CaseResult run(ReferenceCase file) {
    try {
      file.requireAnswersOfItsTensors();
      Plain.Outcome outcome = outcome(file);
      file.requireAllUsed();
      if (outcome.comparisons().isEmpty()) {
        throw new CaseException("it holds nothing to compare with");
      }
      return new CaseResult(
          file.name(),
          file.kind(),
          outcome.comparisons(),
          failure(outcome.comparisons()),
          outcome.remark());
    } catch (ComportaException e) {
      return new CaseResult(file.name(), file.kind(), List.of(), e.getMessage(), null);
    }
  }

  private Plain.Outcome outcome(ReferenceCase file) {
    Consumer<TapeCase> onTape = ON_TAPE.get(file.kind());
    if (onTape != null) {
      return new Plain.Outcome(everywhere(file, onTape), null);
    }
    Plain plain = PLAIN.get(file.kind());
    if (plain == null) {
      List<String> known = new ArrayList<>(ON_TAPE.keySet());
      known.addAll(PLAIN.keySet());
      throw new CaseException(
          formatted(
              "its kind '%s' is not known here; the known kinds are %s",
              file.kind(), known.stream().sorted().toList()));
    }
    return plain.run(file, catalog);
  }

  /** The largest error of each tensor over all backends and executions. */
  private List<Comparison> everywhere(ReferenceCase file, Consumer<TapeCase> kind) {
    Map<String, Comparison> worst = new LinkedHashMap<>();
    boolean cells = file.kind().equals(WITH_CELLS);
    backends.forEach((name, backend) -> {
      for (Execution execution : cells ? executions : List.of(Execution.DEFINITION)) {
        String where = cells ? name + " " + word(execution) : name;
        TapeCase run = new TapeCase(file, catalog, backend, execution, where);
        kind.accept(run);
        for (Comparison comparison : run.compare()) {
          worst.merge(
              comparison.role() + " " + comparison.tensor(), comparison, Comparison::orWorse);
        }
      }
    });
    return List.copyOf(worst.values());
  }

  private static String word(Execution execution) {
    return execution.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable String failure(List<Comparison> comparisons) {
    List<Comparison> failed = comparisons.stream().filter(c -> !c.passed()).toList();
    if (failed.isEmpty()) {
      return null;
    }
    Comparison worst = failed.stream().reduce(Comparison::orWorse).orElseThrow();
    return formatted(
        "%d of %d tensors are too far off, the worst %s%s with a relative error of %.2e (limit %.0e)%s",
        failed.size(),
        comparisons.size(),
        worst.role() == Role.GRADIENT ? "the gradient of " : "",
        worst.tensor(),
        worst.error(),
        worst.role().limit(),
        worst.where().isEmpty() ? "" : " by " + worst.where());
  }
}
