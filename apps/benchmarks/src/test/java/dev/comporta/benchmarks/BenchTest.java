package dev.comporta.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.benchmarks.ours.Comporta;
import dev.comporta.benchmarks.peers.Capabilities;
import dev.comporta.benchmarks.peers.Library;
import dev.comporta.benchmarks.peers.Measurement;
import dev.comporta.benchmarks.peers.PairLengths;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;
import dev.comporta.benchmarks.peers.Workloads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs the benchmark with minimal measuring times, in separate JVMs. */
class BenchTest {
  private static final double SHORT = 0.02;

  private static BenchSettings settings(String filter) {
    return new BenchSettings(Pattern.compile(filter), 2, List.of(), null, SHORT);
  }

  @Test
  void measuresRowsOfEveryKindAndSaysWhere() throws Exception {
    List<String> lines = new ArrayList<>();
    BenchReport report =
        Bench.run(
            settings("^(tiny|lstm-h32-t1-b1|packed-1x256x256|matmul-1x256x256)$"), lines::add);

    JsonNode json = new ObjectMapper().readTree(report.json());
    assertThat(json.get("failures")).isEmpty();
    assertThat(json.get("rows").findValuesAsText("workload"))
        .containsExactly("tiny", "lstm-h32-t1-b1", "packed-1x256x256", "matmul-1x256x256");
    assertThat(json.get("rows").findValuesAsText("kind"))
        .containsExactly("training", "inference", "kernel", "kernel");
    for (JsonNode row : json.get("rows")) {
      assertThat(row.get("ours_us").asDouble()).isPositive();
      assertThat(row.get("ours_min_us").asDouble())
          .isPositive()
          .isLessThanOrEqualTo(row.get("ours_us").asDouble());
      assertThat(row.get("ours_gflops").asDouble()).isPositive();
      assertThat(row.has("ratio")).isFalse();
      assertThat(row.get("bound").get("share").asDouble())
          .isCloseTo(
              row.get("bound").get("us").asDouble() / row.get("ours_us").asDouble(),
              withinPercentage(1e-6));
    }
    JsonNode bounds = json.get("bounds");
    assertThat(bounds.get("fma_gflops_one_thread").asDouble()).isPositive();
    assertThat(bounds.get("fma_gflops").asDouble())
        .isGreaterThanOrEqualTo(bounds.get("fma_gflops_one_thread").asDouble());
    assertThat(bounds.get("bandwidths")).hasSize(13);
    for (JsonNode bandwidth : bounds.get("bandwidths")) {
      assertThat(bandwidth.get("gb_s").asDouble()).isPositive();
    }
    assertThat(json.get("threads").asInt()).isEqualTo(2);
    assertThat(json.get("machine").get("processors").asInt()).isPositive();
    assertThat(json.get("machine").get("backend").asText()).isNotBlank();
    assertThat(json.get("flags").get("comporta").isArray()).isTrue();
    assertThat(lines).filteredOn(line -> line.startsWith("|")).hasSize(4);
    assertThat(report.table()).contains(lines.stream().filter(l -> l.startsWith("|")).toList());
  }

  @Tag("full")
  @Test
  void equationsWrittenOutAreComparedWithTheBuiltInLayer() throws Exception {
    BenchReport report = Bench.run(settings("^custom-lstm-h64-t1-b1$"), _ -> {});

    JsonNode rows = new ObjectMapper().readTree(report.json()).get("rows");
    assertThat(report.failures()).isEmpty();
    assertThat(rows).hasSize(2);
    JsonNode row = rows.get(1);
    assertThat(row.get("workload").asText()).isEqualTo("custom-lstm-h64-t1-b1");
    assertThat(row.get("peer").asText()).isEqualTo("built-in");
    assertThat(row.get("ratio").asDouble())
        .isEqualTo(row.get("peer_us").asDouble() / row.get("ours_us").asDouble());
    assertThat(row.get("spread").asDouble()).isNotNegative();
  }

  @Tag("full")
  @Test
  void linearCellsAnswerForAllTimesteps() {
    Workload.LinearCell w = (Workload.LinearCell) Workloads.named("sru-h128-t1000-b1");
    Problem problem = Problem.of(w, 1);

    try (Run run = new Comporta(1).start(problem)) {
      run.execute();
      float[] answer = run.result();
      assertThat(answer).hasSize(1000 * 128);
      run.execute();
      assertThat(run.result()).containsExactly(answer);
    }

    assertThat(w.gru().flops()).isEqualTo(2 * w.flops()); // r z n of x and of h, against f r n
    assertThat(Capabilities.runs(Library.ONNXRUNTIME, w.gru())).isTrue();
    assertThat(Capabilities.runs(Library.ONNXRUNTIME, w)).isFalse();
    BenchReport report = Bench.run(settings("^min-gru-h128-t1-b1$"), _ -> {});
    assertThat(report.failures()).isEmpty();
    assertThat(report.rows()).extracting(Row::workload).containsExactly("min-gru-h128-t1-b1");
  }

