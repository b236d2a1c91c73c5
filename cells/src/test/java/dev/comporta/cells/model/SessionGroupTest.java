package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.testkit.Allocation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows that join, leave, are reset, saved and loaded behave like sessions of their own. */
class SessionGroupTest {
  private static final int I = 3;
  private static final int H = 5;
  private static final int OUT = 2;
  private static final int V = 11;

  private static StreamingModel onFeatures(String backend) {
    return new StreamingModel(
        Models.onFeatures(
            I,
            Models.recurrent("lstm", H).with("learn-initial-state", true),
            Models.recurrent("gru", H),
            Models.dense(OUT)),
        Models.CATALOG.backend(backend));
  }

  private static StreamingModel onIds(String backend) {
    return new StreamingModel(
        Models.onIds(Models.embedding(V, I), Models.recurrent("gru", H), Models.dense(OUT)),
        Models.CATALOG.backend(backend));
  }

  static Stream<Arguments> groups() {
    List<Arguments> all = new ArrayList<>();
    for (String backend : Models.CATALOG.names(Kind.BACKEND)) {
      for (int capacity : new int[] {1, 2, 7, 250}) { // 250 rows do not run at once
        all.add(Arguments.of(backend, capacity, false));
        all.add(Arguments.of(backend, capacity, true));
      }
    }
    return all.stream();
  }

  /** Does at random what a service may do, in a group and in sessions at once. */
  @ParameterizedTest(name = "{0}, {1} rows, ids {2}")
  @MethodSource("groups")
  void rowsAreIndependentSessions(String backend, int capacity, boolean ids) {
    StreamingModel model = ids ? onIds(backend) : onFeatures(backend);
    SessionGroup group = model.newEmptyGroup(capacity);
    TreeMap<Integer, Session> sessions = new TreeMap<>();
    List<byte[]> saved = new ArrayList<>(List.of(model.newSession().save()));
    Random random = new Random(capacity);
    for (int round = 0; round < 300; round++) {
      for (int i = 0; i < Math.max(1, capacity / 20); i++) {
        change(group, sessions, model, saved, random);
      }
      step(group, sessions, ids, random);
    }
    assertThat(group.streams()).isEqualTo(capacity);
    for (int row = 0; row < capacity; row++) {
      assertThat(group.isJoined(row)).isEqualTo(sessions.containsKey(row));
    }
    sessions.forEach((row, session) -> assertThat(group.save(row)).isEqualTo(session.save()));
  }

  private static void change(
      SessionGroup group,
      TreeMap<Integer, Session> sessions,
      StreamingModel model,
      List<byte[]> saved,
      Random random) {
    int free = 0;
    while (sessions.containsKey(free)) {
      free++;
    }
    // Phases in which rows mostly join, and others in which they mostly leave.
    boolean joins = random.nextInt(10) < (saved.size() / 20 % 2 == 0 ? 6 : 2);
    if (joins && free < group.streams()) {
      assertThat(group.join()).isEqualTo(free);
      sessions.put(free, model.newSession());
    }
    if (sessions.isEmpty()) {
      return;
    }
    List<Integer> rows = List.copyOf(sessions.keySet());
    int row = rows.get(random.nextInt(rows.size()));
    Session session = sessions.get(row);
    switch (random.nextInt(5)) {
      case 0, 1 -> {
        group.leave(row);
        sessions.remove(row);
      }
      case 2 -> {
        group.reset(row);
        session.reset();
      }
      case 3 -> {
        saved.add(group.save(row));
        assertThat(saved.getLast()).isEqualTo(session.save());
      }
      default -> {
        byte[] bytes = saved.get(random.nextInt(saved.size()));
        group.load(row, bytes);
        session.load(bytes);
      }
    }
  }

