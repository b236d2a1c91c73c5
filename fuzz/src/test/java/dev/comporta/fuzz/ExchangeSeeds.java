package dev.comporta.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.onnx.export.OnnxExport;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Provenance;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Small models of other tools. */
final class ExchangeSeeds {
  /** A dictionary with one tensor of two numbers, whose storage has the key 0. */
  private static final String PICKLE =
      "\u0080\u0002}(X\u0006\0\0\0weightctorch._utils\n_rebuild_tensor_v2\n"
          + "((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\0"
          + "0X\u0003\0\0\0cpuK\u0002tQK\0"
          + "(K\u0001K\u0002t(K\u0002K\u0001t\u0089ccollections\nOrderedDict\n)RtRu.";

  private static final byte[] TWO_NUMBERS = {0, 0, 0, 63, 0, 0, (byte) 128, 63};

  private static final String KERAS =
      "{\"class_name\":\"Sequential\",\"config\":[{\"class_name\":\"Dense\",\"config\":"
          + "{\"name\":\"d\",\"units\":1,\"use_bias\":false,\"batch_input_shape\":[null,2]}}]}";

  /** A model whose only layer is a model; the name of its weights begins with that of a layer. */
  private static final String NESTED_KERAS =
      "{\"class_name\":\"Sequential\",\"config\":[{\"class_name\":\"Sequential\",\"config\":"
          + "{\"name\":\"d\",\"layers\":[{\"class_name\":\"Dense\",\"config\":"
          + "{\"name\":\"kernel\",\"units\":1,\"use_bias\":false,\"batch_input_shape\":[null,2]}}]}}]}";

  private ExchangeSeeds() {}

  static List<byte[]> of(String target) throws IOException {
    return switch (target) {
      case "TorchZip" ->
          List.of(zip("m/data.pkl", PICKLE.getBytes(ISO_8859_1), "m/data/0", TWO_NUMBERS));
      case "TorchLegacy" -> List.of(legacy());
      case "Keras" -> List.of(hdf5(KERAS), hdf5(NESTED_KERAS));
      case "Dl4j" -> dl4j();
      case "Numpy" -> List.of(zip("a.npy", numpy(), "b.npy", numpy()));
      case "ModelJson" ->
          List.of(
              "{\"fc.weight\": [[0.5, 1]], \"fc.bias\": [0.25]}".getBytes(UTF_8),
              "{\"in_shape\":[null,1],\"layers\":[{\"type\":\"dense\",\"activation\":\"tanh\",\"shape\":[1],\"weights\":[[[0.5]],[0.25]]}]}"
                  .getBytes(UTF_8));
      case "Onnx" -> onnx();
      case "OnnxInput" -> List.of(numpy());
      default -> throw new IllegalArgumentException("no seeds for " + target);
    };
  }

  private static byte[] zip(String first, byte[] one, String second, byte[] two)
      throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put(first, one);
    entries.put(second, two);
    return zip(entries);
  }

  /** Not compressed, so that changes get past the ZIP format. */
  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setLevel(Deflater.NO_COMPRESSION);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] legacy() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.".getBytes(ISO_8859_1));
    out.writeBytes("\u0080\u0002M\u00e9\u0003.\u0080\u0002}.".getBytes(ISO_8859_1));
    out.writeBytes(PICKLE.getBytes(ISO_8859_1));
    out.writeBytes("\u0080\u0002](X\u0001\0\0\0".getBytes(ISO_8859_1));
    out.writeBytes("0e.".getBytes(ISO_8859_1));
    out.writeBytes(new byte[] {2, 0, 0, 0, 0, 0, 0, 0});
    out.writeBytes(TWO_NUMBERS);
    return out.toByteArray();
  }

  private static byte[] hdf5(String model) throws IOException {
    Path file = Files.createTempFile("seed", ".h5");
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      hdf.putAttribute("model_config", model);
      WritableGroup weights = hdf.putGroup("model_weights");
      weights.putAttribute("layer_names", new String[] {"d"});
      WritableGroup layer = weights.putGroup("d");
      layer.putAttribute("weight_names", new String[] {"kernel"});
      layer.putDataset("kernel", new float[][] {{0.5f}, {1}});
    }
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return bytes;
  }

  /** A network alone, and with a normaliser of each kind. */
  private static List<byte[]> dl4j() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put(
        "configuration.json",
        "{\"confs\":[{\"layer\":{\"rnnoutput\":{\"nin\":1,\"nout\":1,\"activationFn\":{\"Softmax\":{}}}}}]}"
            .getBytes(UTF_8));
    entries.put("coefficients.bin", bytes(out -> nd4j(out, 0.5f, 1)));
    List<byte[]> seeds = new ArrayList<>(List.of(zip(entries)));
    for (String kind : List.of("STANDARDIZE", "MIN_MAX", "IMAGE_MIN_MAX")) {
      entries.put("normalizer.bin", bytes(out -> normalizer(out, kind)));
      seeds.add(zip(entries));
    }
    return seeds;
  }

  /** Writes big-endian data. */
  private interface Output {
    void write(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Output output) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      output.write(out);
    }
    return bytes.toByteArray();
  }

  private static void normalizer(DataOutputStream out, String kind) throws IOException {
    out.writeUTF("NORMALIZER");
    out.writeInt(1);
    out.writeUTF(kind);
    if (kind.startsWith("IMAGE")) {
      out.writeDouble(255);
    } else {
      out.writeBoolean(true);
    }
    if (kind.endsWith("MIN_MAX")) {
      out.writeDouble(-1);
      out.writeDouble(1);
    }
    for (int n = 0; n < 4; n++) {
      nd4j(out, 0.5f + n);
    }
  }

  private static void nd4j(DataOutputStream out, float... row) throws IOException {
    out.writeUTF("MIXED_DATA_TYPES");
    out.writeLong(8);
    out.writeUTF("LONG");
    for (long number : new long[] {2, 1, row.length, 1, 1, 8192, 1, 99}) {
      out.writeLong(number);
    }
    out.writeUTF("MIXED_DATA_TYPES");
    out.writeLong(row.length);
    out.writeUTF("FLOAT");
    for (float number : row) {
      out.writeFloat(number);
    }
  }

  private static byte[] numpy() {
    String header = "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2), }\n";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("\u0093NUMPY\u0001\0".getBytes(ISO_8859_1));
    out.write(header.length());
    out.write(0);
    out.writeBytes(header.getBytes(UTF_8));
    out.writeBytes(TWO_NUMBERS);
    return out.toByteArray();
  }

  /** Exports of a small model, which hold a recurrent node, products, reshapes and states. */
  private static List<byte[]> onnx() {
    List<byte[]> seeds = new ArrayList<>();
    Catalog catalog = Catalog.load();
    for (String cell : List.of("lstm", "gru", "rnn")) {
      Spec recurrent = Spec.of("recurrent").with("cell", cell).with("hidden", 1);
      Spec both = Spec.of("bidirectional").with("cell", cell).with("hidden", 1);
      Spec spec =
          Spec.of("sequential")
              .with("input-size", 1)
              .with("layers", List.of(recurrent, both, Spec.of("dense").with("units", 1)));
      SequenceModel model = SequenceModel.build(spec, catalog);
      ModelFile file =
          ModelFile.of(
              spec, model.parameters(), Provenance.of("fuzz", 0, "none", "", Spec.of("none")));
      seeds.add(OnnxExport.export(file, model, cell.equals("gru") ? 10 : 17, "fuzz").bytes());
    }
    return seeds;
  }
}
