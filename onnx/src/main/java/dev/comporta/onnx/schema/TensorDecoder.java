package dev.comporta.onnx.schema;

import static dev.comporta.api.Formatting.formatted;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.comporta.api.Printable;
import dev.comporta.onnx.proto.SparseTensorProto;
import dev.comporta.onnx.proto.StringStringEntryProto;
import dev.comporta.onnx.proto.TensorProto;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.serialization.FolderFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;

/**
 * Decodes tensors. Their sizes are compared with the data that the file really has before anything
 * is allocated. External data must lie in the model's folder or below it, symbolic links resolved.
 */
public final class TensorDecoder {
  private static final int EXTERNAL = 1;
  private static final int MOST_AXES = 64;

  /** External data are read into one array. */
  private static final long MOST_EXTERNAL = Integer.MAX_VALUE - 64L;

  private final ModelSource source;
  private final IdentityHashMap<MessageLite, OnnxTensor> known = new IdentityHashMap<>();
  private boolean remembers;

  /** A decoder for the tensors of a file. */
  public TensorDecoder(ModelSource source) {
    this.source = source;
  }

  /**
   * From now on, until {@link #forget}, each message is decoded once only. The calls of a function
   * share the tensors of its body. One thread may use the decoder meanwhile.
   */
  public void remember() {
    remembers = true;
  }

  /** Ends {@link #remember} and lets go of the tensors. */
  public void forget() {
    remembers = false;
    known.clear();
  }

  private static String named(TensorProto tensor) {
    return tensor.getName().isEmpty() ? "a tensor" : "tensor " + Printable.quoted(tensor.getName());
  }

  private OnnxException refuse(TensorProto tensor, String why) {
    return source.refuse(named(tensor) + " " + why);
  }

  /** Decodes a tensor. */
  public OnnxTensor decode(TensorProto tensor) {
    return once(tensor, this::decoded);
  }

  private <M extends MessageLite> OnnxTensor once(M message, Function<M, OnnxTensor> decodes) {
    OnnxTensor before = known.get(message);
    if (before != null) {
      return before;
    }
    OnnxTensor decoded = decodes.apply(message);
    if (remembers) {
      known.put(message, decoded);
    }
    return decoded;
  }

  private OnnxTensor decoded(TensorProto tensor) {
    ElementType type = ElementType.of(tensor.getDataType());
    if (type == null) {
      throw refuse(
          tensor,
          formatted(
              "has the element type %d, which is not supported; supported are floats of 16 to 64 bits, integers of 8 to 64 bits, bool and string",
              tensor.getDataType()));
    }
    int[] sizes = sizes(tensor, tensor.getDimsList());
    int count = (int) OnnxTensor.count(sizes);
    if (tensor.getDataLocation() == EXTERNAL) {
      return external(tensor, type, sizes, count);
    }
    if (type == ElementType.STRING) {
      expect(tensor, tensor.getStringDataCount(), count, "strings");
      return OnnxTensor.of(
          tensor.getStringDataList().stream().map(ByteString::toStringUtf8).toArray(String[]::new),
          sizes);
    }
    if (!tensor.getRawData().isEmpty() || (count == 0 && typed(tensor) == 0)) {
      expect(tensor, tensor.getRawData().size(), (long) count * type.bytes(), "bytes");
      return raw(type, tensor.getRawData().asReadOnlyByteBuffer(), sizes, count);
    }
    return typed(tensor, type, sizes, count);
  }

  private static long typed(TensorProto tensor) {
    return (long) tensor.getFloatDataCount()
        + tensor.getInt32DataCount()
        + tensor.getInt64DataCount()
        + tensor.getDoubleDataCount()
        + tensor.getUint64DataCount();
  }

  private int[] sizes(TensorProto tensor, List<Long> dims) {
    if (dims.size() > MOST_AXES) {
      throw refuse(
          tensor, formatted("has %d axes, more than the limit of %d", dims.size(), MOST_AXES));
    }
    int[] sizes = new int[dims.size()];
    for (int axis = 0; axis < sizes.length; axis++) {
      long size = dims.get(axis);
      if (size < 0 || size > OnnxTensor.MOST_ELEMENTS) {
        throw refuse(tensor, formatted("has the size %d on axis %d", size, axis));
      }
      sizes[axis] = (int) size;
    }
    if (OnnxTensor.count(sizes) < 0) {
      throw refuse(
          tensor, formatted("has sizes whose product is too large for an array: shape %s", dims));
    }
    return sizes;
  }