  private static void step(
      SessionGroup group, TreeMap<Integer, Session> sessions, boolean ids, Random random) {
    int rows = group.streams();
    float[] inputs = new float[rows * I];
    int[] read = new int[rows];
    for (int row = 0; row < rows; row++) {
      boolean joined = sessions.containsKey(row);
      read[row] = joined ? random.nextInt(V) : -1; // an id that would be refused
      for (int i = 0; i < I; i++) {
        inputs[row * I + i] = joined ? (float) random.nextGaussian() : Float.NaN;
      }
    }
    float[] outputs = new float[rows * OUT];
    Arrays.fill(outputs, -7);
    if (ids) {
      group.step(read, outputs);
    } else {
      group.step(inputs, outputs);
    }
    float[] output = new float[OUT];
    for (int row = 0; row < rows; row++) {
      Session session = sessions.get(row);
      Arrays.fill(output, -7);
      if (session != null && ids) {
        session.step(read[row], output);
      } else if (session != null) {
        session.step(inputs, row * I, output, 0);
      }
      assertThat(Arrays.copyOfRange(outputs, row * OUT, (row + 1) * OUT))
          .as("row %d", row)
          .isEqualTo(output);
    }
  }

  @Test
  void aResetOfTheGroupResetsAllJoinedRows() {
    SessionGroup group = onFeatures("reference").newGroup(3);
    byte[] start = group.save(0);
    group.step(new float[3 * I], new float[3 * OUT]);
    group.leave(1);
    assertThat(group.save(2)).isNotEqualTo(start);
    group.reset();
    assertThat(group.save(0)).isEqualTo(start);
    assertThat(group.save(2)).isEqualTo(start);
    assertThat(group.isJoined(1)).isFalse();
    assertThat(group.isJoined(-1)).isFalse();
    assertThat(group.isJoined(3)).isFalse();
  }

  @Test
  void wrongRowsAreReported() {
    StreamingModel model = onFeatures("reference");
    SessionGroup group = model.newGroup(2);
    byte[] saved = group.save(0);
    assertThatThrownBy(group::join)
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[group.join] expected a free row but all 2 are joined; let one leave or open another group");
    assertThatThrownBy(() -> group.leave(2))
        .isInstanceOf(ComportaException.class)
        .hasMessage("[group.leave] expected a row between 0 and 1 but got 2");
    group.leave(1);
    assertThatThrownBy(() -> group.leave(1))
        .hasMessage("[group.leave] expected a joined row but row 1 is free; join first");
    assertThatThrownBy(() -> group.reset(1)).hasMessageStartingWith("[group.reset] ");
    assertThatThrownBy(() -> group.save(-1))
        .hasMessage("[group.save] expected a row between 0 and 1 but got -1");
    assertThatThrownBy(() -> group.load(1, saved))
        .hasMessage("[group.load] expected a joined row but row 1 is free; join first");
    assertThatThrownBy(() -> model.newEmptyGroup(0))
        .hasMessage("[session] expected a group of 1 stream or more but got 0");
    assertThatThrownBy(() -> model.newEmptyGroup(Integer.MAX_VALUE))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("open several groups");
  }

  @Test
  void aStepAllocatesNothingWhenRowsHaveLeft() {
    SessionGroup group = onFeatures("simd").newGroup(5);
    group.leave(0);
    group.leave(3);
    float[] inputs = new float[5 * I];
    float[] outputs = new float[5 * OUT];
    long least =
        Allocation.least(
            0,
            400,
            () -> {
              for (int i = 0; i < 200; i++) {
                group.step(inputs, outputs);
              }
            });
    assertThat(least).isZero();
  }

  /** Ten thousand sessions cost what they remember, and little more. */
  @Test
  void aSessionCostsItsState() {
    TensorBackend backend = Models.CATALOG.backend("simd");
    StreamingModel model =
        new StreamingModel(
            Models.onFeatures(8, Models.recurrent("lstm", 128), Models.recurrent("lstm", 128)),
            backend);
    float[] output = new float[128];
    model.newSession().step(new float[8], output);
    Session[] open = new Session[1];
    long bytes = Allocation.least(0, 50, () -> open[0] = model.newSession());
    assertThat(bytes).isBetween(2048L, 2048L + 256);
  }
}
