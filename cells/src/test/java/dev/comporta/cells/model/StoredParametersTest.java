package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.tensor.WorkerPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A stream may keep parameters that were stored in fewer bits in less memory, a group of streams
 * does not: both have the same bits.
 */
class StoredParametersTest {
  private static final int T = 5;

  /** Large enough for shares, and for matrices in less memory. */
  private static final int H = 368;

  @ParameterizedTest
  @ValueSource(ints = {16, 8})
  void aStreamHasTheSameBitsAsInAGroup(int bits) {
    SequenceModel model =
        Models.onFeatures(
            H,
            Models.recurrent(Spec.of("lstm"), H),
            Models.recurrent(Spec.of("gru"), H),
            Models.dense(3));
    for (Parameter parameter : model.parameters().all()) {
      float[] values = model.parameters().copy(parameter.name());
      round(values, parameter.shape().columns(), bits);
      model.parameters().set(parameter.name(), parameter.shape(), values);
    }
    try (WorkerPool pool = new WorkerPool(2)) {
      for (Workers workers : new Workers[] {Workers.ALONE, pool}) {
        StreamingModel streaming =
            new StreamingModel(model, Models.CATALOG.backend("simd"), workers);
        assertThat(alone(streaming)).as("%d bits", bits).isEqualTo(inAGroup(streaming));
      }
    }
  }

  private static float[] alone(StreamingModel streaming) {
    float[] whole = new float[3 * T];
    float[] sequence = new float[3 * T];
    float[] output = new float[3];
    try (Session session = streaming.newSession()) {
      for (int t = 0; t < T; t++) {
        session.step(input(), t * H, output, 0);
        System.arraycopy(output, 0, whole, 3 * t, 3);
      }
      session.reset();
      session.run(input(), T, sequence);
    }
    assertThat(sequence).isEqualTo(whole);
    return whole;
  }

  private static float[] inAGroup(StreamingModel streaming) {
    float[] whole = new float[3 * T];
    SessionGroup group = streaming.newGroup(4);
    float[] outputs = new float[4 * 3];
    for (int t = 0; t < T; t++) {
      float[] inputs = new float[4 * H];
      for (int row = 0; row < 4; row++) {
        System.arraycopy(input(), t * H, inputs, row * H, H);
      }
      group.step(inputs, outputs);
      System.arraycopy(outputs, 3 * 3, whole, 3 * t, 3);
    }
    return whole;
  }

  private static float[] input() {
    return Problems.normal(T * H, 1, 3, "input");
  }

  private static void round(float[] values, int columns, int bits) {
    float[] scales = new float[columns];
    for (int i = 0; i < values.length; i++) {
      scales[i % columns] = Math.max(scales[i % columns], Math.abs(values[i]) / 127);
    }
    for (int i = 0; i < values.length; i++) {
      float scale = scales[i % columns];
      values[i] =
          bits == 16
              ? Float.intBitsToFloat(Float.floatToRawIntBits(values[i]) & 0xffff_0000)
              : scale == 0 ? 0 : Math.round(values[i] / scale) * scale;
    }
  }
}
