package dev.comporta.serialization.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.comporta.serialization.AtomicFile;
import dev.comporta.serialization.NamedTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Writes Safetensors files: tensors in float32, in the order of the list. A file is complete or
 * absent, as with model files.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class SafetensorsWriter {
  private static final int LENGTH_BYTES = 8;
  private static final int ALIGNMENT = 8;
  private static final int CHUNK = 1 << 14;

  private SafetensorsWriter() {}

  /**
   * Writes a file, replacing an existing one.
   *
   * @param path the file
   * @param tensors the tensors, with unique names
   * @param metadata texts by name
   * @throws dev.comporta.serialization.ModelFileException if it cannot be written
   */
  public static void write(Path path, List<NamedTensor> tensors, Map<String, String> metadata) {
    byte[] header = header(tensors, metadata);
    AtomicFile.write(
        path,
        out -> {
          ByteBuffer length =
              ByteBuffer.allocate(LENGTH_BYTES)
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .putLong(header.length);
          out.write(length.array());
          out.write(header);
          ByteBuffer buffer =
              ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          for (NamedTensor tensor : tensors) {
            float[] values = tensor.values();
            for (int from = 0; from < values.length; from += CHUNK) {
              int count = Math.min(CHUNK, values.length - from);
              buffer.clear().asFloatBuffer().put(values, from, count);
              out.write(buffer.array(), 0, count * Float.BYTES);
            }
          }
        });
  }

  private static byte[] header(List<NamedTensor> tensors, Map<String, String> metadata) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      json.writeObjectFieldStart("__metadata__");
      for (Map.Entry<String, String> entry : metadata.entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      long offset = 0;
      for (NamedTensor tensor : tensors) {
        json.writeObjectFieldStart(tensor.name());
        json.writeStringField("dtype", "F32");
        json.writeArrayFieldStart("shape");
        for (int size : tensor.shape().sizes()) {
          json.writeNumber(size);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("data_offsets");
        json.writeNumber(offset);
        offset += (long) tensor.values().length * Float.BYTES;
        json.writeNumber(offset);
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }
}
