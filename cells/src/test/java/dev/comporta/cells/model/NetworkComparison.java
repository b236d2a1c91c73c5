package dev.comporta.cells.model;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.testkit.Problem;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One network in every way that it can be run: by definition and by plan over sequences, with
 * values and gradients, and as a session, many timesteps at once, and as a group.
 */
final class NetworkComparison {
  private static final double VALUES = 1e-4;
  private static final double GRADIENTS = 2e-3;

  /** How many times the effect of rounding the parameters a difference may be. */
  private static final double ROUNDINGS = 4;

  /** The largest such difference; where rounding may do more, a comparison says nothing. */
  private static final double MOST = 1e-2;

  private static final Loss LOSS =
      (prediction, target) ->
          new Loss.Value(
              prediction.times(prediction).times(0.5f).plus(prediction.times(0.3f)).sum(), 1);

  private final RandomNetwork network;
  private final SequenceModel model;
  private final String numbers;
  private final Batch batch;
  private final Batch next;
  private @Nullable Map<String, float[]> neighbour;
  private boolean saysNothing;

  private NetworkComparison(RandomNetwork network, int numbers) {
    this.network = network;
    this.numbers = "numbers " + numbers + " ";
    this.model = SequenceModel.build(network.spec(), Models.CATALOG);
    for (ParameterSpec spec : model.parameterSpecs()) {
      int offset = model.parameters().get(spec.name()).offset();
      float[] values =
          normal(spec.shape().count(), 1 / Math.sqrt(Math.max(1, spec.fanIn())), spec.name());
      System.arraycopy(values, 0, model.parameters().values(), offset, values.length);
    }
    model.parameters().changed();
    this.batch = batch("x", network.lengths());
    this.next = batch("next", null);
  }

  private float[] normal(int count, double scale, String name) {
    return Problems.normal(count, scale, network.seed(), numbers + name);
  }

  private Batch batch(String name, int @Nullable [] lengths) {
    int count = network.timesteps() * network.batch();
    Batch made =
        network.inputSize() == 0
            ? Batch.ofIds(
                new Ids(
                    network.timesteps(),
                    network.batch(),
                    Models.ids(count, RandomNetwork.VOCABULARY, name + network.seed())),
                lengths)
            : Batch.ofValues(
                network.timesteps(),
                network.batch(),
                network.inputSize(),
                normal(count * network.inputSize(), 1, name),
                lengths);
    return made.targets(1, new float[count]);
  }

  /**
   * What differs, in words, or null. Rounding may push a number over an edge where a gradient
   * jumps, but not for three sets of numbers; a plan that is wrong is wrong for all. Sets for which
   * the network amplifies rounding beyond all limits are left out.
   */
  static @Nullable String difference(RandomNetwork network) {
    String found = null;
    for (int numbers = 0; numbers < 3; numbers++) {
      NetworkComparison comparison;
      String difference;
      try {
        comparison = new NetworkComparison(network, numbers);
        difference = comparison.difference();
      } catch (ComportaException e) {
        return runs(network) ? "refused in one way only: " + e.getMessage() : null;
      } catch (RuntimeException e) {
        return e + " at " + Arrays.stream(e.getStackTrace()).limit(3).toList();
      }
      if (difference == null) {
        return null;
      }
      if (!comparison.saysNothing) {
        found = difference;
      }
    }
    return found;
  }

  /** Whether a network can be built and run as defined. */
  static boolean runs(RandomNetwork network) {
    try {
      NetworkComparison made = new NetworkComparison(network, 0);
      TensorBackend backend = Models.CATALOG.backend("reference");
      ModelRunner runner =
          new ModelRunner(made.model, backend, Workers.ALONE, Execution.DEFINITION);
      runner.predict(made.batch, runner.newCarry(network.batch()));
      return true;
    } catch (ComportaException e) {
      return false;
    }
  }

  private @Nullable String difference() {
    Map<String, float[]> exact = sequences("reference", Execution.DEFINITION);
    for (String backend : Models.CATALOG.names(Kind.BACKEND)) {
      for (Execution execution : Execution.values()) {
        String found = apart(exact, sequences(backend, execution));
        if (found != null) {
          return "%s, %s: %s".formatted(backend, execution, found);
        }
      }
      String found = streams(Models.CATALOG.backend(backend));
      if (found != null) {
        return "%s, %s".formatted(backend, found);
      }
    }
    return null;
  }

  // ---- sequences --------------------------------------------------------------------------------

