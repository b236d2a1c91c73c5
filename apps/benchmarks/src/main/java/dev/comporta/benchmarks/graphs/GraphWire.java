package dev.comporta.benchmarks.graphs;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.benchmarks.peers.Wire;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Serialises tensors for the pipe between two of our processes. */
final class GraphWire {
  private GraphWire() {}

  static void writeTensors(DataOutput out, Map<String, OnnxTensor> tensors) throws IOException {
    out.writeInt(tensors.size());
    for (Map.Entry<String, OnnxTensor> entry : tensors.entrySet()) {
      Wire.writeText(out, entry.getKey());
      writeTensor(out, entry.getValue());
    }
  }

  static Map<String, OnnxTensor> readTensors(DataInput in) throws IOException {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      tensors.put(Wire.readText(in), readTensor(in));
    }
    return tensors;
  }

  static void writeTexts(DataOutput out, Map<String, String> texts) throws IOException {
    out.writeInt(texts.size());
    for (Map.Entry<String, String> entry : texts.entrySet()) {
      Wire.writeText(out, entry.getKey());
      Wire.writeText(out, entry.getValue());
    }
  }

  static Map<String, String> readTexts(DataInput in) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      texts.put(Wire.readText(in), Wire.readText(in));
    }
    return texts;
  }

  private static void writeTensor(DataOutput out, OnnxTensor tensor) throws IOException {
    out.writeInt(tensor.type().number());
    out.writeInt(tensor.rank());
    for (int size : tensor.sizes()) {
      out.writeInt(size);
    }
    if (tensor.type() == ElementType.STRING) {
      for (String text : tensor.strings()) {
        Wire.writeText(out, text);
      }
      return;
    }
    for (int from = 0; from < tensor.count(); from += BLOCK) {
      int count = Math.min(BLOCK, tensor.count() - from);
      ByteBuffer bytes = ByteBuffer.allocate(count * Long.BYTES);
      int length =
          switch (tensor.type().storage()) {
            case FLOATS -> {
              bytes.asFloatBuffer().put(tensor.floats(), from, count);
              yield count * Float.BYTES;
            }
            case DOUBLES -> {
              bytes.asDoubleBuffer().put(tensor.doubles(), from, count);
              yield count * Double.BYTES;
            }
            default -> {
              bytes.asLongBuffer().put(tensor.longs(), from, count);
              yield count * Long.BYTES;
            }
          };
      out.write(bytes.array(), 0, length);
    }
  }

  /** Elements of a tensor that are written at once. */
  private static final int BLOCK = 1 << 16;

  private static OnnxTensor readTensor(DataInput in) throws IOException {
    int number = in.readInt();
    ElementType type = ElementType.of(number);
    if (type == null) {
      throw new IOException(formatted("[benchmarks] unknown element type %d on the pipe", number));
    }
    int[] sizes = new int[in.readInt()];
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = in.readInt();
    }
    Object data = OnnxTensor.storage(type, (int) OnnxTensor.count(sizes));
    OnnxTensor tensor = OnnxTensor.of(type, data, sizes);
    if (type == ElementType.STRING) {
      for (int i = 0; i < tensor.count(); i++) {
        tensor.strings()[i] = Wire.readText(in);
      }
      return tensor;
    }
    int width = type.storage() == ElementType.Storage.FLOATS ? Float.BYTES : Long.BYTES;
    for (int from = 0; from < tensor.count(); from += BLOCK) {
      int count = Math.min(BLOCK, tensor.count() - from);
      byte[] bytes = new byte[count * width];
      in.readFully(bytes);
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      switch (type.storage()) {
        case FLOATS -> buffer.asFloatBuffer().get(tensor.floats(), from, count);
        case DOUBLES -> buffer.asDoubleBuffer().get(tensor.doubles(), from, count);
        default -> buffer.asLongBuffer().get(tensor.longs(), from, count);
      }
    }
    return tensor;
  }
}
