package dev.comporta.benchmarks.peers.onnxruntime;

import static dev.comporta.api.Formatting.formatted;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.comporta.benchmarks.graphs.GraphRun;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session of ONNX Runtime. In timed runs, the states that a run returns are the inputs of the
 * next one as they are, without a copy.
 */
final class OnnxGraph implements GraphRun {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Map<String, OnnxTensor> prepared = new HashMap<>();
  private final List<OnnxTensor> made = new ArrayList<>();
  private Map<String, String> states = Map.of();
  private OrtSession.@Nullable Result last;

  OnnxGraph(OrtEnvironment environment, OrtSession session) {
    this.environment = environment;
    this.session = session;
  }

  private static IllegalStateException refusal(OrtException e) {
    return new IllegalStateException(formatted("[onnxruntime] %s", e.getMessage()), e);
  }

  @Override
  public Map<String, dev.comporta.onnx.value.OnnxTensor> run(
      Map<String, dev.comporta.onnx.value.OnnxTensor> inputs) {
    Map<String, OnnxTensor> given = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, dev.comporta.onnx.value.OnnxTensor> input : inputs.entrySet()) {
        given.put(input.getKey(), OnnxTensors.to(environment, input.getValue()));
      }
      Map<String, dev.comporta.onnx.value.OnnxTensor> outputs = new LinkedHashMap<>();
      try (OrtSession.Result result = session.run(given)) {
        for (Map.Entry<String, OnnxValue> output : result) {
          outputs.put(output.getKey(), OnnxTensors.from(output.getKey(), output.getValue()));
        }
      }
      return outputs;
    } catch (OrtException e) {
      throw refusal(e);
    } finally {
      given.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public void prepare(
      Map<String, dev.comporta.onnx.value.OnnxTensor> inputs, Map<String, String> pairs) {
    release();
    states = pairs;
    try {
      for (Map.Entry<String, dev.comporta.onnx.value.OnnxTensor> input : inputs.entrySet()) {
        OnnxTensor tensor = OnnxTensors.to(environment, input.getValue());
        made.add(tensor);
        prepared.put(input.getKey(), tensor);
      }
    } catch (OrtException e) {
      throw refusal(e);
    }
  }

  @Override
  public void execute() {
    try {
      OrtSession.Result result = session.run(prepared);
      for (Map.Entry<String, String> state : states.entrySet()) {
        prepared.put(state.getKey(), (OnnxTensor) result.get(state.getValue()).orElseThrow());
      }
      if (last != null) {
        last.close(); // its states were the inputs of this run
      }
      last = result;
    } catch (OrtException e) {
      throw refusal(e);
    }
  }

  private void release() {
    if (last != null) {
      last.close();
      last = null;
    }
    made.forEach(OnnxTensor::close);
    made.clear();
    prepared.clear();
  }

  @Override
  public void close() {
    release();
    try {
      session.close();
    } catch (OrtException e) {
      throw refusal(e);
    }
  }
}
