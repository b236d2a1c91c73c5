package dev.comporta.exchange.files;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.onnx.NumpyFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** NumPy's arrays: {@code .npy} files, and {@code .npz} archives of them. */
public final class Npy {
  private static final Pattern DESCR = Pattern.compile("'descr' *: *'([<>|=])([fiub])(\\d)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order' *: *(True|False)");

  private static final int LONGEST_HEADER = 1 << 16;
  private static final int MOST_AXES = 8;

  private Npy() {}

  private static boolean is(Input input) {
    return input.begins(0x93, 'N', 'U', 'M', 'P', 'Y');
  }

  /** Reads an archive of arrays. */
  public static Tensors archive(Input input) {
    Tensors tensors = new Tensors(input);
    try (ZipArchive zip = ZipArchive.open(input)) {
      for (String name : zip.names()) {
        if (name.endsWith(".npy")) {
          String array = name.substring(0, name.length() - 4);
          tensors.add(read(input.part(name, zip.bytes(name)), array));
        }
      }
    }
    return tensors;
  }

  /** Reads one array. */
  public static ForeignTensor read(Input input, String name) {
    if (!is(input)) {
      throw input.refuse("it does not begin with the signature of NumPy's arrays");
    }
    ByteReader in = new ByteReader(input, ByteOrder.LITTLE_ENDIAN);
    in.skip(6);
    int version = in.u8();
    in.u8();
    int length = version == 1 ? in.u16() : in.i32();
    if (version < 1 || version > 3 || length < 0 || length > LONGEST_HEADER) {
      throw input.refuse(
          formatted(
              "its header has version %d and %d bytes, which is not supported", version, length));
    }
    String header = new String(in.bytes(length), StandardCharsets.ISO_8859_1);
    Matcher descr = DESCR.matcher(header);
    Matcher order = ORDER.matcher(header);
    int[] sizes = NumpyFiles.shape(header);
    if (!descr.find() || !order.find() || sizes == null) {
      throw input.refuse(
          "expected numbers with a shape in its header but got "
              + Printable.quoted(header.strip())
              + "; objects are never loaded");
    }
    NumberType type = type(input, descr.group(2) + descr.group(3));
    if (sizes.length > MOST_AXES) {
      throw input.refuse(
          formatted("expected at most %d axes but an array has %d", MOST_AXES, sizes.length));
    }
    long count = ForeignTensor.count(sizes);
    if (count < 0 || count * type.bytes() != in.left()) {
      throw input.refuse(
          formatted(
              "its shape %s of %s does not fit the %d bytes of data",
              Arrays.toString(sizes), type, in.left()));
    }
    ByteOrder bytes = descr.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    ByteBuffer data = ByteBuffer.wrap(in.bytes(in.left())).order(bytes);
    float[] values = new float[(int) count];
    for (int i = 0; i < values.length; i++) {
      values[i] = type.at(data, i);
    }
    return order.group(1).equals("True")
        ? fromFortran(name, sizes, values)
        : new ForeignTensor(name, sizes, values);
  }

  private static NumberType type(Input input, String code) {
    return switch (code) {
      case "f8" -> NumberType.F64;
      case "f4" -> NumberType.F32;
      case "f2" -> NumberType.F16;
      case "i8" -> NumberType.I64;
      case "i4" -> NumberType.I32;
      case "i2" -> NumberType.I16;
      case "i1" -> NumberType.I8;
      case "u1" -> NumberType.U8;
      case "b1" -> NumberType.BOOL;
      default ->
          throw input.refuse(
              formatted("its elements have the type %s, which is not supported", code));
    };
  }

  /** Row-major order from column-major order, in which the first axis is the fastest. */
  static ForeignTensor fromFortran(String name, int[] sizes, float[] values) {
    float[] turned = new float[values.length];
    int[] index = new int[sizes.length];
    for (float value : values) {
      int at = 0;
      for (int axis = 0; axis < sizes.length; axis++) {
        at = at * sizes[axis] + index[axis];
      }
      turned[at] = value;
      for (int axis = 0; axis < sizes.length && ++index[axis] == sizes[axis]; axis++) {
        index[axis] = 0;
      }
    }
    return new ForeignTensor(name, sizes, turned);
  }
}
