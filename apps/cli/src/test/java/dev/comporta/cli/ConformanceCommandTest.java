package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.comporta.api.tensor.Shape;
import dev.comporta.cli.Cli.Result;
import dev.comporta.testkit.Safetensors;
import dev.comporta.testkit.Safetensors.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformanceCommandTest {
  @TempDir Path folder;

  private Result run(String... more) {
    String[] arguments =
        Arrays.copyOf(new String[] {"conformance", folder.toString()}, 2 + more.length);
    System.arraycopy(more, 0, arguments, 2, more.length);
    return Cli.run(arguments);
  }

  /** The one case of the folder, which must have failed with exit code 3. */
  private String failure() throws IOException {
    Result result = run("--json");
    assertThat(result.code()).as(result.err()).isEqualTo(3);
    JsonNode cases = new JsonMapper().readTree(result.out()).get("cases");
    assertThat(cases).hasSize(1);
    assertThat(cases.get(0).get("passed").booleanValue()).isFalse();
    return cases.get(0).get("failure").textValue();
  }

  // ---- The project's own cases

  @Test
  void theCasesOfPyTorchPass() throws Exception {
    ReferenceCases.copyAll(folder);
    Result result = run("--json");
    JsonNode report = new JsonMapper().readTree(result.out());
    assertThat(report.get("backends").toString()).isEqualTo("[\"reference\",\"simd\"]");
    assertThat(report.get("executions").toString()).isEqualTo("[\"plan\",\"definition\"]");
    assertThat(report.get("cases")).hasSize(70);
    Set<String> failed = new TreeSet<>();
    Set<String> gradients = new TreeSet<>();
    for (JsonNode one : report.get("cases")) {
      if (!one.get("passed").booleanValue()) {
        failed.add(one.get("case").textValue());
        continue;
      }
      Safetensors file = Safetensors.pytorch(one.get("case").textValue());
      Set<String> compared = new TreeSet<>();
      for (JsonNode tensor : one.get("tensors")) {
        double limit = tensor.get("role").textValue().equals("output") ? 2e-6 : 2e-5;
        assertThat(tensor.get("error").doubleValue()).isLessThanOrEqualTo(limit);
        if (tensor.get("role").textValue().equals("gradient")) {
          compared.add("grad." + tensor.get("tensor").textValue());
        }
      }
      gradients.addAll(compared);
      assertThat(file.tensors().keySet().stream().filter(name -> name.startsWith("grad.")).toList())
          .as("every gradient of %s is compared", one.get("case"))
          .containsExactlyInAnyOrderElementsOf(compared);
    }
    assertThat(failed).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(gradients)
        .contains("grad.weight_hh_l1_reverse", "grad.c0", "grad.logits", "grad.keys");
  }

  @Test
  void theTableSaysWhatWasReachedAndWhichFormulaOfNadamIsMeant() throws Exception {
    ReferenceCases.write(folder, "optimizer_nadam", Map.of(), Map.of());
    ReferenceCases.write(folder, "lstm_small", Map.of(), Map.of());
    Result result = run("--backend", "reference", "--execution", "plan");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("backends: reference; cells by plan")
        .containsPattern("weight_hh_l0 +gradient +\\d\\.\\d\\de-0[678] +2e-05 .* reference plan")
        .contains("remark: compared with the option form: pytorch-1")
        .contains("2 cases: 2 passed, 0 failed")
        .doesNotContain("FAILED");
  }

  // ---- What must fail

  @Test
  void answersOfOtherWeightsFail() throws Exception {
    Safetensors file = Safetensors.pytorch("lstm_small");
    double[] swapped = file.tensor("bias_ih_l0").values().clone();
    System.arraycopy(file.tensor("bias_ih_l0").values(), 0, swapped, 4, 4);
    System.arraycopy(file.tensor("bias_ih_l0").values(), 4, swapped, 0, 4);
    ReferenceCases.write(
        folder,
        "lstm_small",
        Map.of(),
        Map.of("bias_ih_l0", new Entry("F32", Shape.of(16), swapped)));
    assertThat(failure())
        .containsPattern("^\\d+ of 10 tensors are too far off, the worst .* relative error of");
  }

  @Test
  void oneWrongElementOfOneGradientFails() throws Exception {
    Safetensors file = Safetensors.pytorch("gru_tails");
    double[] off = file.tensor("grad.weight_hh_l0").values().clone();
    off[77] += 1e-2;
    ReferenceCases.write(
        folder,
        "gru_tails",
        Map.of(),
        Map.of("grad.weight_hh_l0", new Entry("F64", Shape.of(111, 37), off)));
    assertThat(failure())
        .startsWith("1 of 8 tensors are too far off, the worst the gradient of weight_hh_l0 with");
  }

  /** The layer norm of one feature is its beta, whatever the feature is. */
  private void layerNormOfOneFeature(double gradient) throws IOException {
    Shape rows = Shape.of(3, 1);
    Shape one = Shape.of(1);
    ReferenceCases.write(
        folder,
        "layer_norm",
        Map.of(),
        Map.of(
            "x", new Entry("F32", rows, new double[] {0.5, -2, 3}),
            "gamma", new Entry("F32", one, new double[] {1.5}),
            "beta", new Entry("F32", one, new double[] {-0.25}),
            "y", new Entry("F64", rows, new double[] {-0.25, -0.25, -0.25}),
            "cot.y", new Entry("F32", rows, new double[] {1, 0.5, -4}),
            "grad.x", new Entry("F64", rows, new double[] {gradient, 0, -gradient}),
            "grad.gamma", new Entry("F64", one, new double[] {0}),
            "grad.beta", new Entry("F64", one, new double[] {-2.5})));
  }

  @Test
  void whatRoundingInFloat64LeavesOfZeroIsZero() throws Exception {
    layerNormOfOneFeature(3e-14);
    assertThat(run().code()).isZero();
    layerNormOfOneFeature(1e-11);
    assertThat(failure()).contains("1 of 4 tensors are too far off, the worst the gradient of x");
  }

  @Test
  void nanFails() throws Exception {
    ReferenceCases.write(
        folder,
        "loss_mse",
        Map.of(),
        Map.of("loss", new Entry("F64", Shape.of(), new double[] {Double.NaN})));
    assertThat(failure()).startsWith("1 of 2 tensors are too far off, the worst loss with");
  }

  @Test
  void aGradientThatIsNoneOfItsTensorIsNamed() throws Exception {
    ReferenceCases.write(
        folder,
        "lstm_2layer_bidirectional",
        Map.of(),
        Map.of("grad.weight_ih_l0", new Entry("F64", Shape.of(), new double[] {Double.NaN})));
    assertThat(failure())
        .isEqualTo(
            "1 of its 19 gradients are a single NaN, that of weight_ih_l0 first: its answers were computed from other values than those in the file, so none of them can be compared; write the case again");
    ReferenceCases.write(
        folder,
        "lstm_2layer_bidirectional",
        Map.of(),
        Map.of("grad.h0", new Entry("F64", Shape.of(2), new double[] {1, 2})));
    assertThat(failure()).isEqualTo("its gradient of h0 has shape [2] instead of [4, 3, 4]");
  }

  @Test
  void unknownKindsSettingsAndTensorsAreNamed() throws Exception {
    ReferenceCases.write(folder, "linear", Map.of("kind", "bilinear"), Map.of());
    assertThat(failure())
        .startsWith("its kind 'bilinear' is not known here; the known kinds are [");
    ReferenceCases.write(folder, "linear", Map.of("transposed", true), Map.of());
    assertThat(failure()).isEqualTo("its setting transposed = true is not known here");
    ReferenceCases.write(
        folder, "linear", Map.of(), Map.of("z", new Entry("F32", Shape.of(), new double[] {1})));
    assertThat(failure()).isEqualTo("its tensor z is not known to cases of kind linear");
    Map<String, Entry> without = new HashMap<>();
    without.put("x", null);
    ReferenceCases.write(folder, "linear", Map.of(), without);
    assertThat(failure()).isEqualTo("it has no tensor x");
  }

  @Test
  void unknownSettingsWithinSettingsAreNamed() throws Exception {
    ReferenceCases.write(
        folder, "optimizer_adam", Map.of("settings", Map.of("lr", 0.01, "lookahead", 5)), Map.of());
    assertThat(failure()).isEqualTo("its setting lookahead = 5 is not known here");
    Files.delete(folder.resolve("optimizer_adam.safetensors"));
    ReferenceCases.write(folder, "optimizer_sgd", Map.of("optimizer", "lion"), Map.of());
    assertThat(failure()).isEqualTo("its setting optimizer = \"lion\" is not known here");
    Files.delete(folder.resolve("optimizer_sgd.safetensors"));
    ReferenceCases.write(folder, "gru_small", Map.of("cell", "gru_minimal"), Map.of());
    assertThat(failure()).isEqualTo("its cell 'gru_minimal' is not known here");
  }

  @Test
  void aSettingThatContradictsTheTensorsIsNamed() throws Exception {
    ReferenceCases.write(folder, "lstm_small", Map.of("hidden", 5), Map.of());
    assertThat(failure()).isEqualTo("its tensor h0 has shape [1, 3, 4] instead of [1, 3, 5]");
    Files.delete(folder.resolve("lstm_small.safetensors"));
    ReferenceCases.write(folder, "gru_lengths", Map.of("lengths", List.of(9, 7, 4, 2)), Map.of());
    assertThat(failure())
        .isEqualTo("its setting lengths [9, 7, 4, 2] differs from its tensor lengths [9, 7, 4, 1]");
  }

  @Test
  void convolutionsThatNoLayerComputesAreNamed() throws Exception {
    ReferenceCases.write(folder, "conv1d", Map.of("groups", 3), Map.of());
    assertThat(failure()).isEqualTo("its setting groups = 3 is not known here");
    Files.delete(folder.resolve("conv1d.safetensors"));
    ReferenceCases.write(folder, "conv2d", Map.of("stride", List.of(2, 1, 1)), Map.of());
    assertThat(failure()).isEqualTo("its setting stride = [2,1,1] is not known here");
  }

  @Test
  void stridesAndDilationsOfEachAxisAreMeant() throws Exception {
    Map<Map<String, Object>, String> shapes =
        Map.of(
            Map.of("stride", List.of(2, 1)), "[2, 4, 4, 8]",
            Map.of("padding", List.of(0, 1)), "[2, 4, 3, 4]",
            Map.of("dilation", List.of(1, 3)), "[2, 4, 4, 2]");
    for (Map.Entry<Map<String, Object>, String> shape : shapes.entrySet()) {
      ReferenceCases.write(folder, "conv2d", shape.getKey(), Map.of());
      assertThat(failure())
          .isEqualTo("its tensor y has shape [2, 4, 4, 4] instead of " + shape.getValue());
    }
    ReferenceCases.write(
        folder, "conv2d", Map.of("stride", List.of(2, 2), "dilation", List.of(1)), Map.of());
    assertThat(run().code()).isZero();
  }

  // ---- What cannot be used

  @Test
  void whatIsNoFolderOfCasesIsRefused() throws IOException {
    assertThat(Cli.run("conformance", folder.resolve("absent").toString()).refusal())
        .endsWith("absent is not there; check the name");
    assertThat(run().refusal()).endsWith("but there are none");
    Files.write(folder.resolve("a.safetensors"), new byte[] {1, 2, 3});
    assertThat(run().refusal()).contains("a.safetensors is truncated: it has 3 bytes");
    assertThat(Cli.run("conformance", folder.resolve("a.safetensors").toString()).refusal())
        .endsWith("a.safetensors is no folder");
    Files.write(folder.resolve("a.safetensors"), new byte[] {2, 0, 0, 0, 0, 0, 0, 0, '{', '}'});
    assertThat(run().refusal()).contains("is no reference case: its metadata has no entry 'case'");
  }

  @Test
  void unknownBackendsAndExecutionsAreRefused() throws IOException {
    ReferenceCases.write(folder, "linear", Map.of(), Map.of());
    assertThat(run("--backend", "cuda").refusal()).contains("'cuda'").contains("simd");
    assertThat(run("--execution", "eager").refusal()).contains("'eager'").contains("definition");
    assertThat(Cli.run("conformance").refusal()).contains("DIR");
  }
}
