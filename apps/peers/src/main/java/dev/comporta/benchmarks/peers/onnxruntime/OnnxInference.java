package dev.comporta.benchmarks.peers.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A session with preallocated tensors: every call reads and writes the same direct buffers. The
 * state of a stream alternates between two sets of tensors; the outputs of one call are the inputs
 * of the next.
 */
final class OnnxInference implements Run {

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final List<OnnxTensor> tensors = new ArrayList<>();
  private final List<Map<String, OnnxTensor>> inputs = new ArrayList<>();
  private final List<Map<String, OnnxTensor>> outputs = new ArrayList<>();
  private final List<FloatBuffer> answers = new ArrayList<>();
  private int next;
  private int latest;

  OnnxInference(
      OrtEnvironment environment, OrtSession session, Workload.Inference w, float[] values)
      throws OrtException {
    this.environment = environment;
    this.session = session;
    FloatBuffer inputBuffer = direct(values.length).put(values).rewind();
    OnnxTensor input = tensor(inputBuffer, w.timesteps(), w.batch(), w.input());
    if (w.streams()) {
      stream(w, input);
    } else {
      FloatBuffer answer = direct(w.timesteps() * w.batch() * w.hidden());
      inputs.add(Map.of("x", input));
      outputs.add(Map.of("y", tensor(answer, w.timesteps(), 1, w.batch(), w.hidden())));
      answers.add(answer);
    }
  }

  private void stream(Workload.Inference w, OnnxTensor input) throws OrtException {
    List<String> names = w.cell().hasCellState() ? List.of("h", "c") : List.of("h");
    List<Map<String, OnnxTensor>> states = new ArrayList<>();
    for (int side = 0; side < 2; side++) {
      Map<String, OnnxTensor> state = new LinkedHashMap<>();
      for (String name : names) {
        FloatBuffer buffer = direct(w.batch() * w.hidden());
        state.put(name, tensor(buffer, 1, w.batch(), w.hidden()));
        if (name.equals("h")) {
          answers.add(buffer);
        }
      }
      states.add(state);
    }
    for (int side = 0; side < 2; side++) {
      Map<String, OnnxTensor> from = new LinkedHashMap<>(states.get(side));
      from.put("x", input);
      inputs.add(from);
      Map<String, OnnxTensor> to = new LinkedHashMap<>();
      states.get(1 - side).forEach((name, tensor) -> to.put(name + "_next", tensor));
      outputs.add(to);
    }
    answers.add(answers.removeFirst());
  }

  private static FloatBuffer direct(int size) {
    return ByteBuffer.allocateDirect(size * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private OnnxTensor tensor(FloatBuffer buffer, long... shape) throws OrtException {
    OnnxTensor tensor = OnnxTensor.createTensor(environment, buffer, shape);
    tensors.add(tensor);
    return tensor;
  }

  @Override
  public void execute() {
    latest = next;
    try (OrtSession.Result _ = session.run(inputs.get(latest), Set.of(), outputs.get(latest))) {
      next = (latest + 1) % inputs.size();
    } catch (OrtException e) {
      throw new IllegalStateException("[onnxruntime] the session's run failed", e);
    }
  }

  @Override
  public float[] result() {
    FloatBuffer answer = answers.get(latest);
    float[] values = new float[answer.capacity()];
    answer.get(0, values);
    return values;
  }

  @Override
  public void close() {
    tensors.forEach(OnnxTensor::close);
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("[onnxruntime] cannot close the session", e);
    }
  }
}
