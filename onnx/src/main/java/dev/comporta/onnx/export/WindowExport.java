package dev.comporta.onnx.export;

import static dev.comporta.onnx.export.GraphWriter.attribute;

import dev.comporta.cells.layers.Conv1dLayer;
import dev.comporta.cells.layers.Conv2dLayer;
import dev.comporta.cells.layers.Conv3dLayer;
import dev.comporta.cells.layers.Grid;
import dev.comporta.cells.layers.PicturePlacesLayer;
import dev.comporta.cells.layers.Pool1dLayer;
import dev.comporta.cells.layers.Pool2dLayer;
import dev.comporta.cells.layers.Pooling;
import dev.comporta.cells.layers.Window;
import java.util.List;

/**
 * Windows over time and over pictures as nodes; values are {@code [time, batch, features]}. A
 * sequence that is shorter than a window has one all the same, after the end of all rows.
 */
final class WindowExport {
  private final GraphWriter graph;

  WindowExport(GraphWriter graph) {
    this.graph = graph;
  }

  /** Time as the last axis, {@code [batch, features, time]}, or back. */
  private String timeLast(String x) {
    return graph.apply("Transpose", List.of(x), attribute("perm", 1, 2, 0));
  }

  private String timeFirst(String x) {
    return graph.apply("Transpose", List.of(x), attribute("perm", 2, 0, 1));
  }

  /** {@code [width I, O]}, tap by tap, as {@code [O, I, width]}. */
  static float[] taps(float[] w, int width, int inputs, int filters) {
    float[] turned = new float[w.length];
    for (int k = 0; k < width; k++) {
      for (int i = 0; i < inputs; i++) {
        for (int o = 0; o < filters; o++) {
          turned[(o * inputs + i) * width + k] = w[(k * inputs + i) * filters + o];
        }
      }
    }
    return turned;
  }

  /**
   * A convolution over time.
   *
   * @param x without padding: zeros after the length of each row
   * @param w {@link #taps} as weights
   */
  String convolution(Conv1dLayer layer, String x, String w) {
    Window window = layer.window();
    return timeFirst(
        graph.apply(
            "Conv",
            List.of(timeLast(x), w),
            attribute("kernel_shape", new long[] {window.width()}),
            attribute("strides", new long[] {window.stride()}),
            attribute("dilations", new long[] {window.dilation()}),
            attribute("pads", window.before(), after(window))));
  }

  /** Zeros after the last timestep, enough for one window. */
  private static int after(Window window) {
    int reach = (window.width() - 1) * window.dilation();
    return Math.max(window.after(), reach - window.before());
  }

  /** A pooling over time. */
  String pooling(Pool1dLayer layer, String x) {
    Window window = layer.window();
    return timeFirst(
        graph.apply(
            operator(layer.mode()),
            List.of(timeLast(x)),
            attribute("kernel_shape", new long[] {window.width()}),
            attribute("strides", new long[] {window.stride()}),
            attribute("pads", 0, window.width() - 1)));
  }

  private static String operator(Pooling mode) {
    return mode == Pooling.MAX ? "MaxPool" : "AveragePool";
  }

  /** The pictures of all timesteps and rows, {@code [time batch, channels, height, width]}. */
  private String pictures(Grid grid, String x) {
    return graph.apply(
        "Reshape",
        List.of(x, graph.integers(-1, grid.channels(), grid.down().size(), grid.across().size())));
  }

  /** Pictures as the features of timesteps again, as many as another value has. */
  private String features(String pictures, String like, int features) {
    return graph.reshapedLike(pictures, like, features);
  }

  /**
   * A convolution over pictures.
   *
   * @param w {@code [O, C, kernelHeight, kernelWidth]}
   * @param b {@code [O]}, or empty
   */
  String convolution(Conv2dLayer layer, String x, String w, String b) {
    Grid.Axis down = layer.grid().down();
    Grid.Axis across = layer.grid().across();
    String pictures = pictures(layer.grid(), x);
    String y =
        graph.apply(
            "Conv",
            b.isEmpty() ? List.of(pictures, w) : List.of(pictures, w, b),
            attribute("kernel_shape", down.kernel(), across.kernel()),
            attribute("strides", down.stride(), across.stride()),
            attribute("dilations", down.dilation(), across.dilation()),
            attribute("pads", down.before(), across.before(), down.after(), across.after()));
    return features(Formulas.activation(graph, layer.activation(), y), x, layer.outputSize());
  }

