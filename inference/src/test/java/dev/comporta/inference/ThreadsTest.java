package dev.comporta.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.cells.model.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers on eight threads at once have the same bits as one after the other. */
class ThreadsTest {
  private static final int THREADS = 8;
  private static final int CALLS = 6;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void textsAreTheSame(int workers) throws Exception {
    try (LoadedModel model = load("char-lm", workers)) {
      GenerationSettings settings = GenerationSettings.DEFAULT.withLength(30);
      same(i ->
          () ->
              model.textGenerator().generate("the ", settings.withSeed(i)).text()
                  + model.textGenerator().score("the big cat " + "a".repeat(i % 3)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void translationsAreTheSame(int workers) throws Exception {
    try (LoadedModel model = load("dates", workers)) {
      same(i -> () -> model.translator().translate(i + ". march 199" + i % 10));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void captionsAreTheSame(int workers) throws Exception {
    try (LoadedModel model = load("captions", workers)) {
      Captioner captioner = model.captioner();
      same(i -> () -> captioner.caption(TestImages.of(captioner, i + 3)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void forecastsAndRawSequencesAreTheSame(int workers) throws Exception {
    try (LoadedModel model = load("forecast", workers)) {
      Forecaster forecaster = model.forecaster();
      int columns = forecaster.columns().size();
      same(i ->
          () -> {
            double[] series = new double[forecaster.window() * columns];
            Arrays.setAll(series, k -> Math.sin(k * 0.3 + i));
            float[] raw = model.run(forecaster.normalization().apply(series));
            return forecaster.forecast(series) + Arrays.toString(raw);
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void streamsAreTheSame(int workers) throws Exception {
    try (LoadedModel model = load("char-lm", workers)) {
      same(i ->
          () -> {
            float[] output = new float[model.network().outputSize()];
            List<String> outputs = new ArrayList<>();
            try (Session session = model.newSession()) {
              for (int t = 0; t < 5; t++) {
                session.step((i + t) % 4, output);
                outputs.add(Arrays.toString(output));
              }
            }
            return outputs;
          });
    }
  }

  private static LoadedModel load(String task, int workers) {
    return Models.load(GoldenModels.file(task), GoldenModels.OPTIONS.withThreads(workers));
  }

  private interface Question {
    Callable<Object> number(int i);
  }

  private static void same(Question question) throws Exception {
    List<Object> serial = new ArrayList<>();
    for (int i = 0; i < THREADS * CALLS; i++) {
      serial.add(question.number(i).call());
    }
    CyclicBarrier start = new CyclicBarrier(THREADS);
    List<Future<List<Object>>> answers = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      for (int thread = 0; thread < THREADS; thread++) {
        int first = thread * CALLS;
        answers.add(
            pool.submit(() -> {
              start.await();
              List<Object> own = new ArrayList<>();
              for (int i = first; i < first + CALLS; i++) {
                own.add(question.number(i).call());
              }
              return own;
            }));
      }
    }
    List<Object> concurrent = new ArrayList<>();
    for (Future<List<Object>> answer : answers) {
      concurrent.addAll(answer.get());
    }
    assertThat(concurrent).isEqualTo(serial);
    assertThat(serial.stream().distinct().count()).isGreaterThan(1);
  }
}
