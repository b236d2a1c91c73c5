package dev.comporta.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** Makes small files in the formats of other tools, and runs what they become. */
final class Foreign {
  static final Catalog CATALOG = Catalog.load();

  private Foreign() {}

  /** An array with a shape. */
  @SuppressWarnings("ArrayRecordComponent")
  record Array(int[] shape, float[] values) {}

  /** Arrays by name, with seeded values between -0.7 and 0.7. */
  static final class Named {
    final Map<String, Array> all = new LinkedHashMap<>();
    private final Random random;

    Named(long seed) {
      random = new Random(seed);
    }

    Named with(String name, int... shape) {
      float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (random.nextDouble() * 1.4 - 0.7);
      }
      all.put(name, new Array(shape, values));
      return this;
    }

    float[] get(String name) {
      return all.get(name).values();
    }
  }

  static Imported read(Path file) {
    return read(file, null);
  }

  static Imported read(Path file, @Nullable Path architecture) {
    return new Importer(CATALOG, "test").read(List.of(file), architecture);
  }

  static float[] run(SequenceModel model, Batch batch) {
    ModelRunner runner =
        new ModelRunner(model, CATALOG.backend("reference"), Workers.ALONE, Execution.PLAN);
    return runner.predict(batch, runner.newCarry(batch.batch()));
  }

  /** Runs one sequence of features. */
  static float[] run(SequenceModel model, double[][] x) {
    float[] values = new float[x.length * x[0].length];
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < x[0].length; i++) {
        values[t * x[0].length + i] = (float) x[t][i];
      }
    }
    return run(model, Batch.ofValues(x.length, 1, x[0].length, values, null));
  }

  static float[] run(SequenceModel model, int... ids) {
    return run(model, Batch.ofIds(new Ids(ids.length, 1, ids), null));
  }

  /** One seeded sequence, exact in float32. */
  static double[][] sequence(int timesteps, int features) {
    Random random = new Random(17);
    double[][] x = new double[timesteps][features];
    for (double[] step : x) {
      for (int i = 0; i < features; i++) {
        step[i] = (float) (random.nextDouble() * 2 - 1);
      }
    }
    return x;
  }

  /** Writes a ZIP archive, not compressed, so that damage gets past the ZIP format. */
  static Path zip(Path file, Map<String, byte[]> entries) {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.setLevel(Deflater.NO_COMPRESSION);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  static byte[] little(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  /** A state dictionary of PyTorch in the ZIP format. */
  static Path torch(Path file, Named arrays) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("m/data.pkl", pickle(arrays));
    int key = 0;
    for (Array array : arrays.all.values()) {
      entries.put("m/data/" + key++, little(array.values()));
    }
    entries.put("m/version", "3\n".getBytes(UTF_8));
    return zip(file, entries);
  }

  /** The same in the format before PyTorch 1.6. */
  static Path legacyTorch(Path file, Named arrays) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    bytes(out, 0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.');
    bytes(out, 0x80, 2, 'M', 0xe9, 0x03, '.');
    bytes(out, 0x80, 2, '}', '.');
    out.writeBytes(pickle(arrays));
    bytes(out, 0x80, 2, ']', '(');
    for (int key = 0; key < arrays.all.size(); key++) {
      text(out, String.valueOf(key));
    }
    bytes(out, 'e', '.');
    for (Array array : arrays.all.values()) {
      out.writeBytes(
          ByteBuffer.allocate(8)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(array.values().length)
              .array());
      out.writeBytes(little(array.values()));
    }
    return write(file, out.toByteArray());
  }

  static Path write(Path file, byte[] content) {
    try {
      return Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void bytes(ByteArrayOutputStream out, int... values) {
    for (int value : values) {
      out.write(value);
    }
  }

  static void text(ByteArrayOutputStream out, String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    out.write('X');
    out.writeBytes(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(utf8.length).array());
    out.writeBytes(utf8);
  }

  private static void number(ByteArrayOutputStream out, int value) {
    out.write('J');
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  static void global(ByteArrayOutputStream out, String module, String name) {
    out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(UTF_8));
  }

  private static byte[] pickle(Named arrays) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    bytes(out, 0x80, 2);
    global(out, "collections", "OrderedDict");
    bytes(out, ')', 'R', '(');
    int key = 0;
    for (Map.Entry<String, Array> entry : arrays.all.entrySet()) {
      int[] shape = entry.getValue().shape();
      text(out, entry.getKey());
      global(out, "torch._utils", "_rebuild_tensor_v2");
      bytes(out, '(', '(');
      text(out, "storage");
      global(out, "torch", "FloatStorage");
      text(out, String.valueOf(key++));
      text(out, "cpu");
      number(out, entry.getValue().values().length);
      bytes(out, 'N', 't', 'Q');
      number(out, 0);
      out.write('(');
      Arrays.stream(shape).forEach(size -> number(out, size));
      bytes(out, 't', '(');
      for (int axis = 0; axis < shape.length; axis++) {
        number(out, Arrays.stream(shape, axis + 1, shape.length).reduce(1, (a, b) -> a * b));
      }
      bytes(out, 't', 0x89);
      global(out, "collections", "OrderedDict");
      bytes(out, ')', 'R', 't', 'R');
    }
    bytes(out, 'u', '.');
    return out.toByteArray();
  }

  /** A layer of Keras in the old HDF5 form: its name and its weights in order. */
  record Weights(String layer, List<String> names) {
    static Weights of(String layer, String... names) {
      return new Weights(layer, List.of(names));
    }
  }

  /** An HDF5 file of Keras 1 or 2 with the configuration of a model. */
  static Path keras(Path file, String version, String config, Named arrays, Weights... layers) {
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      hdf.putAttribute("model_config", config);
      hdf.putAttribute("keras_version", version);
      weights(hdf.putGroup("model_weights"), arrays, layers);
    }
    return file;
  }

  /** The same with weights only. */
  static Path kerasWeights(Path file, Named arrays, Weights... layers) {
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      weights(hdf, arrays, layers);
    }
    return file;
  }

  private static void weights(WritableGroup root, Named arrays, Weights... layers) {
    if (layers.length > 0) { // the library writes no empty lists
      root.putAttribute(
          "layer_names", Arrays.stream(layers).map(Weights::layer).toArray(String[]::new));
    } else {
      root.putAttribute("layer_names", new String[] {"none"});
      root.putGroup("none");
    }
    for (Weights layer : layers) {
      WritableGroup group = root.putGroup(layer.layer());
      if (layer.names().isEmpty()) {
        continue;
      }
      group.putAttribute("weight_names", layer.names().toArray(String[]::new));
      Map<String, WritableGroup> inner = new LinkedHashMap<>();
      layer.names().forEach(name -> put(group, inner, name, arrays.all.get(name)));
    }
  }

  /** Adds an array, and the groups of its path that are not yet known. */
  private static void put(
      WritableGroup root, Map<String, WritableGroup> groups, String path, Array array) {
    List<String> parts = new ArrayList<>(List.of(path.split("/", -1)));
    String name = parts.removeLast();
    WritableGroup group = root;
    String at = "";
    for (String part : parts) {
      at += "/" + part;
      WritableGroup parent = group;
      group = groups.computeIfAbsent(at, key -> parent.putGroup(part));
    }
    group.putDataset(name, shaped(array));
  }

  /** A .keras archive of Keras 3; the names of the arrays are paths below {@code layers}. */
  static Path keras3(Path file, String config, Named arrays) {
    Path weights = file.resolveSibling("weights.h5");
    try (WritableHdfFile hdf = HdfFile.write(weights)) {
      WritableGroup layers = hdf.putGroup("layers");
      Map<String, WritableGroup> groups = new LinkedHashMap<>();
      arrays.all.forEach((path, array) -> put(layers, groups, path, array));
    }
    try {
      Map<String, byte[]> entries = new LinkedHashMap<>();
      entries.put("metadata.json", "{\"keras_version\": \"3.1.0\"}".getBytes(UTF_8));
      entries.put("config.json", config.getBytes(UTF_8));
      entries.put("model.weights.h5", Files.readAllBytes(weights));
      return zip(file, entries);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Object shaped(Array array) {
    int[] shape = array.shape();
    return switch (shape.length) {
      case 1 -> array.values();
      case 2 -> {
        float[][] rows = new float[shape[0]][];
        for (int r = 0; r < rows.length; r++) {
          rows[r] = Arrays.copyOfRange(array.values(), r * shape[1], (r + 1) * shape[1]);
        }
        yield rows;
      }
      case 4 -> {
        int size = shape[1] * shape[2] * shape[3];
        float[][][][] blocks = new float[shape[0]][][][];
        for (int a = 0; a < shape[0]; a++) {
          float[] part = Arrays.copyOfRange(array.values(), a * size, (a + 1) * size);
          blocks[a] =
              (float[][][]) shaped(new Array(new int[] {shape[1], shape[2], shape[3]}, part));
        }
        yield blocks;
      }
      default -> {
        float[][][] blocks = new float[shape[0]][shape[1]][];
        for (int a = 0; a < shape[0]; a++) {
          for (int b = 0; b < shape[1]; b++) {
            int from = (a * shape[1] + b) * shape[2];
            blocks[a][b] = Arrays.copyOfRange(array.values(), from, from + shape[2]);
          }
        }
        yield blocks;
      }
    };
  }

  /** An archive of Deeplearning4j; the parameters are given flat, column by column. */
  static Path dl4j(Path file, String config, float[] parameters) {
    return dl4j(file, config, parameters, Map.of());
  }

  /** The same with more entries. */
  static Path dl4j(Path file, String config, float[] parameters, Map<String, byte[]> more) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("configuration.json", config.getBytes(UTF_8));
    entries.put("coefficients.bin", bytes(out -> nd4j(out, parameters)));
    entries.putAll(more);
    return zip(file, entries);
  }

  /** Writes big-endian data. */
  interface Output {
    void write(DataOutputStream out) throws IOException;
  }

  static byte[] bytes(Output output) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      output.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Writes one row of ND4J. */
  static void nd4j(DataOutputStream out, float... row) throws IOException {
    long[] info = {2, 1, row.length, 1, 1, 8192, 1, 99};
    out.writeUTF("MIXED_DATA_TYPES");
    out.writeLong(info.length);
    out.writeUTF("LONG");
    for (long number : info) {
      out.writeLong(number);
    }
    out.writeUTF("MIXED_DATA_TYPES");
    out.writeLong(row.length);
    out.writeUTF("FLOAT");
    for (float number : row) {
      out.writeFloat(number);
    }
  }

  /** One array of NumPy. */
  static byte[] npy(String shape, float[] values) {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }\n";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    bytes(out, 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, header.length(), 0);
    out.writeBytes(header.getBytes(UTF_8));
    out.writeBytes(little(values));
    return out.toByteArray();
  }

  static Path npz(Path file, Named arrays) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    arrays.all.forEach(
        (name, array) -> entries.put(name + ".npy", npy(shape(array), array.values())));
    return zip(file, entries);
  }

  private static String shape(Array array) {
    StringBuilder shape = new StringBuilder();
    for (int size : array.shape()) {
      shape.append(size).append(',');
    }
    return shape.toString();
  }
}
