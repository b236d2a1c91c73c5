package dev.comporta.cells.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The layers of a model as a table: name, layer, output for each timestep of each row, parameters.
 */
final class ModelSummary {
  private final List<String[]> rows = new ArrayList<>();
  private long total;

  private ModelSummary() {
    rows.add(new String[] {"name", "layer", "output", "parameters"});
  }

  static String of(Spec spec, List<Layer> encoder, List<Layer> layers) {
    OptionReader options = spec.reader();
    ModelSummary summary = new ModelSummary();
    if (!encoder.isEmpty()) {
      summary.add(
          "source", options.size("source-input-size", 0, 0), options.specs("encoder"), encoder);
    }
    summary.add("input", options.size("input-size", 0, 0), options.specs("layers"), layers);
    return summary.text();
  }

  private void add(String input, int features, List<Spec> specs, List<Layer> layers) {
    rows.add(new String[] {input, "", features == 0 ? "ids" : shape(features), ""});
    for (int i = 0; i < layers.size(); i++) {
      String name =
          input.equals("source") ? SequenceModel.encoderPrefix(i) : SequenceModel.prefix(i);
      long parameters =
          layers.get(i).parameters().stream().mapToLong(it -> it.shape().count()).sum();
      total += parameters;
      rows.add(
          new String[] {
            name.substring(0, name.length() - 1),
            words(specs.get(i)),
            shape(layers.get(i).outputSize()),
            number(parameters)
          });
    }
  }

  /** The layer, and its cell if it has one. */
  private static String words(Spec layer) {
    Object cell = layer.options().get("cell");
    return cell == null
        ? layer.name()
        : formatted("%s (%s)", layer.name(), cell instanceof Spec spec ? spec.name() : cell);
  }

  private static String shape(int features) {
    return formatted("[T, B, %d]", features);
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private String text() {
    rows.add(new String[] {"total", "", "", number(total)});
    int[] widths = new int[4];
    for (String[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (String[] row : rows) {
      lines.add(
          padded(row[0], widths[0])
              + padded(row[1], widths[1])
              + padded(row[2], widths[2])
              + " ".repeat(widths[3] - row[3].length())
              + row[3]);
    }
    return String.join("\n", lines);
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(width - text.length() + 2);
  }
}