  private Map<String, float[]> sequences(String backend, Execution execution) {
    ModelRunner runner =
        new ModelRunner(model, Models.CATALOG.backend(backend), Workers.ALONE, execution);
    Carry carry = runner.newCarry(network.batch());
    carry
        .parts()
        .forEach((name, part) ->
            System.arraycopy(normal(part.length, 0.5, name), 0, part, 0, part.length));
    Map<String, float[]> results = new LinkedHashMap<>();
    ModelRunner.LossResult loss = runner.train(batch, LOSS, carry, new CounterRandom(5));
    results.put("loss", new float[] {(float) loss.sum()});
    results.put("gradient", runner.gradients().clone());
    carry.parts().forEach((name, part) -> results.put("carry " + name, part.clone()));
    results.put("the next chunk", runner.predict(next, carry));
    results.put("a chunk alone", runner.predict(batch, runner.newCarry(network.batch())));
    return results;
  }

  private @Nullable String apart(Map<String, float[]> expected, Map<String, float[]> actual) {
    for (Map.Entry<String, float[]> entry : expected.entrySet()) {
      String name = entry.getKey();
      float[] wanted = entry.getValue();
      double distance = distance(actual.getOrDefault(name, new float[0]), wanted);
      double most = name.equals("gradient") ? GRADIENTS : VALUES;
      if (distance <= most) {
        continue;
      }
      double roundings = roundings(name, wanted);
      if (!(distance <= Math.min(MOST, roundings))) {
        saysNothing = roundings > MOST;
        return "%s differs by %s of its length".formatted(name, distance);
      }
    }
    return null;
  }

  /**
   * How far rounding may move a result. Deep stacks of exponential gates move further than the
   * limits above if each parameter moves to the next float32 number, however they are computed.
   */
  private double roundings(String name, float[] expected) {
    if (neighbour == null) {
      float[] values = model.parameters().values();
      float[] own = values.clone();
      float[] moved = Problem.neighbours(own, new CounterRandom(network.seed()), numbers);
      System.arraycopy(moved, 0, values, 0, values.length);
      model.parameters().changed();
      neighbour = sequences("reference", Execution.DEFINITION);
      System.arraycopy(own, 0, values, 0, values.length);
      model.parameters().changed();
    }
    return ROUNDINGS * distance(neighbour.get(name), expected);
  }

  private static double distance(float[] actual, float[] expected) {
    if (actual.length != expected.length) {
      return Double.POSITIVE_INFINITY;
    }
    double squares = 0;
    double length = 1e-6;
    for (int i = 0; i < actual.length; i++) {
      squares += Math.pow((double) actual[i] - expected[i], 2);
      length += Math.pow(expected[i], 2);
    }
    return Math.sqrt(squares / length);
  }

  // ---- streams ----------------------------------------------------------------------------------

  private @Nullable String streams(TensorBackend backend) {
    StreamingModel streaming;
    try {
      streaming = new StreamingModel(model, backend);
    } catch (ComportaException e) {
      return network.streams() ? "no session: " + e.getMessage() : null;
    }
    ModelRunner runner = new ModelRunner(model, backend, Workers.ALONE, Execution.DEFINITION);
    float[] expected = runner.predict(next, runner.newCarry(network.batch()));
    int width = streaming.outputSize();
    float[] group = group(streaming);
    if (!(distance(group, expected) <= VALUES)) {
      return "group differs by %s of its length".formatted(distance(group, expected));
    }
    for (int row = 0; row < Math.min(2, network.batch()); row++) {
      float[] wanted = row(expected, row, width);
      float[] alone = session(streaming, row);
      if (!(distance(alone, wanted) <= VALUES)) {
        return "session differs by %s of its length".formatted(distance(alone, wanted));
      }
      if (!Arrays.equals(alone, row(group, row, width))) {
        return "a group has other bits than a session";
      }
      if (!Arrays.equals(alone, several(streaming, row))) {
        return "several timesteps at once, a copy or a saved session have other bits than one by one";
      }
    }
    return null;
  }

  private float[] row(float[] all, int row, int width) {
    float[] one = new float[network.timesteps() * width];
    for (int t = 0; t < network.timesteps(); t++) {
      System.arraycopy(all, (t * network.batch() + row) * width, one, t * width, width);
    }
    return one;
  }

