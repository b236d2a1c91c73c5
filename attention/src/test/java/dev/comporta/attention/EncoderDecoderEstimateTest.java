package dev.comporta.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.explain.LayerDescription;
import dev.comporta.cells.explain.MemoryPrediction;
import dev.comporta.cells.explain.TrainingDescription;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.EstimateSettings;
import dev.comporta.cells.model.EstimatedChunk;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelEstimate;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.WorkerPool;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the estimate of a training step of encoder-decoders with a runner's memory. */
class EncoderDecoderEstimateTest {
  /** What is said before anything is allocated is what a runner holds after a few steps. */
  @ParameterizedTest(name = "{0}: {1}, ragged {3}")
  @MethodSource("dev.comporta.attention.EncoderDecoderTest#models")
  void theEstimateMatchesTheRunner(String backend, String name, Spec decoder, boolean ragged) {
    int[] reach = ragged ? new int[] {7, 2, 0, 5, 1} : null;
    int[] lengths = ragged ? new int[] {3, 6, 1, 0, 5} : null;
    Batch batch = EncoderDecoderTest.batch(7, reach, 6, lengths, 5);
    for (Execution execution : Execution.values()) {
      SequenceModel model = EncoderDecoderTest.model(decoder, "bidirectional");
      try (WorkerPool workers = new WorkerPool(2)) {
        ModelRunner runner =
            new ModelRunner(model, EncoderDecoderTest.CATALOG.backend(backend), workers, execution);
        Carry carry = runner.newCarry(5);
        for (int step = 0; step < 3; step++) {
          carry.reset();
          runner.train(batch, EncoderDecoderTest.LOSS, carry, new CounterRandom(step));
        }
        EstimateSettings settings =
            new EstimateSettings(
                EstimatedChunk.of(batch, true),
                List.of(),
                0,
                2,
                execution,
                2,
                EncoderDecoderTest.CATALOG.backend(backend));
        TrainingDescription description =
            ModelEstimate.of(
                model.spec(), EncoderDecoderTest.CATALOG, EncoderDecoderTest.LOSS, settings);
        MemoryPrediction memory = description.memory();
        assertThat(memory.stepWorkspace()).isEqualTo(runner.tape().workspace().peak());
        long state = carry.parts().values().stream().mapToLong(part -> part.length).sum();
        assertThat(memory.parameters() + memory.activations() - memory.scratch())
            .isEqualTo(runner.heldFloats() + state);
        assertThat(description.layers().stream().map(LayerDescription::name))
            .containsExactly(
                "encoder.layers.0", "encoder.layers.1", "layers.0", "layers.1", "layers.2");
        assertThat(description.layers())
            .allSatisfy(layer -> assertThat(layer.workspace()).isPositive());
      }
    }
  }
}
