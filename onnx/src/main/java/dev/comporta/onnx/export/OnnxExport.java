package dev.comporta.onnx.export;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.onnx.OnnxEngine;
import dev.comporta.onnx.OnnxModel;
import dev.comporta.onnx.operators.Operators;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Writes models of layers as ONNX. Inputs: {@code ids} int64 {@code [batch, time]} or {@code x}
 * float32 {@code [batch, time, features]}; {@code lengths} int32 {@code [batch]}, the number of
 * timesteps of each row; and for each state of a layer that runs forward, {@code NAME_in} {@code
 * [1, batch, hidden]}, zeros at the beginning. Outputs: {@code y} {@code [batch, time or 1,
 * features]} and {@code NAME_out}. The sizes batch and time are dynamic.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class OnnxExport {
  /** The operator set that is written unless another one is asked for. */
  public static final int OPERATOR_SET = 17;

  /** The oldest operator set that can be written. */
  public static final int OLDEST = 9;

  private OnnxExport() {}

  /**
   * The result of reading an export back.
   *
   * @param difference the largest difference from the model, absolute, or relative where an output
   *     exceeds 1
   * @param runs how many batches were compared, each of another size and length
   * @param streamed whether a sequence in two halves with the states between was compared as well
   */
  public record Verdict(double difference, int runs, boolean streamed) {
    /** The largest difference that passes. */
    public static final double BOUND = 1e-5;

    /**
     * Whether the export computes what the model computes.
     *
     * @return true within the bound
     */
    public boolean passed() {
      return difference <= BOUND;
    }

    /** The larger of a difference and the one of two numbers; infinite if one is not a number. */
    static double larger(double difference, double expected, double found) {
      double d = Math.abs(expected - found) / Math.max(1, Math.abs(expected));
      return Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(difference, d);
    }
  }

  /**
   * An export.
   *
   * @param bytes the content of the file
   * @param states the parts of the model's carry that are inputs and outputs, by their names there
   */
  @SuppressWarnings("ArrayRecordComponent") // the content of a file, never compared
  public record Exported(byte[] bytes, List<String> states) {
    /** Copies the list. */
    public Exported {
      states = List.copyOf(states);
    }
  }

  /**
   * Exports a model.
   *
   * @param file the content of its file: vocabularies and constants become metadata
   * @param model the model
   * @param operatorSet the version to write
   * @param frameworkVersion the version of Comporta
   * @return the file
   * @throws OnnxException if a layer cannot be exported, or the version is not supported
   */
  public static Exported export(
      ModelFile file, SequenceModel model, int operatorSet, String frameworkVersion) {
    if (operatorSet < OLDEST || operatorSet > Operators.NEWEST) {
      throw new OnnxException(
          formatted(
              "[onnx] expected an operator set from %d to %d but got %d",
              OLDEST, Operators.NEWEST, operatorSet));
    }
    if (!model.encoder().isEmpty()) {
      throw new OnnxException(
          "[onnx] a model with an encoder is exported as two graphs, an encoder and a step");
    }
    GraphWriter graph = new GraphWriter(operatorSet);
    List<String> states = LayerExport.write(model, graph);
    describe(file, graph);
    return new Exported(graph.toBytes(frameworkVersion), states);
  }

  /** Vocabularies and constants as metadata. */
  private static void describe(ModelFile file, GraphWriter graph) {
    graph.metadata("comporta.task", file.provenance().hyperParameters().name());
    for (Vocabulary vocabulary : file.vocabularies()) {
      graph.metadata(
          formatted("comporta.vocabulary.%s.%s", vocabulary.name(), vocabulary.kind()),
          json(vocabulary.tokens()));
    }
    for (Map.Entry<String, Double> constant : file.metrics().entrySet()) {
      graph.metadata("comporta.constant." + constant.getKey(), constant.getValue().toString());
    }
  }

  /**
   * An export of an encoder and a decoder.
   *
   * @param encoder the content of the file that runs once for each source: from {@code ids} or
   *     {@code x} and {@code lengths} to the memories
   * @param step the content of the file that runs for each output: from the last output, the
   *     memories and the states to {@code y} and the next states
   */
  @SuppressWarnings("ArrayRecordComponent") // the content of files, never compared
  public record ExportedDecoder(byte[] encoder, byte[] step) {}

  /**
   * Exports a model with an encoder as two graphs.
   *
   * @param file the content of its file: vocabularies and constants become metadata of both
   * @param model the model
   * @param operatorSet the version to write
   * @param frameworkVersion the version of Comporta
   * @return the files
   * @throws OnnxException if a layer cannot be exported, or the version is not supported
   */
  public static ExportedDecoder exportDecoder(
      ModelFile file, SequenceModel model, int operatorSet, String frameworkVersion) {
    if (operatorSet < DecoderExport.OLDEST || operatorSet > Operators.NEWEST) {
      throw new OnnxException(
          formatted(
              "[onnx] expected an operator set from %d to %d for an encoder and a decoder but got %d",
              DecoderExport.OLDEST, Operators.NEWEST, operatorSet));
    }
    GraphWriter encoder = new GraphWriter(operatorSet);
    GraphWriter step = new GraphWriter(operatorSet);
    DecoderExport.write(model, encoder, step);
    describe(file, encoder);
    describe(file, step);
    return new ExportedDecoder(encoder.toBytes(frameworkVersion), step.toBytes(frameworkVersion));
  }

  /**
   * Compares an exported encoder and step, read back from their files, with the model: random
   * sources of several sizes and lengths, and several steps for each.
   *
   * @param encoder the encoder
   * @param step the step
   * @param model the model
   * @param backend the primitives to compute with
   * @return the verdict
   */
  public static Verdict verifyDecoder(
      OnnxModel encoder, OnnxModel step, SequenceModel model, TensorBackend backend) {
    return new DecoderVerifier(step, encoder::run, step::run, model, backend).verify();
  }

  /**
   * Compares an exported encoder and step, run by another engine, with the model, on the sizes and
   * lengths of {@link #verifyDecoder(OnnxModel, OnnxModel, SequenceModel, TensorBackend)}.
   *
   * @param encoder the encoder, opened by the engine
   * @param step the step, opened by the engine
   * @param read the step, loaded from its file, which names the states
   * @param model the model
   * @param backend the primitives that the model computes with
   * @return the verdict
   * @throws OnnxException if the engine refuses the inputs
   */
  public static Verdict verifyDecoder(
      OnnxEngine.Graph encoder,
      OnnxEngine.Graph step,
      OnnxModel read,
      SequenceModel model,
      TensorBackend backend) {
    return new DecoderVerifier(read, encoder::run, step::run, model, backend).verify();
  }

  /** A list of texts as a JSON array. */
  static String json(List<String> texts) {
    List<String> quoted = new ArrayList<>();
    for (String text : texts) {
      StringBuilder out = new StringBuilder("\"");
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '"' || c == '\\') {
          out.append('\\').append(c);
        } else if (c < ' ' || Character.isSurrogate(c) || c > '~') {
          out.append(formatted("\\u%04x", (int) c));
        } else {
          out.append(c);
        }
      }
      quoted.add(out.append('"').toString());
    }
    return "[" + String.join(",", quoted) + "]";
  }

  /**
   * Compares an export, read back from its file, with the model on random batches of several sizes,
   * with lengths, and in two halves with the states between.
   *
   * @param read the exported model, loaded from its file
   * @param states the states of {@link Exported}
   * @param model the model
   * @param backend the primitives to compute with
   * @return the verdict
   */
  public static Verdict verify(
      OnnxModel read, List<String> states, SequenceModel model, TensorBackend backend) {
    return ExportVerifier.verify(read, read::run, states, model, backend);
  }

  /**
   * Compares an export, run by another engine, with the model, on the sizes and lengths of {@link
   * #verify(OnnxModel, List, SequenceModel, TensorBackend)}.
   *
   * @param engine the export, opened by the engine
   * @param read the export, loaded from its file, which describes its inputs
   * @param states the states of {@link Exported}
   * @param model the model
   * @param backend the primitives that the model computes with
   * @return the verdict
   * @throws OnnxException if the engine refuses the inputs
   */
  public static Verdict verify(
      OnnxEngine.Graph engine,
      OnnxModel read,
      List<String> states,
      SequenceModel model,
      TensorBackend backend) {
    return ExportVerifier.verify(read, engine::run, states, model, backend);
  }
}
