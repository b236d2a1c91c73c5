package dev.comporta.onnx;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.onnx.schema.ModelSource;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.serialization.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * NumPy's {@code .npy} files with the types of ONNX's tensors. Pickled objects are never loaded.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class NumpyFiles {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST_HEADER = 1 << 16;
  private static final Pattern DESCR = Pattern.compile("'descr':\\s*'([<>|=]?)([a-zA-Z])([0-9]+)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order':\\s*(True|False)");

  /** Sizes of axes with a comma between two, or after the last. */
  private static final Pattern SHAPE =
      Pattern.compile("'shape'\\s*:\\s*\\(((?: *[0-9]{1,9} *,){0,32}(?: *[0-9]{1,9})? *)\\)");

  private NumpyFiles() {}

  /**
   * Reads an array.
   *
   * @param file a {@code .npy} file of numbers or truth values
   * @return the array, in row-major order
   * @throws OnnxException if the file cannot be read or is damaged
   */
  public static OnnxTensor read(Path file) {
    ModelSource source = ModelSource.read(file);
    ByteBuffer in = ByteBuffer.wrap(source.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() < 12 || !Arrays.equals(MAGIC, 0, 6, in.array(), 0, 6)) {
      throw source.refuse("expected a NumPy array (.npy) but its first bytes are others");
    }
    int version = in.get(6);
    in.position(8);
    long length = version == 1 ? in.getShort() & 0xffff : in.getInt() & 0xffffffffL;
    if (version < 1 || version > 3 || length > LONGEST_HEADER || length > in.remaining()) {
      throw source.refuse(formatted("its header has version %d and %d bytes", version, length));
    }
    byte[] text = new byte[(int) length];
    in.get(text);
    String header = new String(text, StandardCharsets.ISO_8859_1);
    Matcher descr = DESCR.matcher(header);
    Matcher order = ORDER.matcher(header);
    int[] sizes = shape(header);
    ElementType type = descr.find() ? type(descr.group(2) + descr.group(3)) : null;
    if (type == null || !order.find() || sizes == null) {
      throw source.refuse(
          "expected numbers or truth values but its header is " + Printable.quoted(header.strip()));
    }
    long count = OnnxTensor.count(sizes);
    if (count < 0 || count * type.bytes() != in.remaining()) {
      throw source.refuse(
          formatted(
              "its shape %s of %s does not fit the %d bytes of data",
              Arrays.toString(sizes), type.word(), in.remaining()));
    }
    ByteBuffer data =
        in.slice()
            .order(descr.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    Object values = OnnxTensor.storage(type, (int) count);
    boolean columns = order.group(1).equals("True");
    int[] index = new int[sizes.length];
    for (int i = 0; i < count; i++) {
      int at = i;
      if (columns) {
        at = 0;
        for (int axis = 0; axis < sizes.length; axis++) {
          at = at * sizes[axis] + index[axis];
        }
        for (int axis = 0; axis < sizes.length && ++index[axis] == sizes[axis]; axis++) {
          index[axis] = 0;
        }
      }
      set(type, values, at, data, i * type.bytes());
    }
    return OnnxTensor.of(type, values, sizes);
  }

  private static void set(ElementType type, Object values, int at, ByteBuffer data, int from) {
    switch (type) {
      case FLOAT32 -> ((float[]) values)[at] = data.getFloat(from);
      case FLOAT16 -> ((float[]) values)[at] = Float.float16ToFloat(data.getShort(from));
      case FLOAT64 -> ((double[]) values)[at] = data.getDouble(from);
      default ->
          ((long[]) values)[at] =
              type.wrap(
                  switch (type.bytes()) {
                    case 1 -> data.get(from);
                    case 2 -> data.getShort(from);
                    case 4 -> data.getInt(from);
                    default -> data.getLong(from);
                  });
    }
  }

  private static @Nullable ElementType type(String code) {
    return switch (code) {
      case "f8" -> ElementType.FLOAT64;
      case "f4" -> ElementType.FLOAT32;
      case "f2" -> ElementType.FLOAT16;
      case "i8" -> ElementType.INT64;
      case "i4" -> ElementType.INT32;
      case "i2" -> ElementType.INT16;
      case "i1" -> ElementType.INT8;
      case "u8" -> ElementType.UINT64;
      case "u4" -> ElementType.UINT32;
      case "u2" -> ElementType.UINT16;
      case "u1" -> ElementType.UINT8;
      case "b1" -> ElementType.BOOL;
      default -> null;
    };
  }

  private static String code(ElementType type) {
    return switch (type) {
      case FLOAT64 -> "<f8";
      case FLOAT32, BFLOAT16 -> "<f4";
      case FLOAT16 -> "<f2";
      case INT64 -> "<i8";
      case INT32 -> "<i4";
      case INT16 -> "<i2";
      case INT8 -> "|i1";
      case UINT64 -> "<u8";
      case UINT32 -> "<u4";
      case UINT16 -> "<u2";
      case UINT8 -> "|u1";
      case BOOL -> "|b1";
      case STRING -> throw new OnnxException("[onnx] text cannot be written as a NumPy array");
    };
  }

  /**
   * The shape in the header of an array.
   *
   * @param header the text of the header
   * @return the sizes of the axes; null if the header has no shape, or one that is more than
   *     numbers of up to nine digits with a comma between two
   */
  public static int @Nullable [] shape(String header) {
    Matcher shape = SHAPE.matcher(header);
    return shape.find()
        ? Arrays.stream(shape.group(1).split(",", -1))
            .map(String::strip)
            .filter(size -> !size.isEmpty())
            .mapToInt(Integer::parseInt)
            .toArray()
        : null;
  }

  /**
   * Writes an array. Elements of bfloat16, which NumPy does not have, become float32.
   *
   * @param file the file to write
   * @param tensor numbers or truth values
   * @throws OnnxException if the tensor is text
   * @throws dev.comporta.serialization.ModelFileException if the file cannot be written; an
   *     existing one is then unchanged
   */
  public static void write(Path file, OnnxTensor tensor) {
    String shape =
        Arrays.stream(tensor.sizes())
            .mapToObj(size -> size + ",")
            .collect(Collectors.joining(" ", "(", ")"));
    String header =
        formatted(
            "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", code(tensor.type()), shape);
    int padding = 63 - (10 + header.length()) % 64;
    header = header + " ".repeat(padding) + "\n";
    int width = tensor.type() == ElementType.BFLOAT16 ? 4 : tensor.type().bytes();
    ByteBuffer data =
        ByteBuffer.allocate(Math.multiplyExact(width, tensor.count()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < tensor.count(); i++) {
      switch (tensor.type()) {
        case FLOAT32, BFLOAT16 -> data.putFloat(tensor.floats()[i]);
        case FLOAT16 -> data.putShort(Float.floatToFloat16(tensor.floats()[i]));
        case FLOAT64 -> data.putDouble(tensor.doubles()[i]);
        default -> {
          long value = tensor.longs()[i];
          switch (width) {
            case 1 -> data.put((byte) value);
            case 2 -> data.putShort((short) value);
            case 4 -> data.putInt((int) value);
            default -> data.putLong(value);
          }
        }
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(MAGIC);
    out.write(1);
    out.write(0);
    out.write(header.length() & 0xff);
    out.write(header.length() >> 8);
    out.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(data.array());
    AtomicFile.write(file, out.toByteArray());
  }
}
