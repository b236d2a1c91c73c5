package dev.comporta.benchmarks.peers.onnxruntime;

import static dev.comporta.api.Formatting.formatted;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import dev.comporta.onnx.value.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Converts tensors to and from those of ONNX Runtime. */
final class OnnxTensors {
  private OnnxTensors() {}

  /** The tensor of ONNX Runtime, to be closed. */
  static OnnxTensor to(OrtEnvironment environment, dev.comporta.onnx.value.OnnxTensor tensor)
      throws OrtException {
    long[] shape = Arrays.stream(tensor.sizes()).asLongStream().toArray();
    ElementType type = tensor.type();
    if (type == ElementType.STRING) {
      return OnnxTensor.createTensor(environment, tensor.strings(), shape);
    }
    ByteBuffer bytes = bytes(tensor);
    return switch (type) {
      case FLOAT32 -> OnnxTensor.createTensor(environment, bytes.asFloatBuffer(), shape);
      case FLOAT64 -> OnnxTensor.createTensor(environment, bytes.asDoubleBuffer(), shape);
      case FLOAT16 ->
          OnnxTensor.createTensor(environment, bytes.asShortBuffer(), shape, OnnxJavaType.FLOAT16);
      case BFLOAT16 ->
          OnnxTensor.createTensor(environment, bytes.asShortBuffer(), shape, OnnxJavaType.BFLOAT16);
      case INT64 -> OnnxTensor.createTensor(environment, bytes.asLongBuffer(), shape);
      case INT32 -> OnnxTensor.createTensor(environment, bytes.asIntBuffer(), shape);
      case INT16 -> OnnxTensor.createTensor(environment, bytes.asShortBuffer(), shape);
      case INT8 -> OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.INT8);
      case UINT8 -> OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.UINT8);
      case BOOL -> OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.BOOL);
      default ->
          throw new IllegalArgumentException(
              formatted("[onnxruntime] its Java package makes no tensor of %s", type.word()));
    };
  }

  /** The elements in memory as ONNX Runtime reads them. */
  private static ByteBuffer bytes(dev.comporta.onnx.value.OnnxTensor tensor) {
    ElementType type = tensor.type();
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.multiplyExact(tensor.count(), type.bytes()))
            .order(ByteOrder.nativeOrder());
    for (int i = 0; i < tensor.count(); i++) {
      switch (type) {
        case FLOAT32 -> bytes.putFloat(tensor.floats()[i]);
        case FLOAT64 -> bytes.putDouble(tensor.doubles()[i]);
        case FLOAT16 -> bytes.putShort(Float.floatToFloat16(tensor.floats()[i]));
        case BFLOAT16 ->
            bytes.putShort((short) (Float.floatToRawIntBits(tensor.floats()[i]) >>> 16));
        default -> {
          long value = tensor.longs()[i];
          switch (type.bytes()) {
            case 1 -> bytes.put((byte) value);
            case 2 -> bytes.putShort((short) value);
            case 4 -> bytes.putInt((int) value);
            default -> bytes.putLong(value);
          }
        }
      }
    }
    return bytes.flip();
  }

  /** A copy of an output. */
  static dev.comporta.onnx.value.OnnxTensor from(String name, OnnxValue value) throws OrtException {
    if (!(value instanceof OnnxTensor tensor)) {
      throw new IllegalArgumentException(
          formatted(
              "[onnxruntime] expected tensors but the output %s is %s", name, value.getType()));
    }
    TensorInfo info = tensor.getInfo();
    int[] sizes = Arrays.stream(info.getShape()).mapToInt(Math::toIntExact).toArray();
    if (info.type == OnnxJavaType.STRING) {
      Object text = tensor.getValue();
      String[] texts = text instanceof String one ? new String[] {one} : flat((Object[]) text);
      return dev.comporta.onnx.value.OnnxTensor.of(texts, sizes);
    }
    ElementType type = type(name, info);
    int count = (int) dev.comporta.onnx.value.OnnxTensor.count(sizes);
    Object data = dev.comporta.onnx.value.OnnxTensor.storage(type, count);
    if (count == 0) {
      return dev.comporta.onnx.value.OnnxTensor.of(type, data, sizes);
    }
    ByteBuffer bytes = tensor.getByteBuffer().order(ByteOrder.nativeOrder());
    for (int i = 0; i < count; i++) {
      switch (type) {
        case FLOAT32 -> ((float[]) data)[i] = bytes.getFloat();
        case FLOAT64 -> ((double[]) data)[i] = bytes.getDouble();
        case FLOAT16 -> ((float[]) data)[i] = Float.float16ToFloat(bytes.getShort());
        case BFLOAT16 -> ((float[]) data)[i] = Float.intBitsToFloat(bytes.getShort() << 16);
        default ->
            ((long[]) data)[i] =
                type.wrap(
                    switch (type.bytes()) {
                      case 1 -> bytes.get();
                      case 2 -> bytes.getShort();
                      case 4 -> bytes.getInt();
                      default -> bytes.getLong();
                    });
      }
    }
    return dev.comporta.onnx.value.OnnxTensor.of(type, data, sizes);
  }

  private static String[] flat(Object[] texts) {
    return Arrays.stream(texts)
        .flatMap(it ->
            Arrays.stream(it instanceof Object[] more ? flat(more) : new String[] {(String) it}))
        .toArray(String[]::new);
  }

  private static ElementType type(String name, TensorInfo info) {
    return switch (info.onnxType) {
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> ElementType.FLOAT32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> ElementType.FLOAT64;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> ElementType.FLOAT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> ElementType.BFLOAT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> ElementType.INT8;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> ElementType.INT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> ElementType.INT32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> ElementType.INT64;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> ElementType.UINT8;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> ElementType.UINT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32 -> ElementType.UINT32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64 -> ElementType.UINT64;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> ElementType.BOOL;
      default ->
          throw new IllegalArgumentException(
              formatted(
                  "[onnxruntime] the type %s of output %s is not supported", info.onnxType, name));
    };
  }
}
