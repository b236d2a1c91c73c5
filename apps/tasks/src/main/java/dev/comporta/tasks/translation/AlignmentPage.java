package dev.comporta.tasks.translation;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.attention.decoding.BeamNode;
import dev.comporta.attention.decoding.BeamSearch;
import dev.comporta.attention.decoding.Hypothesis;
import dev.comporta.tasks.picture.Html;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A translation as one HTML page that needs no other file: the heat map of its alignment with the
 * entropy of each row and the coverage of each column, the hypotheses, and the tree of the search.
 */
final class AlignmentPage {
  private static final int CELL = 26;
  private static final int LEAST_LABELS = 90;

  /** Pixels of a letter, more or less: the page cannot measure before it is shown. */
  private static final double LETTER = 8;

  /** Pixels of a log-probability. */
  private static final int NUMBER = 34;

  private static final int FIGURES = 150;
  private static final int GAP = 26;
  private static final int LINE = 24;

  private final StringBuilder page = new StringBuilder();
  private final TranslationSearch translation;
  private final TranslationModel model;

  /** The room for the words at the top and on the left of the heat map. */
  private int labels = LEAST_LABELS;

  private AlignmentPage(TranslationSearch translation, TranslationModel model) {
    this.translation = translation;
    this.model = model;
  }

  /** The page as text. */
  static String of(TranslationSearch translation, TranslationModel model) {
    AlignmentPage page = new AlignmentPage(translation, model);
    page.write();
    return page.page.toString();
  }

  private void write() {
    add(
        Html.begin(
            "Where the model looked",
            1100,
            """
            .scroll { overflow-x: auto; } svg { font: 13px system-ui, sans-serif; }
            svg .dim { fill: #5b6b7a; }
            """));
    add(formatted("<h1>%s</h1>%n<p>%s</p>%n", Html.text(translation.best()), Html.text(source())));
    if (model.hasAttention()) {
      heatMap(Alignment.of(translation, model));
    } else {
      add(
          "<p class=\"note\">This model has no attention: it has only the encoder's last state.</p>\n");
    }
    hypotheses();
    tree();
    add(Html.END);
  }

  private String source() {
    return model.source().text(translation.source());
  }

  private void heatMap(Alignment alignment) {
    int columns = alignment.source().size();
    int rows = alignment.target().size();
    labels =
        Stream.concat(alignment.source().stream(), alignment.target().stream())
            .mapToInt(text -> (int) (LETTER * text.length()) + 16)
            .reduce(LEAST_LABELS, Math::max);
    int width = labels + columns * CELL + FIGURES;
    int height = labels + (rows + 1) * CELL;
    add("<h2>Alignment</h2>\n");
    add(
        "<p class=\"note\">A row for each token of the answer, a column for each of the source. The darker, the larger the weight; a row adds up to 1, or to less where the attention looks through a window (<code>local</code>).</p>\n");
    add(
        formatted(
            "<div class=\"scroll\"><svg role=\"img\" aria-label=\"alignment\" width=\"%d\" height=\"%d\">%n",
            width, height));
    for (int s = 0; s < columns; s++) {
      int x = labels + s * CELL + CELL / 2 + 4;
      add(
          formatted(
              "<text transform=\"translate(%d %d) rotate(-60)\">%s</text>%n",
              x, labels - 8, Html.text(alignment.source().get(s))));
    }
    add(
        formatted(
            "<text class=\"dim\" x=\"%d\" y=\"%d\">entropy</text>%n", tableX(columns), labels - 8));
    add(
        formatted(
            "<text class=\"dim\" x=\"%d\" y=\"%d\">log p</text>%n",
            tableX(columns) + 70, labels - 8));
    for (int t = 0; t < rows; t++) {
      row(alignment, t, columns);
    }
    int y = labels + rows * CELL + CELL - 8;
    add(
        formatted(
            "<text class=\"dim\" x=\"%d\" y=\"%d\" text-anchor=\"end\">coverage</text>%n",
            labels - 8, y));
    for (int s = 0; s < columns; s++) {
      add(
          formatted(
              "<text class=\"dim\" x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"10\">%s</text>%n",
              labels + s * CELL + CELL / 2, y, Html.number("%.1f", alignment.coverage(s))));
    }
    add("</svg></div>\n");
  }

  private int tableX(int columns) {
    return labels + columns * CELL + 14;
  }

  private void row(Alignment alignment, int t, int columns) {
    int y = labels + t * CELL;
    add(
        formatted(
            "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
            labels - 8, y + CELL - 8, Html.text(alignment.target().get(t))));
    for (int s = 0; s < columns; s++) {
      float weight = alignment.weight(t, s);
      add(
          formatted(
              "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"><title>%s &#8592; %s: %s</title></rect>%n",
              labels + s * CELL,
              y,
              CELL - 1,
              CELL - 1,
              shade(weight),
              Html.text(alignment.target().get(t)),
              Html.text(alignment.source().get(s)),
              Html.number("%.3f", weight)));
    }
    add(
        formatted(
            "<text class=\"dim\" x=\"%d\" y=\"%d\">%s bits</text>%n",
            tableX(columns), y + CELL - 8, Html.number("%.2f", alignment.entropy(t))));
    add(
        formatted(
            "<text class=\"dim\" x=\"%d\" y=\"%d\">%s</text>%n",
            tableX(columns) + 70,
            y + CELL - 8,
            Html.number("%.2f", alignment.logProbabilities().get(t))));
  }