  /**
   * A convolution over time and pictures, with time as the last axis of both.
   *
   * @param x without padding: zeros after the length of each row
   * @param w {@code [O, C, kernelHeight, kernelWidth, kernelTime]}
   * @param b {@code [O]}, or empty
   */
  String convolution(Conv3dLayer layer, String x, String w, String b) {
    Grid grid = layer.stacked().grid();
    Grid.Axis down = grid.down();
    Grid.Axis across = grid.across();
    Window time = layer.window();
    int channels = grid.channels() / time.width();
    String pictures =
        graph.apply(
            "Reshape",
            List.of(timeLast(x), graph.integers(0, channels, down.size(), across.size(), -1)));
    String y =
        graph.apply(
            "Conv",
            b.isEmpty() ? List.of(pictures, w) : List.of(pictures, w, b),
            attribute("kernel_shape", down.kernel(), across.kernel(), time.width()),
            attribute("strides", down.stride(), across.stride(), time.stride()),
            attribute("dilations", down.dilation(), across.dilation(), time.dilation()),
            attribute(
                "pads",
                down.before(),
                across.before(),
                time.before(),
                down.after(),
                across.after(),
                after(time)));
    String flat = graph.apply("Reshape", List.of(y, graph.integers(0, layer.outputSize(), -1)));
    return Formulas.activation(graph, layer.stacked().activation(), timeFirst(flat));
  }

  /** {@code [C kernel, O]} as {@code [O, C kernel]}. */
  static float[] transposed(float[] w, int columns) {
    int rows = w.length / columns;
    float[] turned = new float[w.length];
    for (int i = 0; i < w.length; i++) {
      turned[i % columns * rows + i / columns] = w[i];
    }
    return turned;
  }

  /** A pooling over pictures. */
  String pooling(Pool2dLayer layer, String x) {
    Grid.Axis down = layer.grid().down();
    Grid.Axis across = layer.grid().across();
    String y =
        graph.apply(
            operator(layer.mode()),
            List.of(pictures(layer.grid(), x)),
            attribute("kernel_shape", down.kernel(), across.kernel()),
            attribute("strides", down.stride(), across.stride()));
    return features(y, x, layer.outputSize());
  }

  /** The row and the column of each place, {@code [places, 1, 2]}. */
  static float[] coordinates(PicturePlacesLayer layer) {
    float[] all = new float[layer.places() * PicturePlacesLayer.COORDINATES];
    for (int place = 0; place < layer.places(); place++) {
      all[place * PicturePlacesLayer.COORDINATES] = centre(place / layer.width(), layer.height());
      all[place * PicturePlacesLayer.COORDINATES + 1] =
          centre(place % layer.width(), layer.width());
    }
    return all;
  }

  private static float centre(int index, int count) {
    return (2 * index + 1f) / count - 1;
  }

  /**
   * The places of pictures as timesteps.
   *
   * @param vectors {@code [places, 1, C]}, or empty
   * @param coordinates {@code [places, 1, 2]}, or empty
   */
  String places(PicturePlacesLayer layer, String x, String vectors, String coordinates) {
    String split =
        graph.apply("Reshape", List.of(x, graph.integers(0, 0, layer.channels(), layer.places())));
    String y = graph.apply("Transpose", List.of(split), attribute("perm", 0, 3, 1, 2));
    if (!vectors.isEmpty()) {
      y = graph.apply("Add", List.of(y, vectors));
    }
    if (layer.coordinates()) {
      String each =
          graph.apply(
              "Concat",
              List.of(
                  graph.size(x, 0),
                  graph.integers(layer.places()),
                  graph.size(x, 1),
                  graph.integers(PicturePlacesLayer.COORDINATES)),
              attribute("axis", 0L));
      String where = graph.apply("Expand", List.of(coordinates, each));
      y = graph.apply("Concat", List.of(y, where), attribute("axis", 3L));
    }
    String shape =
        graph.apply(
            "Concat",
            List.of(graph.integers(-1), graph.size(x, 1), graph.integers(layer.outputSize())),
            attribute("axis", 0L));
    return graph.apply("Reshape", List.of(y, shape));
  }
}
