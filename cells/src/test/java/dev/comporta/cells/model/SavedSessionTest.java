package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.tensor.WorkerPool;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** States as bytes: restored with the same bits, or refused. */
class SavedSessionTest {
  private static final int T = 10;
  private static final int I = 3;
  private static final int OUT = 2;

  static Stream<Arguments> cells() {
    List<Arguments> all = new ArrayList<>();
    for (String backend : Models.CATALOG.names(Kind.BACKEND)) {
      Cells.all().forEach((name, spec) -> all.add(Arguments.of(backend, name, spec)));
    }
    return all.stream();
  }

  private static SequenceModel model(Object cell, int hidden) {
    return Models.onFeatures(
        I, Models.recurrent(cell, hidden), Models.recurrent(cell, hidden), Models.dense(OUT));
  }

  private static StreamingModel lstm(int hidden) {
    return new StreamingModel(model("lstm", hidden), Models.CATALOG.backend("reference"));
  }

  private static float[] inputs() {
    return Problems.normal(T * I, 1, 3, "saved");
  }

  private static float[] run(Session session, int from, int to) {
    float[] outputs = new float[(to - from) * OUT];
    session.run(Arrays.copyOfRange(inputs(), from * I, to * I), to - from, outputs);
    return outputs;
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("cells")
  void sessionsAndRowsContinueWithTheSameBits(String backend, String name, Spec cell) {
    SequenceModel model = model(cell, 5);
    Session first = new StreamingModel(model, Models.CATALOG.backend(backend)).newSession();
    run(first, 0, 4);
    byte[] saved = first.save();
    float[] expected = run(first, 4, T);

    StreamingModel restarted = new StreamingModel(model, Models.CATALOG.backend(backend));
    Session session = restarted.newSession();
    session.load(saved);
    assertThat(session.save()).isEqualTo(saved);
    assertThat(run(session, 4, T)).isEqualTo(expected);

    SessionGroup group = restarted.newEmptyGroup(3);
    group.join();
    int row = group.join();
    group.load(row, saved);
    float[] outputs = new float[3 * OUT];
    float[] got = new float[expected.length];
    for (int t = 4; t < T; t++) {
      float[] all = new float[3 * I];
      System.arraycopy(inputs(), t * I, all, row * I, I);
      group.step(all, outputs);
      System.arraycopy(outputs, row * OUT, got, (t - 4) * OUT, OUT);
    }
    assertThat(got).isEqualTo(expected);
    assertThat(group.save(row)).isEqualTo(first.save());
  }

  @Test
  void sharedSessionsLoadWhatOthersSaved() {
    SequenceModel model = Models.onFeatures(I, Models.recurrent("lstm", 300), Models.dense(OUT));
    TensorBackend backend = Models.CATALOG.backend("simd");
    Session alone = new StreamingModel(model, backend, Workers.ALONE).newSession();
    run(alone, 0, 4);
    byte[] saved = alone.save();
    float[] expected = run(alone, 4, T);
    try (WorkerPool pool = new WorkerPool(2)) {
      Session shared = new StreamingModel(model, backend, pool).newSession();
      shared.load(saved);
      assertThat(run(shared, 4, T)).isEqualTo(expected);
      assertThat(shared.save()).isEqualTo(alone.save());
    }
  }

  /** The format is written down here once more, so that it cannot change without its version. */
  @Test
  void theFormatIsFixed() {
    StreamingModel model =
        new StreamingModel(
            Models.onFeatures(1, Models.recurrent("rnn", 1)), Models.CATALOG.backend("reference"));
    Session session = model.newSession();
    byte[] start = session.save();
    assertThat(HexFormat.of().formatHex(start, 0, start.length - 4))
        .isEqualTo(
            "434d505354415445" // CMPSTATE
                + "01000000" // version
                + "2e000000" // 46 bytes
                + "01000000" // one state
                + "0a000000" // of ten characters
                + HexFormat.of().formatHex("layers.0.h".getBytes(StandardCharsets.UTF_8))
                + "01000000" // one float
                + "00000000");
    assertThat(checksum(start)).isEqualTo(start);
    float[] output = new float[1];
    session.step(new float[] {2}, output);
    ByteBuffer saved = ByteBuffer.wrap(session.save()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(saved.getFloat(start.length - 8)).isEqualTo(output[0]);
  }

  /** The same bytes with a checksum that fits. */
  private static byte[] checksum(byte[] bytes) {
    byte[] valid = bytes.clone();
    CRC32C crc = new CRC32C();
    crc.update(valid, 0, valid.length - 4);
    ByteBuffer.wrap(valid)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(valid.length - 4, (int) crc.getValue());
    return valid;
  }

  @Test
  void everyTruncationAndEveryFlippedBitIsRefused() {
    StreamingModel model = lstm(2);
    Session session = model.newSession();
    SessionGroup group = model.newGroup(2);
    run(session, 0, 3);
    byte[] saved = session.save();
    run(session, 3, 5);
    byte[] now = session.save();
    byte[] row = group.save(1);
    List<byte[]> hostile = new ArrayList<>();
    for (int length = 0; length < saved.length; length++) {
      hostile.add(Arrays.copyOf(saved, length));
    }
    hostile.add(Arrays.copyOf(saved, saved.length + 1));
    for (int bit = 0; bit < 8 * saved.length; bit++) {
      byte[] flipped = saved.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      hostile.add(flipped);
    }
    for (byte[] bytes : hostile) {
      assertThatThrownBy(() -> session.load(bytes))
          .isInstanceOf(ComportaException.class)
          .hasMessageStartingWith("[session.load] expected ");
      assertThatThrownBy(() -> group.load(1, bytes))
          .isInstanceOf(ComportaException.class)
          .hasMessageStartingWith("[group.load] expected ");
    }
    assertThat(session.save()).isEqualTo(now);
    assertThat(group.save(1)).isEqualTo(row);
    session.load(saved);
    assertThat(session.save()).isEqualTo(saved);
  }

  /** Forged bytes: four of them are replaced and the checksum is recomputed. */
  @Test
  void noNumberInTheBytesIsTrusted() {
    StreamingModel model = lstm(2);
    Session session = model.newSession();
    byte[] saved = session.save();
    int values = saved.length - 4 - 4 * 8;
    for (int at = 0; at < values; at++) {
      for (int number : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 24, 0x7fc00000}) {
        byte[] bytes = saved.clone();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, number);
        if (at <= values - 4 && !Arrays.equals(bytes, saved)) {
          assertThatThrownBy(() -> session.load(checksum(bytes)))
              .isInstanceOf(ComportaException.class);
        }
      }
    }
    assertThat(session.save()).isEqualTo(saved);
  }

