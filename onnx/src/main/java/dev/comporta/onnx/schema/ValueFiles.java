package dev.comporta.onnx.schema;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.onnx.proto.OptionalProto;
import dev.comporta.onnx.proto.SequenceProto;
import dev.comporta.onnx.proto.TensorProto;
import dev.comporta.onnx.proto.TypeProto;
import dev.comporta.onnx.value.OnnxValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file {@code input_N.pb} or {@code output_N.pb} of ONNX's test data. */
public final class ValueFiles {
  private static final int SEQUENCE = 3;
  private static final int OPTIONAL = 5;

  private final ModelSource source;

  private ValueFiles(ModelSource source) {
    this.source = source;
  }

  /** Reads a file. The type of its port determines what kind of message it holds. */
  public static ValueFiles read(Path file) {
    return new ValueFiles(ModelSource.read(file));
  }

  /** The name that the file gives its value; field 8 of a tensor, 1 of the others. */
  public String name(TypeProto type) {
    return switch (type.getValueCase()) {
      case SEQUENCE_TYPE -> source.parse(SequenceProto.parser(), "a sequence").getName();
      case OPTIONAL_TYPE -> source.parse(OptionalProto.parser(), "an optional").getName();
      default -> source.parse(TensorProto.parser(), "a tensor").getName();
    };
  }

  /**
   * The value.
   *
   * @param type the type that the graph declares, which determines the kind
   */
  public OnnxValue value(TypeProto type) {
    TensorDecoder decoder = new TensorDecoder(source);
    return switch (type.getValueCase()) {
      case SEQUENCE_TYPE ->
          sequence(source.parse(SequenceProto.parser(), "a sequence"), source, decoder);
      case OPTIONAL_TYPE ->
          optional(source.parse(OptionalProto.parser(), "an optional"), source, decoder);
      default -> decoder.decode(source.parse(TensorProto.parser(), "a tensor"));
    };
  }

  private static OnnxValue sequence(
      SequenceProto sequence, ModelSource source, TensorDecoder decoder) {
    List<OnnxValue> elements = new ArrayList<>();
    switch (sequence.getElemType()) {
      case 0, 1 -> sequence.getTensorValuesList().forEach(it -> elements.add(decoder.decode(it)));
      case SEQUENCE ->
          sequence
              .getSequenceValuesList()
              .forEach(it -> elements.add(sequence(it, source, decoder)));
      case OPTIONAL ->
          sequence
              .getOptionalValuesList()
              .forEach(it -> elements.add(optional(it, source, decoder)));
      default ->
          throw source.refuse(
              formatted(
                  "its elements are of kind %d, which is not supported", sequence.getElemType()));
    }
    return new OnnxValue.SequenceValue(elements);
  }

  private static OnnxValue optional(
      OptionalProto optional, ModelSource source, TensorDecoder decoder) {
    return new OnnxValue.OptionalValue(
        switch (optional.getElemType()) {
          case 0 -> null;
          case 1 -> optional.hasTensorValue() ? decoder.decode(optional.getTensorValue()) : null;
          case SEQUENCE ->
              optional.hasSequenceValue()
                  ? sequence(optional.getSequenceValue(), source, decoder)
                  : null;
          case OPTIONAL ->
              optional.hasOptionalValue()
                  ? optional(optional.getOptionalValue(), source, decoder)
                  : null;
          default ->
              throw source.refuse(
                  formatted("it is of kind %d, which is not supported", optional.getElemType()));
        });
  }
}