  private void expect(TensorProto tensor, long found, long expected, String what) {
    if (found != expected) {
      throw refuse(
          tensor,
          formatted(
              "has the shape %s, which needs %d %s, but holds %d; the file is damaged",
              tensor.getDimsList(), expected, what, found));
    }
  }

  private OnnxTensor raw(ElementType type, ByteBuffer data, int[] sizes, int count) {
    ByteBuffer in = data.order(ByteOrder.LITTLE_ENDIAN);
    int at = in.position();
    Object elements = OnnxTensor.storage(type, count);
    switch (type) {
      case FLOAT32 -> in.asFloatBuffer().get((float[]) elements);
      case FLOAT64 -> in.asDoubleBuffer().get((double[]) elements);
      case INT64, UINT64 -> in.asLongBuffer().get((long[]) elements);
      case FLOAT16 -> {
        for (int i = 0; i < count; i++) {
          ((float[]) elements)[i] = Float.float16ToFloat(in.getShort(at + 2 * i));
        }
      }
      case BFLOAT16 -> {
        for (int i = 0; i < count; i++) {
          ((float[]) elements)[i] = Float.intBitsToFloat(in.getShort(at + 2 * i) << 16);
        }
      }
      default -> {
        long[] longs = (long[]) elements;
        for (int i = 0; i < count; i++) {
          longs[i] =
              type.wrap(
                  switch (type.bytes()) {
                    case 1 -> in.get(at + i);
                    case 2 -> in.getShort(at + 2 * i);
                    default -> in.getInt(at + 4 * i);
                  });
        }
      }
    }
    return OnnxTensor.of(type, elements, sizes);
  }

