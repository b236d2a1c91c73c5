package dev.comporta.benchmarks.peers;

import static dev.comporta.api.Formatting.formatted;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Serialises problems and numbers for the pipe between the benchmark and a peer's process. */
public final class Wire {

  private Wire() {}

  static void writeProblem(DataOutput out, Problem problem) throws IOException {
    writeWorkload(out, problem.workload());
    out.writeInt(problem.parameters().size());
    for (Map.Entry<String, float[]> parameter : problem.parameters().entrySet()) {
      out.writeUTF(parameter.getKey());
      writeFloats(out, parameter.getValue());
    }
    writeFloats(out, problem.inputs());
    writeFloats(out, problem.targets());
  }

  static Problem readProblem(DataInput in) throws IOException {
    Workload workload = readWorkload(in);
    int count = in.readInt();
    Map<String, float[]> parameters = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      parameters.put(in.readUTF(), readFloats(in));
    }
    return new Problem(workload, parameters, readFloats(in), readFloats(in));
  }

  static void writeWorkload(DataOutput out, Workload workload) throws IOException {
    out.writeUTF(workload.name());
    switch (workload) {
      case Workload.Training w -> {
        out.writeByte('t');
        out.writeUTF(w.formulation().name());
        out.writeUTF(w.cell().name());
        out.writeInt(w.layers());
        out.writeInt(w.hidden());
        out.writeInt(w.input());
        out.writeInt(w.batch());
        out.writeInt(w.timesteps());
        out.writeInt(w.outputs());
        out.writeUTF(w.loss().name());
      }
      case Workload.Inference w -> {
        out.writeByte('i');
        out.writeUTF(w.formulation().name());
        out.writeUTF(w.cell().name());
        out.writeInt(w.input());
        out.writeInt(w.hidden());
        out.writeInt(w.timesteps());
        out.writeInt(w.batch());
      }
      case Workload.Product w -> {
        out.writeByte('p');
        out.writeInt(w.rows());
        out.writeInt(w.inner());
        out.writeInt(w.columns());
        out.writeBoolean(w.packed());
      }
      case Workload.PairTraining w -> {
        out.writeByte('s');
        out.writeUTF(w.formulation().name());
        writeTranslator(out, w.sizes());
        out.writeInt(w.batch());
        out.writeInt(w.batches());
        out.writeBoolean(w.even());
        out.writeDouble(w.labelSmoothing());
      }
      case Workload.LinearCell w -> {
        out.writeByte('l');
        out.writeUTF(w.cell());
        out.writeInt(w.gates());
        out.writeInt(w.size());
        out.writeInt(w.timesteps());
      }
      case Workload.Translation w -> {
        out.writeByte('g');
        writeTranslator(out, w.sizes());
        out.writeInt(w.batch());
        out.writeInt(w.tokens());
      }
    }
  }

  static Workload readWorkload(DataInput in) throws IOException {
    String name = in.readUTF();
    int kind = in.readByte();
    return switch (kind) {
      case 't' ->
          new Workload.Training(
              name,
              Formulation.valueOf(in.readUTF()),
              CellKind.valueOf(in.readUTF()),
              in.readInt(),
              in.readInt(),
              in.readInt(),
              in.readInt(),
              in.readInt(),
              in.readInt(),
              Loss.valueOf(in.readUTF()));
      case 'i' ->
          new Workload.Inference(
              name,
              Formulation.valueOf(in.readUTF()),
              CellKind.valueOf(in.readUTF()),
              in.readInt(),
              in.readInt(),
              in.readInt(),
              in.readInt());
      case 'p' ->
          new Workload.Product(name, in.readInt(), in.readInt(), in.readInt(), in.readBoolean());
      case 's' ->
          new Workload.PairTraining(
              name,
              Formulation.valueOf(in.readUTF()),
              readTranslator(in),
              in.readInt(),
              in.readInt(),
              in.readBoolean(),
              in.readDouble());
      case 'l' ->
          new Workload.LinearCell(name, in.readUTF(), in.readInt(), in.readInt(), in.readInt());
      case 'g' -> new Workload.Translation(name, readTranslator(in), in.readInt(), in.readInt());
      default ->
          throw new IOException(
              formatted("[benchmarks] unknown kind of workload %d on the pipe", kind));
    };
  }

  private static void writeTranslator(DataOutput out, Translator sizes) throws IOException {
    out.writeInt(sizes.hidden());
    out.writeInt(sizes.embedding());
    out.writeInt(sizes.sourceTokens());
    out.writeInt(sizes.targetTokens());
  }

  private static Translator readTranslator(DataInput in) throws IOException {
    return new Translator(in.readInt(), in.readInt(), in.readInt(), in.readInt());
  }

  /** Text of any length, unlike {@link DataOutput#writeUTF}. */
  public static void writeText(DataOutput out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** Text of {@link #writeText}. */
  public static String readText(DataInput in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static void writeFloats(DataOutput out, float[] values) throws IOException {
    out.writeInt(values.length);
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    out.write(bytes.array());
  }

  static float[] readFloats(DataInput in) throws IOException {
    float[] values = new float[in.readInt()];
    byte[] bytes = new byte[values.length * Float.BYTES];
    in.readFully(bytes);
    ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
    return values;
  }

  static void writeDoubles(DataOutput out, double[] values) throws IOException {
    out.writeInt(values.length);
    for (double value : values) {
      out.writeDouble(value);
    }
  }

  static double[] readDoubles(DataInput in) throws IOException {
    double[] values = new double[in.readInt()];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readDouble();
    }
    return values;
  }
}
