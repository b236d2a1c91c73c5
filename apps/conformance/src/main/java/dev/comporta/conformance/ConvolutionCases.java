package dev.comporta.conformance;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.layers.Grid.Axis;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Kinds {@code conv1d}, where x {@code [B, C, L]} becomes the sequence {@code [L, B, C]}, and
 * {@code conv2d}, where each picture of x {@code [B, C, H, W]} becomes the features of one row.
 */
final class ConvolutionCases {
  private ConvolutionCases() {}

  static void conv1d(TapeCase run) {
    CaseSettings settings = run.file().settings();
    Shape x = shape(run, "x", 3, "[B, C, L]");
    Shape w = weights(run, settings, x, "[O, C, K]");
    int filters = w.size(0);
    int taps = w.size(2);
    Spec spec =
        Spec.of("conv1d")
            .with("filters", filters)
            .with("width", taps)
            .with("stride", axes(settings, "stride", 1, 1)[0])
            .with("dilation", axes(settings, "dilation", 1, 1)[0]);
    spec =
        switch (settings.word("padding")) {
          case "same" -> spec.with("padding", "same");
          case "valid" -> spec.with("padding", "none");
          default -> spec.with("pad", axes(settings, "padding", 1, 0)[0]);
        };
    Tensor sequence = run.in("x").reshape(x.size(0) * x.size(1), x.size(2)).transpose(); // [L, B C]
    Tensor kernel =
        run.in("w")
            .reshape(filters * w.size(1), taps)
            .transpose() // [K, O C]
            .reshape(taps, filters, w.size(1))
            .swapLeading() // [O, K, C]
            .reshape(filters, taps * w.size(1))
            .transpose(); // [K C, O]
    Tensor y =
        convolved(run, settings, spec, kernel, sequence.reshape(x.size(2), x.size(0), x.size(1)));
    int timesteps = y.shape().size(0);
    run.out(
        "y",
        y.reshape(timesteps, x.size(0) * filters)
            .transpose()
            .reshape(x.size(0), filters, timesteps));
  }

  static void conv2d(TapeCase run) {
    CaseSettings settings = run.file().settings();
    Shape x = shape(run, "x", 4, "[B, C, H, W]");
    Shape w = weights(run, settings, x, "[O, C, KH, KW]");
    int filters = w.size(0);
    int[] stride = axes(settings, "stride", 2, 1);
    int[] dilation = axes(settings, "dilation", 2, 1);
    boolean valid = settings.word("padding").equals("valid");
    int[] pad = valid ? new int[2] : axes(settings, "padding", 2, 0);
    Spec spec =
        Spec.of("conv2d")
            .with("height", x.size(2))
            .with("width", x.size(3))
            .with("filters", filters)
            .with("kernel-height", w.size(2))
            .with("kernel-width", w.size(3))
            .with("stride-height", stride[0])
            .with("stride-width", stride[1])
            .with("dilation-height", dilation[0])
            .with("dilation-width", dilation[1])
            .with("pad-height", pad[0])
            .with("pad-width", pad[1]);
    int patch = w.size(1) * w.size(2) * w.size(3);
    Tensor y =
        convolved(
            run,
            settings,
            spec,
            run.in("w").reshape(filters, patch).transpose(), // [C KH KW, O]
            run.in("x").reshape(1, x.size(0), x.size(1) * x.size(2) * x.size(3)));
    run.out(
        "y",
        y.reshape(
            x.size(0),
            filters,
            new Axis(x.size(2), w.size(2), stride[0], dilation[0], pad[0]).windows(),
            new Axis(x.size(3), w.size(3), stride[1], dilation[1], pad[1]).windows()));
  }

  private static Tensor convolved(
      TapeCase run, CaseSettings settings, Spec spec, Tensor kernel, Tensor x) {
    settings.requireAllRead();
    boolean bias = run.has("b");
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    parameters.put("W", kernel);
    if (bias) {
      parameters.put("b", run.in("b", Shape.of(kernel.shape().columns())));
    }
    return LayerCases.forward(
        run,
        LayerCases.layer(run, spec.with("bias", bias), x.shape().columns()),
        Sequence.of(x),
        parameters);
  }

  private static Shape shape(TapeCase run, String name, int rank, String expected) {
    Shape shape = run.file().shape(name);
    if (shape.rank() != rank || shape.count() == 0) {
      throw new CaseException(
          formatted("its tensor %s has shape %s; expected %s", name, shape, expected));
    }
    return shape;
  }

  private static Shape weights(TapeCase run, CaseSettings settings, Shape x, String expected) {
    if (settings.whole("groups", 1) != 1) {
      throw settings.unknown("groups");
    }
    Shape w = shape(run, "w", x.rank(), expected);
    if (w.size(1) != x.size(1)) {
      throw new CaseException(
          formatted("its tensor w has shape %s; expected %s for x %s", w, expected, x));
    }
    return w;
  }

  /** A setting that PyTorch takes as one number or as one for each axis. */
  private static int[] axes(CaseSettings settings, String name, int axes, int otherwise) {
    int[] values = settings.wholes(name);
    if (values == null) {
      values = new int[] {otherwise};
    }
    if (values.length != 1 && values.length != axes) {
      throw settings.unknown(name);
    }
    return values.length == axes ? values : new int[] {values[0], values[0]};
  }
}
