package dev.comporta.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Writes small ONNX files field by field, for tests of modules that do not see the classes of the
 * schema. Numbers of fields are those of {@code onnx.proto}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class OnnxBytes {
  private static final int FLOAT32 = 1;
  private static final int INT32 = 6;
  private static final int INT64 = 7;
  private static final int FORMAT = 8;
  private static final int OPERATOR_SET = 13;

  private final Message graph = new Message();

  /** Starts a graph of operator set 13. */
  public OnnxBytes() {}

  /** A message of protocol buffers. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private void varint(long value) {
      long rest = value;
      while (rest > 127 || rest < 0) {
        out.write((int) ((rest & 127) | 128));
        rest >>>= 7;
      }
      out.write((int) rest);
    }

    Message number(int field, long value) {
      varint((long) field << 3);
      varint(value);
      return this;
    }

    Message bytes(int field, byte... part) {
      varint(((long) field << 3) | 2);
      varint(part.length);
      out.writeBytes(part);
      return this;
    }

    Message text(int field, String text) {
      return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message part) {
      return bytes(field, part.out.toByteArray());
    }
  }

  /**
   * An attribute of whole numbers of a node.
   *
   * @param name its name
   * @param values its values
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  public record Numbers(String name, long... values) {}

  /**
   * Adds an input of float32.
   *
   * @param name its name
   * @param sizes whole numbers, or names of dynamic sizes; none for an input without a shape
   * @return this
   */
  public OnnxBytes input(String name, Object... sizes) {
    graph.message(11, port(name, sizes));
    return this;
  }

  /**
   * Adds an output of float32.
   *
   * @param name its name
   * @param sizes as for {@link #input}
   * @return this
   */
  public OnnxBytes output(String name, Object... sizes) {
    graph.message(12, port(name, sizes));
    return this;
  }

  private static Message port(String name, Object... sizes) {
    Message tensor = new Message().number(1, FLOAT32);
    if (sizes.length > 0) {
      Message shape = new Message();
      for (Object size : sizes) {
        shape.message(
            1,
            size instanceof Integer fixed
                ? new Message().number(1, fixed)
                : new Message().text(2, size.toString()));
      }
      tensor.message(2, shape);
    }
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

  /**
   * Adds a constant.
   *
   * @param name its name
   * @param values its elements
   * @param sizes its shape
   * @return this
   */
  public OnnxBytes constant(String name, float[] values, int... sizes) {
    graph.message(5, proto(FLOAT32, floats(values), sizes).text(8, name));
    return this;
  }

  /**
   * Adds a list of int64.
   *
   * @param name its name
   * @param values its elements
   * @return this
   */
  public OnnxBytes constant(String name, long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    graph.message(5, proto(INT64, bytes.array(), values.length).text(8, name));
    return this;
  }

  /**
   * Adds a node.
   *
   * @param operator its operator
   * @param inputs the names of its inputs
   * @param output the name of its output
   * @param attributes its attributes, each a list of whole numbers
   * @return this
   */
  public OnnxBytes node(
      String operator, List<String> inputs, String output, Numbers... attributes) {
    Message node = new Message();
    inputs.forEach(input -> node.text(1, input));
    node.text(2, output).text(4, operator);
    for (Numbers attribute : attributes) {
      Message message = new Message().text(1, attribute.name()).number(20, 7);
      for (long value : attribute.values()) {
        message.number(8, value);
      }
      node.message(5, message);
    }
    graph.message(1, node);
    return this;
  }

  /**
   * The file.
   *
   * @return its bytes
   */
  public byte[] bytes() {
    return new Message()
        .number(1, FORMAT)
        .message(7, graph)
        .message(8, new Message().number(2, OPERATOR_SET))
        .out
        .toByteArray();
  }

  /**
   * Writes the file.
   *
   * @param file where
   * @return the file
   * @throws IOException if it cannot be written
   */
  public Path write(Path file) throws IOException {
    return Files.write(file, bytes());
  }

  /**
   * A tensor of float32 as a file of test data.
   *
   * @param values its elements
   * @param sizes its shape
   * @return the bytes of the file
   */
  public static byte[] tensor(float[] values, int... sizes) {
    return proto(FLOAT32, floats(values), sizes).out.toByteArray();
  }

  /**
   * A list of int32 as a file of test data.
   *
   * @param values its elements
   * @return the bytes of the file
   */
  public static byte[] tensor(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    return proto(INT32, bytes.array(), values.length).out.toByteArray();
  }

  private static Message proto(int type, byte[] data, int... sizes) {
    Message tensor = new Message();
    for (int size : sizes) {
      tensor.number(1, size);
    }
    return tensor.number(2, type).bytes(9, data);
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }
}