  private float[] group(StreamingModel streaming) {
    SessionGroup group = streaming.newGroup(network.batch());
    int count = network.batch() * streaming.outputSize();
    float[] all = new float[network.timesteps() * count];
    float[] outputs = new float[count];
    for (int round = 0; round < 2; round++) { // the second one after a reset
      for (int t = 0; t < network.timesteps(); t++) {
        if (round == 1 && t == network.timesteps() / 2) {
          group = restarted(group, streaming);
        }
        step(group, t, outputs);
        System.arraycopy(outputs, 0, all, t * count, count);
      }
      group.reset();
    }
    return all;
  }

  /** A new group whose rows continue from the saved ones, after others have left. */
  private SessionGroup restarted(SessionGroup group, StreamingModel streaming) {
    SessionGroup next = streaming.newEmptyGroup(network.batch());
    while (!next.isJoined(network.batch() - 1)) {
      next.join();
    }
    next.leave(0);
    next.join();
    for (int row = 0; row < network.batch(); row++) {
      next.load(row, group.save(row));
    }
    return next;
  }

  private void step(SessionGroup group, int t, float[] outputs) {
    int rows = network.batch();
    if (network.inputSize() == 0) {
      int[] ids = next.inputIds().values();
      group.step(Arrays.copyOfRange(ids, t * rows, (t + 1) * rows), outputs);
    } else {
      int count = rows * network.inputSize();
      group.step(Arrays.copyOfRange(next.values(), t * count, (t + 1) * count), outputs);
    }
  }

  private float[] session(StreamingModel streaming, int row) {
    float[] all = new float[network.timesteps() * streaming.outputSize()];
    try (Session session = streaming.newSession()) {
      for (int t = 0; t < network.timesteps(); t++) {
        step(session, t, row, all);
      }
    }
    return all;
  }

  private void step(Session session, int t, int row, float[] all) {
    int width = all.length / network.timesteps();
    int at = t * network.batch() + row;
    float[] output = new float[width];
    if (network.inputSize() == 0) {
      session.step(next.inputIds().values()[at], output);
    } else {
      session.step(next.values(), at * network.inputSize(), output, 0);
    }
    System.arraycopy(output, 0, all, t * width, width);
  }

  /**
   * A first part at once, one step, a copy that does the rest at once; after a reset. Then the same
   * rest from saved bytes: nothing is returned if it differs.
   */
  private float[] several(StreamingModel streaming, int row) {
    int timesteps = network.timesteps();
    float[] all = new float[timesteps * streaming.outputSize()];
    Session session = streaming.newSession();
    step(session, 0, row, all);
    session.reset();
    int first = timesteps / 2;
    run(session, 0, first, row, all);
    step(session, first, row, all);
    Session copy = session.fork();
    Session loaded = streaming.newSession();
    loaded.load(session.save());
    session.reset();
    run(copy, first + 1, timesteps, row, all);
    float[] again = all.clone();
    run(loaded, first + 1, timesteps, row, again);
    return Arrays.equals(all, again) ? all : new float[0];
  }

  private void run(Session session, int from, int to, int row, float[] all) {
    if (network.inputSize() == 0) {
      for (int t = from; t < to; t++) {
        step(session, t, row, all);
      }
      return;
    }
    int size = network.inputSize();
    int width = all.length / network.timesteps();
    float[] inputs = new float[(to - from) * size];
    for (int t = from; t < to; t++) {
      int at = (t * network.batch() + row) * size;
      System.arraycopy(next.values(), at, inputs, (t - from) * size, size);
    }
    float[] outputs = new float[(to - from) * width];
    session.run(inputs, to - from, outputs);
    System.arraycopy(outputs, 0, all, from * width, outputs.length);
  }

  /** The smallest network of those tried that still differs. */
  static RandomNetwork shrunk(RandomNetwork network) {
    boolean session = isRefusedSession(difference(network));
    RandomNetwork smallest = network;
    boolean progress = true;
    for (int tries = 0; progress && tries < 400; ) {
      progress = false;
      List<RandomNetwork> candidates = smallest.smaller();
      for (RandomNetwork smaller : candidates) {
        tries++;
        if (differs(smaller, session)) {
          smallest = smaller;
          progress = true;
          break;
        }
      }
    }
    return smallest;
  }

  /** Whether a network still differs; without an option, it may rightly refuse to stream. */
  private static boolean differs(RandomNetwork network, boolean session) {
    try {
      String difference = runs(network) ? difference(network) : null;
      return difference != null && isRefusedSession(difference) == session;
    } catch (RuntimeException e) {
      return false; // an edit that no catalog would build
    }
  }

  private static boolean isRefusedSession(@Nullable String difference) {
    return difference != null && difference.contains("no session");
  }
}
