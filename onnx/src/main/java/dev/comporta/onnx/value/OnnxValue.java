package dev.comporta.onnx.value;

import static dev.comporta.api.Formatting.formatted;

import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** A value of an ONNX graph. */
@API(status = API.Status.EXPERIMENTAL)
public sealed interface OnnxValue
    permits OnnxTensor, OnnxValue.SequenceValue, OnnxValue.OptionalValue {
  /**
   * A sequence of values.
   *
   * @param elements the elements
   */
  record SequenceValue(List<OnnxValue> elements) implements OnnxValue {
    /** Copies the list. */
    public SequenceValue {
      elements = List.copyOf(elements);
    }

    /**
     * The sequence with one more element.
     *
     * @param at the new element's index, 0 to the number of elements
     * @param element the element
     * @return a new sequence
     */
    public SequenceValue with(int at, OnnxValue element) {
      List<OnnxValue> more = new ArrayList<>(elements);
      more.add(at, element);
      return new SequenceValue(more);
    }

    /**
     * The sequence without an element.
     *
     * @param at its index
     * @return a new sequence
     */
    public SequenceValue without(int at) {
      List<OnnxValue> fewer = new ArrayList<>(elements);
      fewer.remove(at);
      return new SequenceValue(fewer);
    }

    @Override
    public String describe() {
      return "a sequence of " + elements.size();
    }
  }

  /**
   * A value that may be absent.
   *
   * @param content the value, or null
   */
  record OptionalValue(@Nullable OnnxValue content) implements OnnxValue {
    @Override
    public String describe() {
      return content == null ? "an empty optional" : "an optional with " + content.describe();
    }
  }

  /**
   * The type and shape, for messages.
   *
   * @return for example {@code float32 [2, 3]}
   */
  String describe();

  /**
   * This value as a tensor, which nearly every output of a model is.
   *
   * @return this value
   * @throws OnnxException if it is a sequence or an optional
   */
  default OnnxTensor tensor() {
    if (this instanceof OnnxTensor tensor) {
      return tensor;
    }
    throw new OnnxException(
        formatted("[onnx] expected a tensor but got %s; match it as an OnnxValue", describe()));
  }
}
