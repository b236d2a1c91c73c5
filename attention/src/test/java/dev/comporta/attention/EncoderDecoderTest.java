package dev.comporta.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.attention.decoding.BeamSearch;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.attention.decoding.DecoderSteps;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.EncodedSource;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.cells.model.StreamingModel;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Encoder-decoders as models: plan and definition, padding, and decoding step by step. */
@Tag("lanes")
class EncoderDecoderTest {
  static final Catalog CATALOG = Catalog.load();
  private static final int V = 11;
  private static final int H = 6;

  /** The sum of the cross-entropies, over the labels that are not negative. */
  static final Loss LOSS =
      (prediction, target) -> {
        Ids labels = target.labels();
        double count = Arrays.stream(labels.values()).filter(label -> label >= 0).count();
        return new Loss.Value(prediction.apply(new Op.CrossEntropy(labels)).sum(), count);
      };

  private static Map<String, Spec> decoders() {
    Spec attention = Spec.of("attention-decoder").with("cell", "gru").with("hidden", H);
    Spec plain = Spec.of("decoder").with("hidden", H);
    Map<String, Spec> all = new LinkedHashMap<>();
    all.put("bahdanau", attention.with("read-out", "maxout").with("read-out-size", 5));
    all.put("bahdanau-lstm", attention.with("cell", "lstm").with("attention", "general"));
    all.put("luong", attention.with("look", "after").with("attention", "general"));
    all.put(
        "luong-without-feeding",
        attention.with("look", "after").with("input-feeding", false).with("cell", "lstm"));
    Spec location = Spec.of("location").with("width", 3);
    all.put("location", attention.with("attention", location));
    all.put("coverage", attention.with("look", "after").with("attention", "coverage"));
    all.put("local", attention.with("attention", Spec.of("local").with("reach", 2)));
    all.put(
        "local-after",
        attention.with("look", "after").with("attention", "local").with("cell", "lstm"));
    Spec film = Spec.of("film-attention").with("units", 5).with("heads", 2);
    all.put("film", film.with("coordinates", 1));
    all.put("cho", plain.with("cell", "gru").with("read-out", "dense"));
    all.put("sutskever", plain.with("cell", "lstm").with("context", false));
    return all;
  }

  static SequenceModel model(Spec decoder, String encoderLayer) {
    Spec embedding = Spec.of("embedding").with("vocabulary", V).with("size", 4);
    Spec encoder = Spec.of(encoderLayer).with("cell", "gru").with("hidden", H);
    Spec output = Spec.of("dense").with("units", V);
    SequenceModel model =
        SequenceModel.build(
            Spec.of("encoder-decoder")
                .with("encoder", List.of(embedding, encoder))
                .with("layers", List.of(embedding, decoder, output)),
            CATALOG);
    for (ParameterSpec spec : model.parameterSpecs()) {
      int offset = model.parameters().get(spec.name()).offset();
      var stream = new CounterRandom(3).stream(spec.name());
      for (int i = 0; i < spec.shape().count(); i++) {
        model.parameters().values()[offset + i] = 0.5f * (float) stream.normal(i);
      }
    }
    model.parameters().changed();
    return model;
  }

  private static ModelRunner runner(SequenceModel model, String backend, Execution execution) {
    return new ModelRunner(model, CATALOG.backend(backend), Workers.ALONE, execution);
  }