  @Tag("full")
  @Test
  void severalThreadsAreComparedWithOne() {
    int processors = Runtime.getRuntime().availableProcessors();
    assertThat(Scaling.threads(1)).containsExactly(1);
    assertThat(Scaling.threads(2)).containsExactly(1, 2);
    assertThat(Scaling.threads(6)).containsExactly(1, 2, 4, 6);
    assertThat(Scaling.threads(8)).containsExactly(1, 2, 4, 8);

    BenchReport report = Bench.run(settings("^scaling-small-threads-" + processors + "$"), _ -> {});

    assertThat(report.failures()).isEmpty();
    assertThat(report.rows()).hasSize(1);
    Row row = report.rows().getFirst();
    assertThat(row.kind()).isEqualTo("scaling");
    assertThat(row.peer()).isEqualTo("one-thread");
    assertThat(row.ratio()).isPositive();
  }

  @Tag("full")
  @Test
  void parametersInFewerBitsAreComparedWithFloat32() {
    BenchReport report = Bench.run(settings("^lstm-h512-t1-b1-(bf16|int8)$"), _ -> {});

    assertThat(report.failures()).isEmpty();
    assertThat(report.rows()).hasSize(2);
    for (Row row : report.rows()) {
      assertThat(row.peer()).isEqualTo("float32");
      assertThat(row.outputChange()).isBetween(1e-5, 1e-1);
      assertThat(report.table()).contains(row.workload() + ": the rounded parameters change");
    }
  }

  @Tag("full")
  @Test
  void translationIsCountedInSentences() throws Exception {
    BenchReport report = Bench.run(settings("^translate-h128-b1$"), _ -> {});

    JsonNode rows = new ObjectMapper().readTree(report.json()).get("rows");
    assertThat(report.failures()).isEmpty();
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).get("unit").asText()).isEqualTo("sentences");
    assertThat(rows.get(0).get("ours_per_second").asDouble())
        .isCloseTo(1e6 / rows.get(0).get("ours_us").asDouble(), withinPercentage(1e-6));
    assertThat(rows.get(0).has("peer_per_second")).isFalse();
    assertThat(report.table()).contains(" sentences/s)");
  }

  @Test
  void trainingOfTranslationIsCountedInTokensOfTheTarget() {
    int tokens = PairLengths.of(64, 4, false).targets().stream().flatMapToInt(Arrays::stream).sum();
    Measurement second = new Measurement(new double[] {1e9});
    Measurement two = new Measurement(new double[] {2e9});

    Row row =
        Row.of(Workloads.named("translation-h512"), "libtorch", new Comparison(second, two, 0));

    assertThat(row.unit()).isEqualTo("target tokens");
    assertThat(row.oursPerSecond()).isEqualTo(tokens);
    assertThat(row.peerPerSecond()).isEqualTo(tokens / 2.0);
    assertThat(row.ratio()).isEqualTo(2);
  }

  @Tag("full")
  @Test
  void theFirstAnswerOfASavedModel() {
    BenchReport report = Bench.run(settings("^first-answer-"), _ -> {});

    assertThat(report.failures()).isEmpty();
    assertThat(report.rows()).hasSize(1);
    Row row = report.rows().getFirst();
    assertThat(row.workload()).isEqualTo("first-answer-lstm-h128-t1-b1");
    assertThat(row.ours()).isBetween(1e3, 60e6);
    assertThat(row.oursMegabytes()).isNotNull().isNotNegative();
  }

  @Test
  void inputThatCannotBeUsed() {
    assertThatThrownBy(() -> Bench.run(settings("^no-such-row$"), _ -> {}))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(
            "[bench] expected a filter that matches a row name, such as char-lstm or lstm-h128-t1-b1, but got '^no-such-row$'");
    Pattern all = Pattern.compile("");
    assertThatThrownBy(() -> new BenchSettings(all, 0, List.of(), null, 1))
        .hasMessage("[bench] expected 1 or more threads but got 0");
    assertThatThrownBy(() -> new BenchSettings(all, 1, List.of(), null, 0))
        .hasMessage("[bench] expected a number of seconds above 0 and at most 3600 but got 0.0");
    assertThatThrownBy(() -> new BenchSettings(all, 1, List.of(Library.DL4J), null, 1))
        .hasMessage(
            "[bench] expected a folder with the peers but got none; run ./comporta bench --peers, which builds them");
    BenchSettings nowhere =
        new BenchSettings(all, 1, List.of(Library.DL4J), Path.of("no-such-folder"), 1);
    assertThatThrownBy(() -> Bench.run(nowhere, _ -> {}))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("no-such-folder");
  }
}
