package dev.comporta.cells.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.UntraceableException;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.Activation;
import dev.comporta.cells.layers.ActivationLayer;
import dev.comporta.cells.layers.EmbeddingLayer;
import dev.comporta.cells.layers.SequentialLayer;
import dev.comporta.cells.plan.stream.StreamGroup;
import dev.comporta.cells.plan.stream.StreamPlan;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * A model compiled for inference timestep by timestep: its parameters are copied and packed once,
 * and any number of {@linkplain Session sessions} on any number of threads share them. Later
 * changes of the model have no effect.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class StreamingModel {
  private static final Duration LONGEST_WARM_UP = Duration.ofDays(1);

  /** What one array can hold on any JVM. */
  private static final long MOST_FLOATS = Integer.MAX_VALUE - 64;

  private final StreamPlan plan;

  /** The table of the first layer's embedding {@code [V, E]}, or empty if the input is features. */
  private final float[] table;

  private final int vocabulary;
  private final SavedState saved;

  /**
   * Compiles a model for streaming.
   *
   * @param model the model
   * @param backend computes the primitives
   * @throws ComportaException if a layer needs more than one timestep at a time, such as a layer
   *     that runs in reverse
   */
  public StreamingModel(SequenceModel model, TensorBackend backend) {
    this(model, backend, Workers.ALONE);
  }

  /**
   * Compiles a model for streaming with several threads per stream. Large layers are divided into
   * one share of the columns per thread; results have the same bits. A session whose workers are
   * busy with another session runs its steps on its own thread, so that few streams are faster and
   * many are no slower.
   *
   * @param model the model
   * @param backend computes the primitives
   * @param workers the threads that share the timesteps of a session if that is faster
   * @throws ComportaException if a layer needs more than one timestep at a time, such as a layer
   *     that runs in reverse
   */
  public StreamingModel(SequenceModel model, TensorBackend backend, Workers workers) {
    if (!model.encoder().isEmpty()) {
      throw new ComportaException(
          "[session] expected a model without an encoder but this one reads a source first; run it with ModelRunner.encode and ModelRunner.predict");
    }
    Map<String, Layer> layers = new LinkedHashMap<>();
    for (int i = 0; i < model.layers().size(); i++) {
      layers.put(SequenceModel.prefix(i), model.layers().get(i));
    }
    int inputSize = model.inputSize();
    if (inputSize == 0) {
      Embedding first = Embedding.takenFrom(layers);
      layers = first.behind();
      this.table = model.parameters().copy(first.prefix() + EmbeddingLayer.TABLE);
      this.vocabulary = first.layer().vocabulary();
      inputSize = first.layer().size();
    } else {
      this.table = new float[0];
      this.vocabulary = 0;
    }
    StreamPlan compiled;
    try {
      compiled = new StreamPlan(layers, inputSize, model.parameters(), backend, workers);
    } catch (UntraceableException e) {
      throw new ComportaException(
          "[session] this model cannot run timestep by timestep: " + e.getMessage(), e);
    }
    this.plan = compiled;
    this.saved = new SavedState(compiled.layout());
  }

  /**
   * The embedding that reads the ids.
   *
   * @param prefix of its parameters
   * @param layer the embedding
   * @param behind what comes after it, one layer at least
   */
  private record Embedding(String prefix, EmbeddingLayer layer, Map<String, Layer> behind) {
    /** Looks into layers in layers, so that it does not matter how a model is written. */
    static Embedding takenFrom(Map<String, Layer> layers) {
      Map<String, Layer> behind = new LinkedHashMap<>(layers);
      Map.Entry<String, Layer> first = behind.entrySet().iterator().next();
      behind.remove(first.getKey());
      if (first.getValue() instanceof SequentialLayer inner) {
        Map<String, Layer> opened = new LinkedHashMap<>();
        inner.named().forEach((name, layer) -> opened.put(first.getKey() + name, layer));
        opened.putAll(behind);
        return takenFrom(opened);
      }
      if (!(first.getValue() instanceof EmbeddingLayer embedding)) {
        throw new ComportaException(
            formatted(
                "[session] expected an embedding where the ids are read but found %s (%s), which streams do not cover; run whole sequences instead",
                first.getKey().substring(0, first.getKey().length() - 1),
                first.getValue().getClass().getSimpleName()));
      }
      if (behind.isEmpty()) {
        behind.put("identity.", new ActivationLayer(embedding.size(), Activation.IDENTITY));
      }
      return new Embedding(first.getKey(), embedding, behind);
    }
  }

  /**
   * A stream of its own.
   *
   * @return a session in its initial state
   */
  public Session newSession() {
    return new Session(this, plan.stream());
  }

  /**
   * Runs steps that belong to no session until the JVM has compiled them, for ten seconds at most;
   * see {@link #warmUp(Duration)}.
   */
  public void warmUp() {
    warmUp(Duration.ofSeconds(10));
  }

  /**
   * Runs steps that belong to no session until the JVM has compiled them, so that the first steps
   * of real streams are fast and allocate nothing. Call it once when a service starts. It returns
   * when steps are no longer getting faster, usually after one to three seconds, most of which the
   * thread sleeps while the compiler works; when the time is over; or when the thread is
   * interrupted, which remains so. Sessions may be used at the same time.
   *
   * <p>What it prepares is a step of a session. {@link Session#run} and groups have kernels of
   * their own, which their first calls compile.
   *
   * @param most the maximum time
   * @throws ComportaException if it is negative
   */
  public void warmUp(Duration most) {
    if (most.isNegative()) {
      throw new ComportaException(
          "[session.warmUp] expected a time of zero or more but got " + most);
    }
    Duration time = most.compareTo(LONGEST_WARM_UP) > 0 ? LONGEST_WARM_UP : most;
    float[] output = new float[outputSize()];
    float[] input = new float[inputSize()];
    Arrays.fill(input, 0.25f);
    try (Session session = newSession()) {
      plan.warmUp(
          () -> {
            if (vocabulary > 0) {
              session.step(0, output);
            } else {
              session.step(input, output);
            }
          },
          time.toNanos());
    }
  }

  /**
   * Creates a group of streams that advance together, each with the same bits as alone. All of its
   * rows are joined.
   *
   * @param streams the number of streams, 1 or more
   * @return the group, with all streams in their initial state
   */
  public SessionGroup newGroup(int streams) {
    return new SessionGroup(this, group(streams), streams, streams);
  }

  /**
   * Creates a group that streams join and leave while it runs.
   *
   * @param capacity the maximum number of streams, 1 or more
   * @return the group, with no stream in it
   */
  public SessionGroup newEmptyGroup(int capacity) {
    return new SessionGroup(this, group(capacity), capacity, 0);
  }

  private StreamGroup group(int capacity) {
    if (capacity < 1) {
      throw new ComportaException(
          "[session] expected a group of 1 stream or more but got " + capacity);
    }
    long features = Math.max(plan.layout().size() * 2L, Math.max(inputSize(), outputSize()));
    if (capacity * features > MOST_FLOATS) {
      throw new ComportaException(
          formatted(
              "[session] expected a group of at most %d streams of this model, whose states fit into one array, but got %d; open several groups",
              MOST_FLOATS / features, capacity));
    }
    return plan.group(capacity);
  }

  /**
   * The number of input features per timestep.
   *
   * @return the number of features; those of the embedding if the input is ids
   */
  public int inputSize() {
    return plan.inputSize();
  }

  /**
   * The number of output features per timestep.
   *
   * @return the features of the last layer
   */
  public int outputSize() {
    return plan.outputSize();
  }

  /**
   * The size of the vocabulary.
   *
   * @return V, or 0 if the input is features
   */
  public int vocabulary() {
    return vocabulary;
  }

  /** Reads and writes states as bytes. */
  SavedState saved() {
    return saved;
  }

  float[] table() {
    return table;
  }

  /** The index of an id's embedding in {@link #table}. */
  int row(int id) {
    if (id < 0 || id >= vocabulary) {
      throw new ComportaException(
          vocabulary == 0
              ? "[session.step] expected features but got an id; this model has no embedding"
              : formatted(
                  "[session.step] expected an id between 0 and %d but got %d", vocabulary - 1, id));
    }
    return id * plan.inputSize();
  }
}
