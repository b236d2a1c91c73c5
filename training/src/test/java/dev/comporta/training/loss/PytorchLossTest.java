package dev.comporta.training.loss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.testkit.RelativeError;
import dev.comporta.testkit.Safetensors;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PytorchLossTest {
  static Stream<Arguments> crossEntropies() {
    Safetensors weighted = Safetensors.pytorch("loss_cross_entropy_class_weights");
    return Stream.of(
        Arguments.of("mean", Spec.of("cross-entropy")),
        Arguments.of("sum", Spec.of("cross-entropy")),
        Arguments.of("ignore", Spec.of("cross-entropy").with("ignore-index", -1)),
        Arguments.of("smoothing", Spec.of("cross-entropy").with("label-smoothing", 0.1)),
        Arguments.of(
            "class_weights",
            Spec.of("cross-entropy")
                .with(
                    "class-weights",
                    Arrays.stream(weighted.tensor("class_weights").values()).boxed().toList())));
  }

  @ParameterizedTest
  @MethodSource("crossEntropies")
  void crossEntropy(String name, Spec spec) {
    Safetensors reference = Safetensors.pytorch("loss_cross_entropy_" + name);
    Safetensors.Entry logits = reference.tensor("logits");
    int rows = logits.shape().size(0);
    // One row of nine timesteps, then nine rows of one timestep: the loss must be the same.
    for (int batch : new int[] {1, rows}) {
      int timesteps = rows / batch;
      Ids labels = new Ids(timesteps, batch, reference.tensor("labels").ints());
      Shape shape = Shape.of(timesteps, batch, logits.shape().size(1));
      for (String backend : LossRun.BACKENDS) {
        LossRun run = LossRun.labels(backend, spec, shape, logits.floats(), labels, null);
        require(name, reference, "grad.logits", run, name.equals("sum"));
      }
    }
  }

  static Stream<Arguments> vectors() {
    return Stream.of(
        Arguments.of("mse", "mse", "prediction"),
        Arguments.of("l1", "mae", "prediction"),
        Arguments.of("huber", "huber", "prediction"),
        Arguments.of("smooth_l1", "smooth-l1", "prediction"),
        Arguments.of("binary_cross_entropy_logits", "binary-cross-entropy", "logits"));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void vectors(String name, String loss, String input) {
    Safetensors reference = Safetensors.pytorch("loss_" + name);
    Safetensors.Entry x = reference.tensor(input);
    Shape shape = Shape.of(3, 3, x.shape().size(1));
    float[] target = reference.tensor("target").floats();
    for (String backend : LossRun.BACKENDS) {
      LossRun run = LossRun.values(backend, Spec.of(loss), shape, x.floats(), target, null);
      require(name, reference, "grad." + input, run, false);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mean", "sum"})
  void ctc(String reduction) {
    Safetensors reference = Safetensors.pytorch("loss_ctc_" + reduction);
    Safetensors.Entry logits = reference.tensor("logits");
    int[] counts = reference.tensor("label_lengths").ints();
    int[] padded = reference.tensor("labels").ints(); // [B, L]
    int batch = counts.length;
    int most = padded.length / batch;
    int[] labels = new int[padded.length]; // [L, B]
    for (int row = 0; row < batch; row++) {
      for (int i = 0; i < most; i++) {
        labels[i * batch + row] = i < counts[row] ? padded[row * most + i] : -1;
      }
    }
    Spec spec = Spec.of("ctc").with("per-label", reduction.equals("mean"));
    for (String backend : LossRun.BACKENDS) {
      LossRun run =
          LossRun.labels(
              backend,
              spec,
              logits.shape(),
              logits.floats(),
              new Ids(most, batch, labels),
              reference.tensor("input_lengths").ints());
      assertThat(run.weight()).isEqualTo(3);
      require("ctc", reference, "grad.logits", run, reduction.equals("sum"));
    }
  }

  private static void require(
      String name, Safetensors reference, String gradient, LossRun run, boolean sum) {
    float loss = sum ? run.sum() : run.mean();
    float[] got = sum ? run.gradient() : run.meanGradient();
    RelativeError.require(
        name, new float[] {loss}, reference.tensor("loss").values(), RelativeError.OUTPUT);
    RelativeError.require(
        "gradient of " + name, got, reference.tensor(gradient).values(), RelativeError.GRADIENT);
  }
}