  @Test
  void refusalsSayWhatWasExpectedAndFound() {
    Session session = lstm(2).newSession();
    byte[] saved = session.save();
    assertThatThrownBy(() -> session.load(null))
        .hasMessage("[session.load] expected the bytes of a saved session but got no array");
    assertThatThrownBy(() -> session.load(new byte[3]))
        .hasMessage("[session.load] expected a saved session of 24 bytes or more but got 3");
    assertThatThrownBy(() -> session.load(new byte[100]))
        .hasMessage(
            "[session.load] expected a saved session, which begins with CMPSTATE, but the bytes begin with 0000000000000000; pass what save returned");
    byte[] newer = saved.clone();
    newer[8] = 2;
    assertThatThrownBy(() -> session.load(checksum(newer)))
        .hasMessage(
            "[session.load] expected a saved session of format version 1 but found version 2; load it with the release that saved it");
    assertThatThrownBy(() -> session.load(Arrays.copyOf(saved, saved.length - 5)))
        .hasMessage(
            "[session.load] expected the %d bytes that the saved session says it has but got %d; it is cut off or has been changed"
                .formatted(saved.length, saved.length - 5));
    byte[] changed = saved.clone();
    changed[saved.length - 8] ^= 1;
    assertThatThrownBy(() -> session.load(changed))
        .hasMessageMatching(
            "\\[session.load] expected the checksum [0-9a-f]{8} of the saved session but its bytes have [0-9a-f]{8}; it has been changed since it was saved");
  }

  @Test
  void statesOfOtherModelsAreRefused() {
    Session session = lstm(2).newSession();
    assertThatThrownBy(() -> session.load(lstm(3).newSession().save()))
        .hasMessage(
            "[session.load] expected state 1 of the model to be layers.0.h with 2 floats but the saved session has layers.0.h with 3 floats; load it with the model that it was saved with");
    TensorBackend backend = Models.CATALOG.backend("reference");
    StreamingModel single =
        new StreamingModel(Models.onFeatures(I, Models.recurrent("lstm", 2)), backend);
    assertThatThrownBy(() -> session.load(single.newSession().save()))
        .hasMessageMatching(
            "\\[session.load] expected the 4 states of this model, 8 floats, in \\d+ bytes but the saved session has 2 states in \\d+ bytes; load it with the model that it was saved with");
    StreamingModel none = new StreamingModel(Models.onFeatures(I, Models.dense(2)), backend);
    byte[] empty = none.newSession().save();
    none.newSession().load(empty);
    assertThatThrownBy(() -> session.load(empty)).hasMessageContaining("has 0 states");
  }

  @Test
  void infinitiesAreKeptAndNaNsAreRefused() {
    Session session = lstm(2).newSession();
    byte[] saved = session.save();
    byte[] infinite = saved.clone();
    ByteBuffer numbers = ByteBuffer.wrap(infinite).order(ByteOrder.LITTLE_ENDIAN);
    numbers.putFloat(saved.length - 8, Float.NEGATIVE_INFINITY);
    numbers.putFloat(saved.length - 12, -0f);
    numbers.putFloat(saved.length - 16, Float.MIN_VALUE);
    byte[] valid = checksum(infinite);
    session.load(valid);
    assertThat(session.save()).isEqualTo(valid);
    numbers.putFloat(saved.length - 20, Float.NaN);
    assertThatThrownBy(() -> session.load(checksum(infinite)))
        .hasMessage(
            "[session.load] expected numbers in the saved session but float 0 of layers.1.h is NaN; reset the session instead");
    assertThat(session.save()).isEqualTo(valid);
  }

  @Test
  void closedSessionsNeitherSaveNorLoad() {
    Session session = lstm(2).newSession();
    byte[] saved = session.save();
    session.close();
    assertThatThrownBy(session::save).hasMessageContaining("this one is closed");
    assertThatThrownBy(() -> session.load(saved)).hasMessageContaining("this one is closed");
  }
}