  private static Ids ids(String name, int timesteps, int batch) {
    var random = new CounterRandom(7).stream(name);
    int[] values = new int[timesteps * batch];
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) ((random.bits(i) >>> 1) % V);
    }
    return new Ids(timesteps, batch, values);
  }

  /** Rows of given lengths; ids do not depend on how far the batch is padded. */
  static Batch batch(
      int positions, int @Nullable [] reach, int timesteps, int @Nullable [] lengths, int batch) {
    Ids labels = ids("labels", timesteps, batch);
    for (int t = 0; t < timesteps; t++) {
      for (int b = 0; b < batch; b++) {
        if (lengths != null && t >= lengths[b]) {
          labels.values()[t * batch + b] = -1;
        }
      }
    }
    return Batch.ofIds(ids("target", timesteps, batch), lengths)
        .labels(labels)
        .source(Batch.ofIds(ids("source", positions, batch), reach));
  }

  static Stream<Arguments> models() {
    List<Arguments> all = new ArrayList<>();
    for (String backend : List.of("reference", "simd")) {
      decoders()
          .forEach((name, decoder) -> {
            all.add(Arguments.of(backend, name, decoder, false));
            all.add(Arguments.of(backend, name, decoder, true));
          });
    }
    return all.stream();
  }

  @ParameterizedTest(name = "{0}: {1}, ragged {3}")
  @MethodSource("models")
  void planGivesTheDefinitionsLossAndGradients(
      String backend, String name, Spec decoder, boolean ragged) {
    SequenceModel model = model(decoder, "bidirectional");
    Batch batch =
        ragged
            ? batch(7, new int[] {7, 3, 0, 5, 1}, 6, new int[] {2, 6, 4, 0, 5}, 5)
            : batch(5, null, 4, null, 3);
    ModelRunner plan = runner(model, backend, Execution.PLAN);
    ModelRunner definition = runner(model, backend, Execution.DEFINITION);
    Carry after = plan.newCarry(batch.batch());
    Carry expected = definition.newCarry(batch.batch());
    double loss = plan.train(batch, LOSS, after, new CounterRandom(1)).mean();
    double wanted = definition.train(batch, LOSS, expected, new CounterRandom(1)).mean();

    assertThat(loss).isCloseTo(wanted, org.assertj.core.data.Offset.offset(1e-5));
    assertThat(distance(plan.gradients(), definition.gradients())).isLessThan(2e-5);
    expected
        .parts()
        .forEach((part, values) ->
            assertThat(distance(after.parts().get(part), values)).isLessThan(2e-6));
    for (ParameterSpec spec : model.parameterSpecs()) {
      var parameter = model.parameters().get(spec.name());
      float[] gradient =
          Arrays.copyOfRange(
              plan.gradients(), parameter.offset(), parameter.offset() + spec.shape().count());
      assertThat(distance(gradient, new float[gradient.length]))
          .as("the gradient of " + spec.name())
          .isGreaterThan(0);
    }
  }

  private static double distance(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double distance = 0;
    double length = 0;
    for (int i = 0; i < actual.length; i++) {
      distance += Math.pow((double) actual[i] - expected[i], 2);
      length += Math.pow(expected[i], 2);
    }
    return Math.sqrt(distance / Math.max(length, 1e-12));
  }

  @Test
  void neitherPaddingNorOtherRowsChangeABit() {
    decoders()
        .forEach((name, decoder) -> {
          ModelRunner runner = runner(model(decoder, "bidirectional"), "simd", Execution.PLAN);
          int[] reach = {4, 9, 1};
          Batch together = batch(9, reach, 5, null, 3);
          float[] all = runner.predict(together, runner.newCarry(3));
          for (int row = 0; row < 3; row++) {
            Ids source = row(ids("source", 9, 3), row, reach[row]);
            Ids target = row(ids("target", 5, 3), row, 5);
            Batch alone = Batch.ofIds(target, null).source(Batch.ofIds(source, null));
            float[] one = runner.predict(alone, runner.newCarry(1));
            for (int t = 0; t < 5; t++) {
              int from = (t * 3 + row) * V;
              assertThat(Arrays.copyOfRange(all, from, from + V))
                  .as("%s, row %d, timestep %d", name, row, t)
                  .isEqualTo(Arrays.copyOfRange(one, t * V, (t + 1) * V));
            }
          }
        });
  }

  private static Ids row(Ids ids, int row, int length) {
    int[] values = new int[length];
    for (int t = 0; t < length; t++) {
      values[t] = ids.values()[t * ids.batch() + row];
    }
    return new Ids(length, 1, values);
  }

  @Test
  void decodingStepByStepGivesWhatTeacherForcingGives() {
    decoders()
        .forEach((name, decoder) -> {
          SequenceModel model = model(decoder, "bidirectional");
          ModelRunner runner = runner(model, "simd", Execution.PLAN);
          Ids target = ids("target", 4, 3);
          Batch source = Batch.ofIds(ids("source", 6, 3), new int[] {6, 2, 4});
          float[] whole =
              runner.predict(Batch.ofIds(target, null).source(source), runner.newCarry(3));

          EncodedSource encoded = runner.encode(source);
          assertThat(encoded.batch()).isEqualTo(3);
          Carry carry = runner.newCarry(2);
          EncodedSource chosen = encoded.rows(2, 1);
          for (int t = 0; t < 4; t++) {
            int[] step = {target.values()[t * 3 + 2], target.values()[t * 3 + 1]};
            float[] output = runner.predict(Batch.ofIds(new Ids(1, 2, step), null), carry, chosen);
            for (int i = 0; i < 2; i++) {
              int from = (t * 3 + (2 - i)) * V;
              assertThat(Arrays.copyOfRange(output, i * V, (i + 1) * V))
                  .as("%s, timestep %d", name, t)
                  .isEqualTo(Arrays.copyOfRange(whole, from, from + V));
            }
          }
        });
  }

  /** A search continues with a subset of rows in any order; the longest source may be missing. */
  @Test
  void decodingGoesOnFromAnyRows() {
    decoders()
        .forEach((name, decoder) -> {
          ModelRunner runner = runner(model(decoder, "bidirectional"), "simd", Execution.PLAN);
          Ids target = ids("target", 5, 3);
          Batch source = Batch.ofIds(ids("source", 6, 3), new int[] {6, 2, 4});
          float[] whole =
              runner.predict(Batch.ofIds(target, null).source(source), runner.newCarry(3));
          EncodedSource encoded = runner.encode(source);
          Carry carry = runner.newCarry(3);
          int[] rows = {0, 1, 2};
          for (int t = 0; t < 5; t++) {
            if (t == 2) {
              carry = carry.rows(2, 1, 2);
              rows = new int[] {2, 1, 2};
            }
            if (t == 4) {
              carry = carry.rows(1);
              rows = new int[] {1};
            }
            int[] step = new int[rows.length];
            for (int i = 0; i < step.length; i++) {
              step[i] = target.values()[t * 3 + rows[i]];
            }
            float[] output =
                runner.predict(
                    Batch.ofIds(new Ids(1, step.length, step), null), carry, encoded.rows(rows));
            for (int i = 0; i < step.length; i++) {
              int from = (t * 3 + rows[i]) * V;
              assertThat(Arrays.copyOfRange(output, i * V, (i + 1) * V))
                  .as("%s, timestep %d, row %d", name, t, rows[i])
                  .isEqualTo(Arrays.copyOfRange(whole, from, from + V));
            }
          }
        });
  }

  /** A plan packs the cell's matrices; a definition does not. */
  @Test
  void everyDecoderIsPlanned() {
    decoders()
        .forEach((name, decoder) -> {
          ModelRunner runner = runner(model(decoder, "bidirectional"), "simd", Execution.PLAN);
          EncodedSource source = runner.encode(Batch.ofIds(ids("source", 6, 2), new int[] {6, 2}));
          long encoder = packed(runner);
          runner.predict(Batch.ofIds(ids("target", 1, 2), null), runner.newCarry(2), source);
          assertThat(packed(runner)).as(name).isGreaterThan(encoder);
        });
  }

  private static long packed(ModelRunner runner) {
    return runner.heldFloats() - runner.tape().workspace().capacity() - runner.gradients().length;
  }

  @Test
  void whereItLookedBeforeIsSeen() {
    for (String name : List.of("location", "coverage")) {
      SequenceModel model = model(decoders().get(name), "recurrent");
      Batch batch = batch(5, new int[] {5, 2, 4}, 4, null, 3);
      ModelRunner runner = runner(model, "simd", Execution.PLAN);
      Carry carry = runner.newCarry(3);
      float[] weights =
          runner.observe(batch, carry, "layers.1.weights").values().get("layers.1.weights");
      float[] expected = new float[3 * 5];
      for (int t = name.equals("location") ? 3 : 0; t < 4; t++) {
        for (int i = 0; i < 15; i++) {
          expected[i] += weights[t * 15 + i];
        }
      }
      assertThat(distance(carry.parts().get("layers.1.past"), expected)).as(name).isLessThan(1e-6);
      Carry copy = runner.newCarry(3);
      copy.set(carry);
      assertThat(copy.parts().get("layers.1.past")).isEqualTo(carry.parts().get("layers.1.past"));
      assertThatThrownBy(() -> carry.put("layers.1.past", new float[4]))
          .hasMessageContaining("expected 15 values of layers.1.past but got 4");
      assertThatThrownBy(() -> carry.rows(3)).hasMessageContaining("between 0 and 2 but got 3");
    }
  }

  @Test
  void weightsCanBeObserved() {
    SequenceModel model = model(decoders().get("bahdanau"), "recurrent");
    Batch batch = batch(5, new int[] {5, 2, 0}, 4, null, 3);
    float[] plan = weights(model, batch, Execution.PLAN);
    assertThat(distance(plan, weights(model, batch, Execution.DEFINITION))).isLessThan(1e-6);
    for (int t = 0; t < 4; t++) {
      for (int b = 0; b < 3; b++) {
        float[] row = Arrays.copyOfRange(plan, (t * 3 + b) * 5, (t * 3 + b + 1) * 5);
        double sum = 0;
        for (float weight : row) {
          sum += weight;
        }
        assertThat(sum).isCloseTo(b == 2 ? 0 : 1, org.assertj.core.data.Offset.offset(1e-5));
        assertThat(row[4]).isEqualTo(b == 0 ? row[4] : 0);
      }
    }
  }

  private static float[] weights(SequenceModel model, Batch batch, Execution execution) {
    ModelRunner runner = runner(model, "simd", execution);
    return runner
        .observe(batch, runner.newCarry(3), "layers.1.weights")
        .values()
        .get("layers.1.weights");
  }

  @Test
  void learnsToReverse() {
    SequenceModel model = model(decoders().get("bahdanau"), "bidirectional");
    ModelRunner runner = runner(model, "simd", Execution.PLAN);
    int batch = 16;
    float[] momentum = new float[runner.gradients().length];
    double first = 0;
    double last = 0;
    for (int step = 0; step < 150; step++) {
      Ids source = ids("source " + step, 4, batch);
      int[] reversed = new int[4 * batch];
      int[] before = new int[4 * batch];
      for (int t = 0; t < 4; t++) {
        System.arraycopy(source.values(), (3 - t) * batch, reversed, t * batch, batch);
        if (t < 3) {
          System.arraycopy(source.values(), (3 - t) * batch, before, (t + 1) * batch, batch);
        }
      }
      Batch data =
          Batch.ofIds(new Ids(4, batch, before), null)
              .labels(new Ids(4, batch, reversed))
              .source(Batch.ofIds(source, null));
      last = runner.train(data, LOSS, runner.newCarry(batch), new CounterRandom(step)).mean();
      first = step == 0 ? last : first;
      float[] values = model.parameters().values();
      for (int i = 0; i < values.length; i++) {
        momentum[i] = 0.9f * momentum[i] + runner.gradients()[i];
        values[i] -= 0.1f * momentum[i];
      }
      model.parameters().changed();
    }
    assertThat(last).as("from %.3f", first).isLessThan(0.5 * first);
  }

  @Test
  void sourcesAndModelsMustFitTogether() {
    ModelRunner runner =
        runner(model(decoders().get("luong"), "recurrent"), "simd", Execution.PLAN);
    Batch alone = Batch.ofIds(ids("target", 2, 3), null);
    assertThatThrownBy(() -> runner.predict(alone, runner.newCarry(3)))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("expected a batch with a source");
    assertThatThrownBy(() -> alone.source(Batch.ofIds(ids("source", 2, 2), null)))
        .hasMessageContaining("or of a number that divides it, but got 2");
    for (String name : List.of("luong", "cho", "sutskever")) {
      ModelRunner each = runner(model(decoders().get(name), "recurrent"), "simd", Execution.PLAN);
      Batch shared = alone.source(Batch.ofIds(ids("source", 2, 1), null));
      assertThatThrownBy(() -> each.predict(shared, each.newCarry(3)))
          .as(name)
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("expected a source of 3 rows, as many as the batch, but got 1");
    }
    EncodedSource encoded = runner.encode(Batch.ofIds(ids("source", 2, 3), null));
    assertThatThrownBy(() -> encoded.rows(3)).hasMessageContaining("between 0 and 2 but got 3");
    Spec sequential =
        Spec.of("sequential")
            .with(
                "layers",
                List.of(
                    Spec.of("embedding").with("vocabulary", V).with("size", 4),
                    decoders().get("luong")));
    assertThatThrownBy(() -> SequenceModel.build(sequential, CATALOG))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("[attention-decoder] expected a model with an encoder");
  }

  @Test
  void streamsRefuseAModelThatReadsASourceFirst() {
    // The second one never reads what the encoder gives, so that a stream would seem to work.
    for (Spec decoder :
        List.of(
            Spec.of("decoder").with("cell", "gru").with("hidden", H),
            Spec.of("recurrent").with("cell", "gru").with("hidden", H))) {
      SequenceModel model = model(decoder, "recurrent");
      assertThatThrownBy(() -> new StreamingModel(model, CATALOG.backend("reference")))
          .isInstanceOf(ComportaException.class)
          .hasMessage(
              "[session] expected a model without an encoder but this one reads a source first;"
                  + " run it with ModelRunner.encode and ModelRunner.predict");
    }
  }

  private static DecoderSteps steps(ModelRunner runner) {
    EncodedSource source = runner.encode(Batch.ofIds(ids("source", 5, 2), null));
    return new DecoderSteps(runner, source, V, 0, null);
  }

  private static List<List<Integer>> searched(DecoderSteps steps) {
    return new BeamSearch(steps, new BeamSettings(3, 0, 0), 0, 1)
        .search(new int[] {6, 6}).stream().map(found -> found.best().tokens()).toList();
  }

  @Test
  void aSecondSearchStartsAnewAndOneThatBeginsTooEarlyIsRefused() {
    SequenceModel model = model(decoders().getOrDefault("cho", Spec.of("decoder")), "recurrent");
    DecoderSteps steps = steps(runner(model, "reference", Execution.PLAN));
    List<List<Integer>> once = searched(steps);
    assertThat(searched(steps)).isEqualTo(once);
    steps.begin();
    assertThatThrownBy(() -> searched(steps))
        .isInstanceOf(ComportaException.class)
        .hasMessageStartingWith("[decoder] expected one call at a time but thread ");
    steps.end();
    assertThat(searched(steps)).isEqualTo(once);
  }

  @Test
  void wrongSizesOfADecoderAreSaid() {
    SequenceModel model = model(decoders().getOrDefault("cho", Spec.of("decoder")), "recurrent");
    ModelRunner runner = runner(model, "reference", Execution.PLAN);
    EncodedSource source = runner.encode(Batch.ofIds(ids("source", 5, 2), null));
    assertThatThrownBy(() -> new DecoderSteps(runner, source, V, new int[] {5}, "weights"))
        .isInstanceOf(ComportaException.class)
        .hasMessage("[decoder] expected the lengths of 2 sources but got 1");
    assertThatThrownBy(() -> new DecoderSteps(runner, source, V, new int[] {5, -1}, "weights"))
        .isInstanceOf(ComportaException.class)
        .hasMessage("[decoder] expected sources of 0 positions or more but got -1");
    assertThatThrownBy(() -> new DecoderSteps(runner, source, 0, 5, null))
        .isInstanceOf(ComportaException.class)
        .hasMessage("[decoder] expected a vocabulary of 1 token or more but got 0");
  }
}
