package dev.comporta.exchange.files;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import java.nio.ByteOrder;
import java.util.List;

/**
 * ND4J's file of a data normaliser, big-endian: {@code NORMALIZER}, the version 1 and the kind as
 * text, then the numbers of that kind.
 *
 * @param kind what it does
 * @param low the least value that it gives: of MIN_MAX and IMAGE_MIN_MAX
 * @param high the greatest value that it gives
 * @param most the greatest value of a pixel: of IMAGE_MIN_MAX
 * @param features two numbers for each feature: mean and standard deviation, or minimum and
 *     maximum; none for IMAGE_MIN_MAX
 * @param labels the same for each number of the output; none if outputs are not normalised
 */
public record NormalizerFile(
    Kind kind,
    double low,
    double high,
    double most,
    List<ForeignTensor> features,
    List<ForeignTensor> labels) {
  private static final int VERSION = 1;

  /** What a normaliser does. */
  public enum Kind {
    /** Subtracts a mean and divides by a standard deviation. */
    STANDARDIZE,
    /** Scales from a minimum and a maximum to a range. */
    MIN_MAX,
    /** Scales pixels to a range. */
    IMAGE_MIN_MAX
  }

  /** Reads a file. */
  public static NormalizerFile read(Input input) {
    ByteReader in = new ByteReader(input, ByteOrder.BIG_ENDIAN);
    String signature = in.utf8(in.u16());
    int version = in.i32();
    if (!signature.equals("NORMALIZER") || version != VERSION) {
      throw input.refuse(
          formatted(
              "expected a normaliser of version %d but it begins with %s, version %d",
              VERSION, Printable.quoted(signature), version));
    }
    String word = in.utf8(in.u16());
    switch (word) {
      case "STANDARDIZE" -> {
        boolean labelled = in.u8() != 0;
        return new NormalizerFile(
            Kind.STANDARDIZE, 0, 0, 0, pair(input, in), labelled ? pair(input, in) : List.of());
      }
      case "MIN_MAX" -> {
        boolean labelled = in.u8() != 0;
        double low = Double.longBitsToDouble(in.i64());
        double high = Double.longBitsToDouble(in.i64());
        return new NormalizerFile(
            Kind.MIN_MAX, low, high, 0, pair(input, in), labelled ? pair(input, in) : List.of());
      }
      case "IMAGE_MIN_MAX" -> {
        double low = Double.longBitsToDouble(in.i64());
        double high = Double.longBitsToDouble(in.i64());
        double most = Double.longBitsToDouble(in.i64());
        return new NormalizerFile(Kind.IMAGE_MIN_MAX, low, high, most, List.of(), List.of());
      }
      default ->
          throw input.refuse(
              formatted(
                  "its normaliser is of kind %s, which is not supported", Printable.quoted(word)));
    }
  }

  private static List<ForeignTensor> pair(Input input, ByteReader in) {
    ForeignTensor first = Nd4jArray.read(input, in, "normalizer");
    ForeignTensor second = Nd4jArray.read(input, in, "normalizer");
    if (first.values().length != second.values().length) {
      throw input.refuse(
          formatted(
              "its normaliser has %d and %d numbers for the same features",
              first.values().length, second.values().length));
    }
    return List.of(first, second);
  }
}
