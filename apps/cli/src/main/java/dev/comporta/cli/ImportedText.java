package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Sha256;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.NamedTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code comporta inspect} says of a file of another tool: the model that it becomes.
 *
 * @param file the file
 * @param model what it becomes
 */
record ImportedText(Path file, ModelFile model) {
  /** How many elements are hashed at once. */
  private static final int HASHED = 1 << 16;

  private Spec origin() {
    return model.provenance().hyperParameters();
  }

  private long parameters() {
    return model.tensors().stream().mapToLong(tensor -> tensor.shape().count()).sum();
  }

  private long bytes() {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new ComportaException(formatted("cannot read %s: %s", file, e.getMessage()), e);
    }
  }

  private static String sha256(NamedTensor tensor) {
    return sha256(tensor.values(), HASHED);
  }

  /** A piece at a time: the bytes of the largest arrays do not fit into one. */
  static String sha256(float[] values, int piece) {
    MessageDigest digest = Sha256.newDigest();
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.min(piece, values.length) * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < values.length; at += piece) {
      int count = Math.min(piece, values.length - at);
      bytes.asFloatBuffer().put(values, at, count);
      digest.update(bytes.array(), 0, count * Float.BYTES);
    }
    return Sha256.hex(digest);
  }

  /** For JSON. */
  Map<String, @Nullable Object> object() {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("file", file.toString());
    object.put("kind", "imported");
    object.put("format", origin().options().get("format"));
    object.put("producer", origin().options().get("producer"));
    object.put("bytes", bytes());
    object.put("parameters", parameters());
    object.put("specification", Json.spec(model.spec()));
    object.put("provenance", InspectCommand.provenance(model.provenance()));
    List<Map<String, Object>> tensors = new ArrayList<>();
    for (NamedTensor tensor : model.tensors()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", tensor.name());
      entry.put("shape", tensor.shape().sizes());
      entry.put("dtype", "f32");
      entry.put("count", tensor.shape().count());
      entry.put("sha256", sha256(tensor));
      tensors.add(entry);
    }
    object.put("tensors", tensors);
    return object;
  }

  /** For people. */
  List<String> lines(Catalog catalog) {
    List<String> lines = new ArrayList<>();
    lines.add(
        formatted(
            "%s: a model of %s (%s), %,d bytes, %,d parameters",
            file,
            origin().options().get("producer"),
            origin().options().get("format"),
            bytes(),
            parameters()));
    lines.add("becomes: " + InspectCommand.inWords(model.spec()));
    SequenceModel.summary(model.spec(), catalog).lines().forEach(text -> lines.add("  " + text));
    lines.add(
        formatted(
            "data: %s, SHA-256 %s", model.provenance().data(), model.provenance().dataSha256()));
    lines.add("licence: " + origin().options().get("licence"));
    if (origin().options().get("timesteps") != null) {
      lines.add("timesteps: " + origin().options().get("timesteps"));
    }
    if (origin().options().get("notes") instanceof List<?> notes) {
      notes.forEach(note -> lines.add("note: " + note));
    }
    int width = model.tensors().stream().mapToInt(tensor -> tensor.name().length()).max().orElse(0);
    for (NamedTensor tensor : model.tensors()) {
      lines.add(
          formatted(
              "  %s  %-14s f32  %,12d  sha256 %s",
              tensor.name() + " ".repeat(width - tensor.name().length()),
              Arrays.toString(tensor.shape().sizes()),
              tensor.shape().count(),
              sha256(tensor)));
    }
    return lines;
  }
}