  private OnnxTensor typed(TensorProto tensor, ElementType type, int[] sizes, int count) {
    Object elements;
    switch (type) {
      case FLOAT32 -> {
        expect(tensor, tensor.getFloatDataCount(), count, "numbers");
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
          floats[i] = tensor.getFloatData(i);
        }
        elements = floats;
      }
      case FLOAT64 -> {
        expect(tensor, tensor.getDoubleDataCount(), count, "numbers");
        elements = tensor.getDoubleDataList().stream().mapToDouble(Double::doubleValue).toArray();
      }
      case INT64 -> {
        expect(tensor, tensor.getInt64DataCount(), count, "numbers");
        elements = tensor.getInt64DataList().stream().mapToLong(Long::longValue).toArray();
      }
      case UINT32, UINT64 -> {
        expect(tensor, tensor.getUint64DataCount(), count, "numbers");
        elements = tensor.getUint64DataList().stream().mapToLong(type::wrap).toArray();
      }
      case FLOAT16, BFLOAT16 -> {
        expect(tensor, tensor.getInt32DataCount(), count, "numbers");
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
          int bits = tensor.getInt32Data(i);
          floats[i] =
              type == ElementType.FLOAT16
                  ? Float.float16ToFloat((short) bits)
                  : Float.intBitsToFloat(bits << 16);
        }
        elements = floats;
      }
      default -> {
        expect(tensor, tensor.getInt32DataCount(), count, "numbers");
        elements = tensor.getInt32DataList().stream().mapToLong(type::wrap).toArray();
      }
    }
    return OnnxTensor.of(type, elements, sizes);
  }

  private OnnxTensor external(TensorProto tensor, ElementType type, int[] sizes, int count) {
    String location = "";
    long offset = 0;
    long bytes = (long) count * type.bytes();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      switch (entry.getKey()) {
        case "location" -> location = entry.getValue();
        case "offset" -> offset = number(tensor, entry);
        case "length" -> expect(tensor, number(tensor, entry), bytes, "bytes");
        default -> {
          // A checksum, and what other tools add: the data are checked by their length.
        }
      }
    }
    if (type == ElementType.STRING) {
      throw refuse(tensor, "is text in an external file, which is not supported");
    }
    if (bytes > MOST_EXTERNAL) {
      throw refuse(
          tensor,
          formatted(
              "needs %,d bytes of external data, but one tensor can have at most %,d; split it",
              bytes, MOST_EXTERNAL));
    }
    Path file = inside(tensor, location);
    try (SeekableByteChannel in = Files.newByteChannel(file)) {
      if (offset > in.size() || bytes > in.size() - offset) {
        throw refuse(
            tensor,
            formatted(
                "needs %d bytes at %d of the external file %s, which has %d; the file is truncated",
                bytes, offset, Printable.quoted(location), in.size()));
      }
      if (bytes > Runtime.getRuntime().maxMemory() / 2) {
        throw refuse(tensor, formatted("needs %,d bytes; raise the limit with -Xmx", bytes));
      }
      ByteBuffer data = ByteBuffer.allocate((int) bytes);
      in.position(offset);
      while (data.hasRemaining()) {
        if (in.read(data) < 0) {
          throw refuse(tensor, "ends early: the external file became shorter while it was read");
        }
      }
      return raw(type, data.flip(), sizes, count);
    } catch (IOException e) {
      throw source.refuse(
          formatted(
              "the external file %s of %s cannot be read: %s",
              Printable.quoted(location), named(tensor), Printable.quote(e.getMessage())),
          e);
    }
  }

  private long number(TensorProto tensor, StringStringEntryProto entry) {
    try {
      long number = Long.parseLong(entry.getValue());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw source.refuse(
          formatted(
              "expected a number as %s of external data but got %s",
              Printable.quoted(entry.getKey()), Printable.quoted(entry.getValue())),
          e);
    }
    throw refuse(
        tensor, formatted("has a negative %s of external data", Printable.quoted(entry.getKey())));
  }

  /** The file of external data, which must be in the model's folder after links are resolved. */
  private Path inside(TensorProto tensor, String location) {
    Path folder = source.folder();
    if (folder == null) {
      throw refuse(tensor, "has external data, but the model is not read from a file");
    }
    try {
      return FolderFile.inside(folder, location);
    } catch (IOException e) {
      throw source.refuse(
          formatted(
              "%s has external data in the file %s, which %s; expected a file inside the model's folder",
              named(tensor), Printable.quoted(location), Printable.quote(e.getMessage())),
          e);
    }
  }

  /** Decodes a sparse tensor into a dense one, which may have at most 64 times its elements. */
  public OnnxTensor decode(SparseTensorProto sparse) {
    return once(sparse, this::decoded);
  }

  private OnnxTensor decoded(SparseTensorProto sparse) {
    TensorProto proto = sparse.getValues();
    OnnxTensor values = decode(proto);
    OnnxTensor indices = decode(sparse.getIndices());
    int[] sizes = sizes(proto, sparse.getDimsList());
    long count = OnnxTensor.count(sizes);
    if (count > 4096L + 64L * values.count()) {
      throw refuse(proto, "is a sparse tensor that is almost empty, which is not supported");
    }
    boolean flat = indices.rank() == 1;
    if (values.type().storage() == ElementType.Storage.STRINGS
        || indices.type() != ElementType.INT64
        || indices.count() != (flat ? 1L : sizes.length) * values.count()) {
      throw refuse(proto, "is a sparse tensor whose indices do not fit its values");
    }
    Object data = OnnxTensor.storage(values.type(), (int) count);
    for (int i = 0; i < values.count(); i++) {
      long at = 0;
      if (flat) {
        at = indices.longs()[i];
      } else {
        for (int axis = 0; axis < sizes.length; axis++) {
          long index = indices.longs()[i * sizes.length + axis];
          at = index < 0 || index >= sizes[axis] ? -1 : at < 0 ? at : at * sizes[axis] + index;
        }
      }
      if (at < 0 || at >= count) {
        throw refuse(proto, "is a sparse tensor with an index outside of its shape");
      }
      System.arraycopy(values.data(), i, data, (int) at, 1);
    }
    return OnnxTensor.of(values.type(), data, sizes);
  }
}
