package dev.comporta.onnx;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * The difference between a value and what was expected.
 *
 * @param largest the largest absolute difference of two elements
 * @param worst the largest difference in units of the tolerance {@code atol + rtol |expected|};
 *     more than 1 if the values do not agree
 * @param remark what differs in kind, type, shape or text; empty if nothing
 */
@API(status = API.Status.EXPERIMENTAL)
public record Difference(double largest, double worst, String remark) {
  /** ONNX's own relative tolerance. */
  public static final double RTOL = 1e-3;

  /** ONNX's own absolute tolerance. */
  public static final double ATOL = 1e-7;

  private static final Difference NONE = new Difference(0, 0, "");

  /**
   * Whether the values agree.
   *
   * @return true within the tolerance
   */
  public boolean passed() {
    return worst <= 1 && remark.isEmpty();
  }

  private static Difference of(String remark) {
    return new Difference(Double.NaN, Double.POSITIVE_INFINITY, remark);
  }

  private Difference and(Difference other) {
    return new Difference(
        Math.max(largest, other.largest),
        Math.max(worst, other.worst),
        remark.isEmpty() ? other.remark : remark);
  }

  /**
   * Compares two values.
   *
   * @param found a value
   * @param expected what it should be
   * @param rtol the relative tolerance
   * @param atol the absolute tolerance
   * @return their difference
   */
  public static Difference between(OnnxValue found, OnnxValue expected, double rtol, double atol) {
    if (expected instanceof OnnxTensor a && found instanceof OnnxTensor b) {
      return between(b, a, rtol, atol);
    }
    if (expected instanceof OnnxValue.SequenceValue a
        && found instanceof OnnxValue.SequenceValue b
        && a.elements().size() == b.elements().size()) {
      Difference all = NONE;
      for (int i = 0; i < a.elements().size(); i++) {
        all = all.and(between(b.elements().get(i), a.elements().get(i), rtol, atol));
      }
      return all;
    }
    if (expected instanceof OnnxValue.OptionalValue a) {
      OnnxValue content = a.content();
      OnnxValue other = found instanceof OnnxValue.OptionalValue b ? b.content() : found;
      if (content == null && other == null) {
        return NONE;
      }
      if (content != null && other != null) {
        return between(other, content, rtol, atol);
      }
    }
    return of(formatted("expected %s but got %s", expected.describe(), found.describe()));
  }

  private static Difference between(
      OnnxTensor found, OnnxTensor expected, double rtol, double atol) {
    if (found.type() != expected.type() || !Arrays.equals(found.sizes(), expected.sizes())) {
      return of(formatted("expected %s but got %s", expected.describe(), found.describe()));
    }
    if (found.type() == ElementType.STRING) {
      return Arrays.equals(found.strings(), expected.strings()) ? NONE : of("the texts differ");
    }
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < found.count(); i++) {
      double a = found.number(i);
      double b = expected.number(i);
      if (a == b || (Double.isNaN(a) && Double.isNaN(b))) {
        continue;
      }
      double difference = Math.abs(a - b);
      if (!Double.isFinite(difference)) {
        return of(formatted("expected %s but got %s", b, a));
      }
      largest = Math.max(largest, difference);
      worst = Math.max(worst, difference / (atol + rtol * Math.abs(b)));
    }
    return new Difference(largest, worst, "");
  }
}
