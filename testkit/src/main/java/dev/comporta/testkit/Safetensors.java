package dev.comporta.testkit;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * The contents of a {@code .safetensors} file: a length of eight bytes, a header in JSON, then the
 * tensors' bytes, all little-endian. The file is read into memory, for reference cases in tests.
 *
 * @param metadata the header's {@code __metadata__}, empty if there is none
 * @param tensors every tensor by name, in the order of the header
 */
@API(status = API.Status.EXPERIMENTAL)
public record Safetensors(Map<String, String> metadata, Map<String, Entry> tensors) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};
  private static final int LENGTH_BYTES = 8;

  /** Copies both maps. */
  public Safetensors {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /**
   * One tensor. Values of every type are converted to doubles, which is exact for F32 and F64, and
   * for I64 up to 2^53.
   *
   * @param type {@code F32}, {@code F64} or {@code I64}
   * @param shape its sizes
   * @param values its elements in row-major order
   */
  @SuppressWarnings("ArrayRecordComponent") // read once by a test and never compared
  public record Entry(String type, Shape shape, double[] values) {
    /**
     * The values as floats, which is exact for F32.
     *
     * @return a new array
     */
    public float[] floats() {
      float[] result = new float[values.length];
      for (int i = 0; i < result.length; i++) {
        result[i] = (float) values[i];
      }
      return result;
    }

    /**
     * The values as whole numbers.
     *
     * @return a new array
     * @throws ComportaException if the type is not I64 or a value does not fit into an int
     */
    public int[] ints() {
      if (!type.equals("I64")) {
        throw new ComportaException("[safetensors] expected a tensor of I64 but got " + type);
      }
      int[] result = new int[values.length];
      for (int i = 0; i < result.length; i++) {
        result[i] = Math.toIntExact((long) values[i]);
      }
      return result;
    }

    /**
     * The value of a scalar.
     *
     * @return the value
     * @throws ComportaException if the tensor does not have exactly one value
     */
    public double scalar() {
      if (values.length != 1) {
        throw new ComportaException("[safetensors] expected one value but got " + shape);
      }
      return values[0];
    }
  }

  /**
   * Reads a file.
   *
   * @param file the file
   * @return its contents
   * @throws ComportaException if it is malformed
   */
  public static Safetensors read(Path file) {
    try {
      return parse(file.getFileName().toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads one of the PyTorch reference cases in the testkit.
   *
   * @param name such as {@code lstm_small}
   * @return its contents
   * @throws ComportaException if there is no such case
   */
  public static Safetensors pytorch(String name) {
    return parse(name, bytes(name));
  }

  /**
   * Writes one of the PyTorch reference cases in the testkit to a file.
   *
   * @param name such as {@code lstm_small}
   * @param folder the folder of the new file, which is named after the case with the suffix {@code
   *     .safetensors}
   * @throws ComportaException if there is no such case
   */
  public static void writePytorch(String name, Path folder) {
    try {
      Files.write(folder.resolve(name + ".safetensors"), bytes(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String name) {
    String resource = "pytorch/" + name + ".safetensors";
    try (InputStream stream = Safetensors.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new ComportaException(
            formatted(
                "[safetensors] expected a reference case but there is none named '%s'", name));
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A required tensor.
   *
   * @param name its name
   * @return the tensor
   * @throws ComportaException if there is none; the message lists the existing names
   */
  public Entry tensor(String name) {
    Entry entry = tensors.get(name);
    if (entry == null) {
      throw new ComportaException(
          formatted("[safetensors] expected a tensor '%s' but got %s", name, tensors.keySet()));
    }
    return entry;
  }

  /**
   * The description of a reference case: its metadata entry {@code case}, a JSON object.
   *
   * @return nested maps, lists, strings, numbers and Booleans
   * @throws ComportaException if there is none
   */
  public Map<String, Object> describedCase() {
    String text = metadata.get("case");
    if (text == null) {
      throw new ComportaException("[safetensors] expected an entry 'case' in __metadata__");
    }
    return object("case", text);
  }

  private static Safetensors parse(String name, byte[] bytes) {
    if (bytes.length < LENGTH_BYTES) {
      throw new ComportaException(
          formatted(
              "[safetensors %s] expected a header but the file has %d bytes", name, bytes.length));
    }
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long length = data.getLong();
    if (length < 2 || length > data.remaining()) {
      throw new ComportaException(
          formatted(
              "[safetensors %s] expected a header of at most %d bytes but its length is %d",
              name, bytes.length, length));
    }
    int start = LENGTH_BYTES + (int) length;
    Map<String, Object> header =
        object(name, new String(bytes, LENGTH_BYTES, (int) length, StandardCharsets.UTF_8));
    Map<String, String> metadata = new LinkedHashMap<>();
    Map<String, Entry> tensors = new LinkedHashMap<>();
    header.forEach((key, value) -> {
      if (!(value instanceof Map<?, ?> fields)) {
        throw new ComportaException(
            formatted("[safetensors %s] expected an object for '%s' but got %s", name, key, value));
      }
      if (key.equals("__metadata__")) {
        fields.forEach((k, v) -> metadata.put(String.valueOf(k), String.valueOf(v)));
      } else {
        tensors.put(key, entry(name, key, fields, data, start));
      }
    });
    return new Safetensors(metadata, tensors);
  }

  private static Entry entry(
      String file, String name, Map<?, ?> fields, ByteBuffer data, int start) {
    if (!(fields.get("dtype") instanceof String type
        && fields.get("shape") instanceof List<?> sizes
        && fields.get("data_offsets") instanceof List<?> offsets
        && offsets.size() == 2)) {
      throw new ComportaException(
          formatted(
              "[safetensors %s] expected dtype, shape and data_offsets of '%s' but got %s",
              file, name, fields));
    }
    int width =
        switch (type) {
          case "F32" -> Float.BYTES;
          case "F64", "I64" -> Long.BYTES;
          default ->
              throw new ComportaException(
                  formatted(
                      "[safetensors %s] expected F32, F64 or I64 but '%s' is %s",
                      file, name, type));
        };
    Shape shape = Shape.of(sizes.stream().mapToInt(size -> (int) whole(file, size)).toArray());
    long from = whole(file, offsets.getFirst());
    long to = whole(file, offsets.getLast());
    if (from < 0 || to - from != (long) shape.count() * width || start + to > data.limit()) {
      throw new ComportaException(
          formatted(
              "[safetensors %s] expected %s of %s for '%s' but its bytes are %d to %d of %d",
              file, shape, type, name, from, to, data.limit() - start));
    }
    double[] values = new double[shape.count()];
    for (int i = 0; i < values.length; i++) {
      int at = start + (int) from + i * width;
      values[i] =
          switch (type) {
            case "F32" -> data.getFloat(at);
            case "F64" -> data.getDouble(at);
            default -> data.getLong(at);
          };
    }
    return new Entry(type, shape, values);
  }

  private static long whole(String file, Object value) {
    if (value instanceof Number number) {
      return number.longValue();
    }
    throw new ComportaException(
        formatted("[safetensors %s] expected a whole number but got %s", file, value));
  }

  private static Map<String, Object> object(String name, String json) {
    try {
      return JSON.readValue(json, OBJECT);
    } catch (JsonProcessingException e) {
      throw new ComportaException(
          formatted(
              "[safetensors %s] expected a header in JSON but %s", name, e.getOriginalMessage()),
          e);
    }
  }
}
