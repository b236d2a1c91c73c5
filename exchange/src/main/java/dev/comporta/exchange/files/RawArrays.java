package dev.comporta.exchange.files;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** Raw little-endian float32 files next to a manifest; files in other folders are not opened. */
public final class RawArrays {
  private static final int MOST_ARRAYS = 4096;
  private static final int MOST_AXES = 8;

  private RawArrays() {}

  /** Reads the files that a manifest lists. */
  public static Tensors read(Input manifest, JsonNode root) {
    Tensors tensors = new Tensors(manifest);
    if (root.size() > MOST_ARRAYS) {
      throw manifest.refuse(formatted("it lists more than %d arrays", MOST_ARRAYS));
    }
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      String name = entry.getValue().path("filename").asText("");
      JsonNode shape = entry.getValue().path("shape");
      if (!shape.isArray() || shape.size() > MOST_AXES) {
        throw manifest.refuse("array " + Printable.quoted(entry.getKey()) + " has no shape");
      }
      int[] sizes = new int[shape.size()];
      for (int axis = 0; axis < sizes.length; axis++) {
        sizes[axis] = shape.get(axis).asInt(-1);
      }
      Input file = Input.read(manifest.beside(name));
      long count = ForeignTensor.count(sizes);
      if (count < 0 || count * Float.BYTES != file.bytes().length) {
        throw manifest.refuse(
            formatted(
                "array %s needs %d float32 numbers but %s has %d bytes",
                Printable.quoted(entry.getKey()),
                count,
                Printable.quoted(name),
                file.bytes().length));
      }
      float[] values = new float[(int) count];
      ByteBuffer.wrap(file.bytes()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      tensors.add(new ForeignTensor(entry.getKey(), sizes, values));
    }
    return tensors;
  }
}
