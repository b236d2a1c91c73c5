package dev.comporta.exchange.dl4j;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.model.Spec;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Input;
import dev.comporta.exchange.files.NormalizerFile;
import dev.comporta.exchange.files.NormalizerFile.Kind;
import dev.comporta.exchange.layers.Kernels;
import dev.comporta.exchange.layers.Piece;
import java.util.List;
import java.util.Map;

/**
 * The data normaliser in an archive of Deeplearning4j as layers: those before the network normalise
 * its inputs, the one after it turns outputs back into the units of the labels.
 *
 * @param input the archive, for messages
 * @param file the normaliser
 */
record Normalizers(Input input, NormalizerFile file) {
  /** What ND4J adds where a maximum equals its minimum. */
  private static final double LEAST_RANGE = 1e-5;

  /**
   * The layers before the network. The mean or minimum is subtracted first, as in ND4J, so that no
   * digits are lost.
   *
   * @param inputs the number of features, 0 for ids
   */
  List<Piece> before(int inputs) {
    if (inputs == 0) {
      throw input.refuse("its normaliser would change ids, which is not supported");
    }
    if (file.kind() == Kind.IMAGE_MIN_MAX) {
      double scale = (file.high() - file.low()) / file.most();
      return List.of(
          affine(
              Kernels.filled("scale", inputs, (float) scale),
              Kernels.filled("shift", inputs, (float) file.low())));
    }
    ForeignTensor first = file.features().getFirst();
    if (first.values().length != inputs) {
      throw input.refuse(
          formatted(
              "its normaliser has numbers for %d features but the network reads %d",
              first.values().length, inputs));
    }
    double[] spread = spread(file.features());
    float[] minus = new float[inputs];
    float[] scale = new float[inputs];
    for (int i = 0; i < inputs; i++) {
      minus[i] = -first.values()[i];
      scale[i] = (float) (range() / spread[i]);
    }
    return List.of(
        affine(Kernels.filled("scale", inputs, 1), vector(minus)),
        affine(vector(scale), Kernels.filled("shift", inputs, (float) low())));
  }

  /** The layer after the network; none if its outputs are not normalised. */
  List<Piece> after() {
    if (file.labels().isEmpty()) {
      return List.of();
    }
    double[] spread = spread(file.labels());
    float[] first = file.labels().getFirst().values();
    float[] scale = new float[first.length];
    float[] shift = new float[first.length];
    for (int i = 0; i < first.length; i++) {
      scale[i] = (float) (spread[i] / range());
      shift[i] = (float) (first[i] - low() * spread[i] / range());
    }
    return List.of(affine(vector(scale), vector(shift)));
  }

  /** The size of the range that values are scaled to; 1 for standard deviations. */
  private double range() {
    return file.kind() == Kind.MIN_MAX ? Math.max(file.high() - file.low(), LEAST_RANGE) : 1;
  }

  private double low() {
    return file.kind() == Kind.MIN_MAX ? file.low() : 0;
  }

  /** The standard deviations, with 1 for 0, or maximum minus minimum. */
  private double[] spread(List<ForeignTensor> statistics) {
    float[] first = statistics.getFirst().values();
    float[] second = statistics.getLast().values();
    double[] spread = new double[first.length];
    for (int i = 0; i < spread.length; i++) {
      spread[i] =
          file.kind() == Kind.STANDARDIZE
              ? second[i] == 0 ? 1 : second[i]
              : Math.max((double) second[i] - first[i], LEAST_RANGE);
    }
    return spread;
  }

  private static ForeignTensor vector(float[] values) {
    return new ForeignTensor("normalizer", new int[] {values.length}, values);
  }

  private static Piece affine(ForeignTensor scale, ForeignTensor shift) {
    return new Piece(Spec.of("affine"), Map.of("scale", scale, "shift", shift));
  }
}
