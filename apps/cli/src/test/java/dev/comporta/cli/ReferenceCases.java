package dev.comporta.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.comporta.testkit.Safetensors;
import dev.comporta.testkit.Safetensors.Entry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Folders of reference cases: the project's own, and changed ones. */
final class ReferenceCases {
  private static final JsonMapper JSON = new JsonMapper();

  private ReferenceCases() {}

  /** Copies all cases of the testkit, from its classes or its jar. */
  static void copyAll(Path folder) throws IOException, URISyntaxException {
    URI one = Safetensors.class.getResource("pytorch/lstm_small.safetensors").toURI();
    if (one.getScheme().equals("jar")) {
      try (FileSystem jar = FileSystems.newFileSystem(one, Map.of())) {
        copy(jar.getPath(one.toString().replaceFirst(".*!", "")).getParent(), folder);
      }
    } else {
      copy(Path.of(one).getParent(), folder);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".safetensors")).toList()) {
        Files.write(to.resolve(file.getFileName().toString()), Files.readAllBytes(file));
      }
    }
  }

  /** A case with some settings and tensors replaced; a tensor of null is left out. */
  static void write(
      Path folder, String name, Map<String, Object> settings, Map<String, Entry> replaced)
      throws IOException {
    Safetensors file = Safetensors.pytorch(name);
    Map<String, Object> described = new LinkedHashMap<>(file.describedCase());
    described.putAll(settings);
    Map<String, Entry> tensors = new LinkedHashMap<>(file.tensors());
    replaced.forEach((key, entry) -> {
      if (entry == null) {
        tensors.remove(key);
      } else {
        tensors.put(key, entry);
      }
    });
    write(folder.resolve(name + ".safetensors"), described, tensors);
  }

  private static void write(Path path, Map<String, Object> described, Map<String, Entry> tensors)
      throws IOException {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("__metadata__", Map.of("case", JSON.writeValueAsString(described)));
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    tensors.forEach((name, entry) -> {
      int begin = data.size();
      data.writeBytes(bytes(entry));
      header.put(
          name,
          Map.of(
              "dtype",
              entry.type(),
              "shape",
              entry.shape().sizes(),
              "data_offsets",
              List.of(begin, data.size())));
    });
    byte[] json = JSON.writeValueAsBytes(header);
    ByteBuffer file =
        ByteBuffer.allocate(8 + json.length + data.size()).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json).put(data.toByteArray());
    Files.write(path, file.array());
  }

  private static byte[] bytes(Entry entry) {
    int width = entry.type().equals("F32") ? 4 : 8;
    ByteBuffer buffer =
        ByteBuffer.allocate(width * entry.values().length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : entry.values()) {
      switch (entry.type()) {
        case "F32" -> buffer.putFloat((float) value);
        case "F64" -> buffer.putDouble(value);
        default -> buffer.putLong((long) value);
      }
    }
    return buffer.array();
  }
}
