package dev.comporta.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** States between calls: which they are, and that steps are the sequence. */
class OnnxStreamTest {
  private static OnnxModel twoInputs(
      String in, String out, Object[] inShape, Object[] outShape, boolean depends) {
    TestGraph test = new TestGraph(14);
    test.input("frame", ElementType.FLOAT32, 1, 4).input(in, ElementType.FLOAT32, inShape);
    test.node("Add", List.of("frame", depends ? in : "frame"), List.of("sum"));
    test.node("Identity", List.of("sum"), List.of(out))
        .node("Neg", List.of("sum"), List.of("heard"));
    if (!depends) {
      test.node("Shape", List.of(in), List.of("unused"));
    }
    return test.output("heard", 1, 4).output(out, outShape).load();
  }

  @Test
  void statesAreFoundByTheirNames() {
    Object[] shape = {1, 4};
    for (String[] names :
        new String[][] {
          {"state", "stateN"},
          {"h0", "hn"},
          {"conv_cache", "conv_cache_out"},
          {"h_in", "h_out"},
          {"decoder_hidden_1", "decoder_hidden_2"},
          {"prevState", "nextState"},
          {"c", "cn"}
        }) {
      assertThat(OnnxStream.statesOf(twoInputs(names[0], names[1], shape, shape, true)))
          .containsExactly(Map.entry(names[0], names[1]));
    }
  }

  @Test
  void statesAreFoundByTheirShapes() {
    TestGraph test = new TestGraph(14);
    test.input("input_2", ElementType.FLOAT32, 1, 4).input("input_3", ElementType.FLOAT32, 2, 4);
    test.node("Add", List.of("input_2", "input_3"), List.of("stacked"));
    test.node("ReduceSum", List.of("stacked", "axis"), List.of("activation"));
    test.constant("axis", OnnxTensor.of(new long[] {0}, 1));
    OnnxModel model = test.output("activation", 1, 4).output("stacked", 2, 4).load();
    assertThat(OnnxStream.statesOf(model)).containsExactly(Map.entry("input_3", "stacked"));
  }

  @Test
  void whatIsNoStateIsNotTaken() {
    assertThat(
            OnnxStream.statesOf(
                twoInputs("state", "stateN", new Object[] {1, 4}, new Object[] {1, 5}, true)))
        .isEmpty();
    assertThat(
            OnnxStream.statesOf(
                twoInputs("state", "stateN", new Object[] {1, 4}, new Object[] {1, 4}, false)))
        .isEmpty();
    TestGraph plain = new TestGraph(14);
    plain.input("x", ElementType.FLOAT32, 1, 4).node("Neg", List.of("x"), List.of("y"));
    OnnxModel model = plain.output("y", 1, 4).load();
    assertThatThrownBy(() -> OnnxStream.of(model)).hasMessageContaining("found none");
  }

  /** A GRU called step by step with its state is the same as called once. */
  @Test
  void stepsAreTheSequence() {
    int hidden = 5;
    int inputs = 3;
    TestGraph test = new TestGraph(14);
    test.input("x", ElementType.FLOAT32, "time", "batch", inputs);
    test.input("h_in", ElementType.FLOAT32, 1, "batch", hidden);
    test.constant("W", OnnxTensor.of(wave(3 * hidden * inputs), 1, 3 * hidden, inputs));
    test.constant("R", OnnxTensor.of(wave(3 * hidden * hidden), 1, 3 * hidden, hidden));
    test.node(
        "GRU",
        List.of("x", "W", "R", "", "", "h_in"),
        List.of("y", "h_out"),
        TestGraph.integer("hidden_size", hidden));
    OnnxModel model =
        test.output("y", "time", 1, "batch", hidden).output("h_out", 1, "batch", hidden).load();
    int rows = 2;
    int steps = 6;
    float[] x = wave(steps * rows * inputs);
    OnnxTensor whole =
        (OnnxTensor)
            model
                .run(
                    Map.of(
                        "x", OnnxTensor.of(x, steps, rows, inputs),
                        "h_in", OnnxTensor.of(new float[rows * hidden], 1, rows, hidden)))
                .get("y");
    OnnxStream stream = OnnxStream.of(model);
    for (int pass = 0; pass < 2; pass++) {
      Map<String, OnnxValue> outputs =
          OnnxSequence.run(model, stream, Map.of("x", OnnxTensor.of(x, steps, 1, rows, inputs)));
      OnnxTensor stepped = (OnnxTensor) outputs.get("y");
      assertThat(stepped.sizes()).containsExactly(steps, 1, 1, rows, hidden);
      assertThat(stepped.floats()).containsExactly(whole.floats());
      assertThat(stream.state("h_in")).isEqualTo(outputs.get("h_out"));
      stream.reset();
    }
  }

  /** A state that a step is given replaces the kept one, and is not given in every step. */
  @Test
  void aGivenStateIsWhereTheStreamBegins() {
    Object[] shape = {1, 4};
    OnnxModel model = twoInputs("state", "stateN", shape, shape, true);
    OnnxTensor one = OnnxTensor.of(new float[] {1, 1, 1, 1}, 1, 4);
    OnnxTensor start = OnnxTensor.of(new float[] {5, 6, 7, 8}, 1, 4);
    OnnxStream stream = OnnxStream.of(model);
    stream.step(Map.of("frame", one));
    OnnxTensor next = (OnnxTensor) stream.step(Map.of("frame", one, "state", start)).get("stateN");
    assertThat(next.floats()).containsExactly(6, 7, 8, 9);
    OnnxTensor after = (OnnxTensor) stream.step(Map.of("frame", one)).get("stateN");
    assertThat(after.floats()).containsExactly(7, 8, 9, 10);
    OnnxTensor frames = OnnxTensor.of(new float[12], 3, 1, 4);
    OnnxTensor kept =
        (OnnxTensor)
            OnnxSequence.run(model, stream, Map.of("frame", frames, "state", start)).get("stateN");
    assertThat(kept.floats()).containsExactly(start.floats());
    assertThatThrownBy(
            () -> OnnxSequence.run(model, stream, Map.of("frame", frames, "state", frames)))
        .hasMessageContaining("initial value of the state 'state'");
  }

  private static float[] wave(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.sin(1.7 * i + 0.3);
    }
    return values;
  }
}
