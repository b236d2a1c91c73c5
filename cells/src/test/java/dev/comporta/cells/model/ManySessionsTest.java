package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A service with many streams on many threads, restarted in the middle, equals a serial run. */
class ManySessionsTest {
  private static final int SESSIONS = 10_000;
  private static final int THREADS = 8;
  private static final int T = 6;
  private static final int I = 3;
  private static final int OUT = 4;

  static Stream<String> backends() {
    return Models.CATALOG.names(Kind.BACKEND).stream();
  }

  private static StreamingModel model(String backend) {
    return new StreamingModel(
        Models.onFeatures(I, Models.recurrent("lstm", 6), Models.recurrent("gru", OUT)),
        Models.CATALOG.backend(backend));
  }

  private static float[] inputs() {
    return Problems.normal(SESSIONS * T * I, 1, 7, "many");
  }

  private static List<Session> open(StreamingModel model) {
    return Stream.generate(model::newSession).limit(SESSIONS).toList();
  }

  private static void step(List<Session> sessions, int i, int t, float[] inputs, float[] outputs) {
    int at = i * T + t;
    sessions.get(i).step(inputs, at * I, outputs, at * OUT);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void sessionsOnEightThreadsWithARestartEqualASerialRun(String backend) throws Exception {
    float[] inputs = inputs();
    float[] expected = new float[SESSIONS * T * OUT];
    List<Session> serial = open(model(backend));
    for (int i = 0; i < SESSIONS; i++) {
      for (int t = 0; t < T; t++) {
        step(serial, i, t, inputs, expected);
      }
    }
    float[] got = new float[expected.length];
    byte[][] saved = new byte[SESSIONS][];
    List<Session> before = open(model(backend));
    List<Session> after = open(model(backend));
    inThreads(thread -> {
      // Thread by thread other sessions, timestep by timestep, as requests arrive.
      for (int t = 0; t < T / 2; t++) {
        for (int i = thread; i < SESSIONS; i += THREADS) {
          step(before, i, t, inputs, got);
        }
      }
      for (int i = thread; i < SESSIONS; i += THREADS) {
        saved[i] = before.get(i).save();
      }
    });
    inThreads(thread -> {
      int other = (thread + 3) % THREADS;
      for (int i = other; i < SESSIONS; i += THREADS) {
        after.get(i).load(saved[i]);
      }
      for (int t = T / 2; t < T; t++) {
        for (int i = other; i < SESSIONS; i += THREADS) {
          step(after, i, t, inputs, got);
        }
      }
    });
    assertThat(got).isEqualTo(expected);
  }

  /** The work of one thread. */
  private interface Work {
    void run(int thread);
  }

  private static void inThreads(Work work) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Void>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        Callable<Void> task =
            () -> {
              work.run(thread);
              return null;
            };
        running.add(pool.submit(task));
      }
      for (Future<Void> each : running) {
        each.get();
      }
    }
  }
}