  /** From near white to a dark blue. */
  static String shade(double weight) {
    int[] rgb = rgb(weight);
    return formatted("#%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
  }

  static int[] rgb(double weight) {
    double w = Math.clamp(weight, 0, 1);
    return new int[] {
      (int) Math.round(241 - w * (241 - 8)),
      (int) Math.round(245 - w * (245 - 48)),
      (int) Math.round(249 - w * (249 - 107))
    };
  }

  private void hypotheses() {
    add("<h2>Hypotheses</h2>\n<table><tr><th>score</th><th>log p</th><th></th></tr>\n");
    List<Hypothesis> hypotheses = translation.found().hypotheses();
    for (int i = 0; i < hypotheses.size(); i++) {
      add(
          formatted(
              "<tr><td class=\"number\">%s</td><td class=\"number\">%s</td><td>%s</td></tr>%n",
              Html.number("%.3f", hypotheses.get(i).score()),
              Html.number("%.3f", hypotheses.get(i).logProbability()),
              Html.text(translation.outputs().get(i))));
    }
    add("</table>\n");
  }

  private void tree() {
    BeamSearch.Found found = translation.found();
    Map<BeamNode, Integer> lines = new HashMap<>();
    Set<BeamNode> parents = new HashSet<>();
    int depth = found.tree().stream().mapToInt(BeamNode::depth).max().orElse(0);
    int[] columns = new int[depth + 2]; // where the tokens of each depth start
    for (BeamNode node : found.tree()) {
      BeamNode parent = node.parent();
      if (parent != null) {
        parents.add(parent);
      }
      columns[node.depth() + 1] = Math.max(columns[node.depth() + 1], width(node) + GAP);
    }
    columns[1] = 8;
    for (int d = 2; d < columns.length; d++) {
      columns[d] += columns[d - 1];
    }
    List<BeamNode> leaves =
        found.tree().stream()
            .filter(node -> !parents.contains(node))
            .sorted(AlignmentPage::byPath)
            .toList();
    for (int i = 0; i < leaves.size(); i++) {
      lines.put(leaves.get(i), i);
      for (BeamNode node = leaves.get(i).parent(); node != null; node = node.parent()) {
        lines.putIfAbsent(node, i);
      }
    }
    add("<h2>The search</h2>\n");
    add(
        "<p class=\"note\">Every token that was kept or drawn, with its log-probability; a line ends where better ones pushed it out, or at the end of an answer.</p>\n");
    add(
        formatted(
            "<div class=\"scroll\"><svg role=\"img\" aria-label=\"search tree\" width=\"%d\" height=\"%d\">%n",
            columns[depth + 1], (leaves.size() + 1) * LINE));
    for (BeamNode node : found.tree()) {
      node(node, lines, columns);
    }
    add("</svg></div>\n");
  }

  /** How wide a node's token and number are, more or less. */
  private int width(BeamNode node) {
    return (int) (LETTER * model.target().shown(node.token()).length()) + NUMBER;
  }

  private void node(BeamNode node, Map<BeamNode, Integer> lines, int[] columns) {
    int x = columns[node.depth()];
    int y = lines.getOrDefault(node, 0) * LINE + LINE;
    BeamNode parent = node.parent();
    if (parent != null) {
      int from = columns[parent.depth()] + width(parent);
      int fromY = lines.getOrDefault(parent, 0) * LINE + LINE;
      int middle = x - GAP / 2;
      add(
          formatted(
              "<path d=\"M%d %d H%d C%d %d %d %d %d %d\" fill=\"none\" stroke=\"#b6c2cd\"/>%n",
              from, fromY - 5, x - GAP, middle, fromY - 5, middle, y - 5, x - 3, y - 5));
    }
    add(
        formatted(
            "<text x=\"%d\" y=\"%d\">%s <tspan class=\"dim\" font-size=\"10\">%s</tspan></text>%n",
            x,
            y,
            Html.text(model.target().shown(node.token())),
            Html.number("%.2f", node.logProbability())));
  }

  /** Paths side by side that share their beginning. */
  private static int byPath(BeamNode a, BeamNode b) {
    List<BeamNode> left = path(a);
    List<BeamNode> right = path(b);
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      if (left.get(i) != right.get(i)) {
        return Double.compare(right.get(i).total(), left.get(i).total());
      }
    }
    return Integer.compare(left.size(), right.size());
  }

  private static List<BeamNode> path(BeamNode end) {
    List<BeamNode> path = new ArrayList<>();
    for (BeamNode node = end; node != null; node = node.parent()) {
      path.addFirst(node);
    }
    return path;
  }

  private void add(String text) {
    page.append(text);
  }
}
