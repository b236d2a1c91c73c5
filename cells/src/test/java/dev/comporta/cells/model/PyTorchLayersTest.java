package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.testkit.Problem;
import dev.comporta.testkit.RelativeError;
import dev.comporta.testkit.Safetensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares recurrent layers with PyTorch in float64: outputs, final states and all gradients. */
class PyTorchLayersTest {
  static Stream<String> cases() {
    List<String> names = new ArrayList<>();
    for (String cell : List.of("rnn_tanh", "rnn_relu", "lstm", "gru")) {
      for (String form :
          List.of(
              "small",
              "tails",
              "2layer_bidirectional",
              "lengths",
              "lengths_bidirectional",
              "one_step")) {
        names.add(cell + "_" + form);
      }
    }
    names.addAll(List.of("lstm_projection", "gru_wide", "lstm_wide"));
    return names.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void recurrentLayersAgree(String name) {
    Safetensors file = Safetensors.pytorch(name);
    PyTorchCase reference = PyTorchCase.of(file);
    for (String backend : Catalog.load().names(Kind.BACKEND)) {
      for (Execution execution : Execution.values()) {
        LayerRunner.Products run =
            TapeRun.of(reference.problem(), backend, execution, reference.values("cot."));
        String where = "%s, %s on %s: ".formatted(name, execution, backend);
        reference
            .exact("")
            .forEach((key, values) ->
                RelativeError.require(
                    where + key, run.outputs().get(key), values, RelativeError.OUTPUT));
        reference
            .gradients()
            .forEach((key, values) ->
                RelativeError.require(
                    where + "gradient of " + key,
                    run.gradients().get(key),
                    values,
                    RelativeError.GRADIENT));
        assertThat(reference.gradients().keySet())
            .as("every input has a reference gradient")
            .isEqualTo(reference.problem().values().keySet());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("otherLayers")
  void otherLayersAgree(String name) {
    Safetensors file = Safetensors.pytorch(name);
    Layer layer;
    Map<String, String> names = new LinkedHashMap<>();
    if (name.equals("linear")) {
      layer = Cells.layer(Spec.of("dense").with("units", 37), 13);
      names.put("b", "b");
    } else {
      layer = Cells.layer(Spec.of("layer-norm"), 11);
      names.put("gamma", "gamma");
      names.put("beta", "beta");
    }
    Shape x = file.tensor("x").shape();
    Problem problem = Problems.random(layer, Shape.of(1, x.size(0), x.size(1)), null, false, 1);
    Map<String, float[]> values = new LinkedHashMap<>();
    values.put("x", file.tensor("x").floats());
    names.forEach((ours, theirs) -> values.put(ours, file.tensor(theirs).floats()));
    if (name.equals("linear")) {
      values.put("W", PyTorchCase.floats(PyTorchCase.transposed(file.tensor("w"))));
    }
    LayerRunner.Products run =
        TapeRun.of(
            problem.with(values),
            "reference",
            Execution.DEFINITION,
            Map.of("y", file.tensor("cot.y").floats()));
    RelativeError.require(
        "y", run.outputs().get("y"), file.tensor("y").values(), RelativeError.OUTPUT);
    names.put("x", "x");
    names.forEach((ours, theirs) ->
        RelativeError.require(
            "gradient of " + ours,
            run.gradients().get(ours),
            file.tensor("grad." + theirs).values(),
            RelativeError.GRADIENT));
    if (name.equals("linear")) {
      RelativeError.require(
          "gradient of W",
          run.gradients().get("W"),
          PyTorchCase.transposed(file.tensor("grad.w")),
          RelativeError.GRADIENT);
    }
  }

  static Stream<String> otherLayers() {
    return Stream.of("linear", "layer_norm");
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakesAreDetected(String mistake) {
    PyTorchCase reference = PyTorchCase.of(Safetensors.pytorch(mistake.split(" ")[0]));
    Map<String, float[]> values = reference.problem().values();
    String parameter = mistake.split(" ")[1];
    float[] wrong = values.get(parameter).clone();
    if (mistake.endsWith("dropped")) {
      Arrays.fill(wrong, 0);
    } else if (mistake.endsWith("transposed")) {
      Shape shape = reference.problem().shape(parameter);
      IntStream.range(0, wrong.length)
          .forEach(i ->
              wrong[i] =
                  values.get(parameter)[i % shape.size(0) * shape.size(1) + i / shape.size(0)]);
    } else {
      int h = wrong.length / 4;
      System.arraycopy(values.get(parameter), 0, wrong, h, h);
      System.arraycopy(values.get(parameter), h, wrong, 0, h);
    }
    LayerRunner.Products run =
        TapeRun.of(
            reference.problem().with(Map.of(parameter, wrong)),
            "reference",
            Execution.DEFINITION,
            Map.of());
    assertThat(RelativeError.of(run.outputs().get("y"), reference.exact("").get("y")))
        .isGreaterThan(1000 * RelativeError.OUTPUT);
  }

  static Stream<String> mistakes() {
    return Stream.of(
        "lstm_small layers.0.cell.b dropped",
        "lstm_small layers.0.cell.b swapped",
        "gru_small layers.0.cell.bU dropped",
        "gru_small layers.0.cell.b dropped",
        "rnn_tanh_small layers.0.cell.U transposed");
  }
}
