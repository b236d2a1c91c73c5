package dev.comporta.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.cells.model.Session;
import dev.comporta.cells.model.StreamingModel;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cells and layers of imported models: plans, gradients and streams agree with definitions. */
class CustomLayersTest {
  private static final int T = 5;
  private static final int B = 3;
  private static final int I = 3;
  private static final int H = 5;
  private static final List<String> FUNCTIONS =
      List.of(
          "identity",
          "tanh",
          "relu",
          "sigmoid",
          "hard-sigmoid-fifth",
          "hard-sigmoid-sixth",
          "hard-tanh",
          "softplus",
          "softsign",
          "elu",
          "selu",
          "swish",
          "relu6");

  static Stream<Spec> cells() {
    List<Spec> cells = new ArrayList<>();
    for (String function : FUNCTIONS) {
      cells.add(Spec.of("custom-rnn").with("activation", function));
      cells.add(
          Spec.of("custom-gru")
              .with("gate-activation", "hard-sigmoid-fifth")
              .with("activation", function)
              .with("reset", function.length() % 2 == 0 ? "before" : "after"));
      cells.add(
          Spec.of("custom-lstm")
              .with("gate-activation", "hard-sigmoid-sixth")
              .with("activation", function)
              .with("output-activation", "tanh")
              .with("peepholes", function.length() % 2 == 0));
      cells.add(
          Spec.of("custom-conv-lstm")
              .with("width", I)
              .with("stride-width", 3)
              .with("kernel-height", 1)
              .with("gate-activation", "hard-sigmoid-fifth")
              .with("activation", function)
              .with("padding", function.length() % 2 == 0 ? "valid" : "same"));
    }
    return cells.stream();
  }

  private static SequenceModel model(Spec... layers) {
    Spec spec = Spec.of("sequential").with("input-size", I).with("layers", List.of(layers));
    SequenceModel model = SequenceModel.build(spec, Foreign.CATALOG);
    Random random = new Random(4);
    float[] values = model.parameters().values();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    model.parameters().changed();
    return model;
  }

  private static float[] input() {
    Random random = new Random(5);
    float[] x = new float[T * B * I];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (random.nextDouble() * 4 - 2);
    }
    return x;
  }

  private static void requireClose(String what, float[] got, float[] expected) {
    assertThat(got).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < got.length; i++) {
      assertThat(got[i])
          .as("%s, element %d", what, i)
          .isCloseTo(expected[i], within(1e-5f * Math.max(1, Math.abs(expected[i]))));
    }
  }

  @ParameterizedTest
  @MethodSource("cells")
  void plansComputeWhatTheDefinitionsSay(Spec cell) {
    SequenceModel model = model(Spec.of("recurrent").with("cell", cell).with("hidden", H));
    float[] x = input();
    Batch batch = Batch.ofValues(T, B, I, x, new int[] {T, 2, 4}).targets(H, new float[T * B * H]);
    Loss loss = (prediction, target) -> new Loss.Value(prediction.square().sum(), 1);
    float[] outputs = null;
    float[] gradients = null;
    for (String backend : Foreign.CATALOG.names(Kind.BACKEND)) {
      for (Execution execution : Execution.values()) {
        ModelRunner runner =
            new ModelRunner(model, Foreign.CATALOG.backend(backend), Workers.ALONE, execution);
        float[] y = runner.predict(batch, runner.newCarry(B));
        runner.train(batch, loss, runner.newCarry(B), new CounterRandom(1));
        float[] g = runner.gradients().clone();
        if (outputs == null || gradients == null) {
          outputs = y;
          gradients = g;
          assertThat(g).isNotEqualTo(new float[g.length]);
        }
        requireClose(backend + " " + execution, y, outputs);
        requireClose("gradients of " + backend + " " + execution, g, gradients);
      }
    }
  }

  @Test
  void streamsContinueTheState() {
    SequenceModel model =
        model(
            Spec.of("recurrent")
                .with("cell", Spec.of("custom-lstm").with("gate-activation", "hard-sigmoid-fifth"))
                .with("hidden", H),
            Spec.of("affine"),
            Spec.of("function").with("function", "elu"));
    float[] x = Arrays.copyOf(input(), T * I);
    float[] whole = Foreign.run(model, Batch.ofValues(T, 1, I, x, null));
    float[] y = new float[T * H];
    try (Session session =
        new StreamingModel(model, Foreign.CATALOG.backend("reference")).newSession()) {
      session.run(x, T, y);
    }
    requireClose("stream", y, whole);
  }

  @Test
  void graphsMergeTheirBranches() {
    Spec recurrent = Spec.of("recurrent").with("cell", "gru").with("hidden", 2);
    Spec graph =
        Spec.of("graph")
            .with(
                "nodes",
                List.of(
                    Spec.of("node").with("inputs", List.of(0)).with("layer", recurrent),
                    Spec.of("node")
                        .with("inputs", List.of(0))
                        .with("layer", recurrent.with("reverse", true)),
                    Spec.of("node").with("inputs", List.of(1, 2)).with("merge", "difference"),
                    Spec.of("node").with("inputs", List.of(3, 1)).with("merge", "concatenate")));
    SequenceModel whole = model(graph);
    float[] x = input();
    float[] y = Foreign.run(whole, Batch.ofValues(T, B, I, x, null));
    float[][] branches = new float[2][];
    for (int n = 0; n < 2; n++) {
      SequenceModel branch = model(n == 0 ? recurrent : recurrent.with("reverse", true));
      for (String name : List.of("W", "U", "b", "bU")) {
        branch
            .parameters()
            .set(
                "layers.0.cell." + name,
                branch.parameters().get("layers.0.cell." + name).shape(),
                whole.parameters().copy("layers.0.nodes." + (n + 1) + ".cell." + name));
      }
      branches[n] = Foreign.run(branch, Batch.ofValues(T, B, I, x, null));
    }
    float[] expected = new float[T * B * 4];
    for (int i = 0; i < T * B; i++) {
      for (int f = 0; f < 2; f++) {
        expected[i * 4 + f] = branches[0][i * 2 + f] - branches[1][i * 2 + f];
        expected[i * 4 + 2 + f] = branches[0][i * 2 + f];
      }
    }
    requireClose("graph", y, expected);
  }
}
