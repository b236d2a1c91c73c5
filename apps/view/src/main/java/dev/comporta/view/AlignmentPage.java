package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.attention.decoding.BeamNode;
import dev.comporta.attention.decoding.BeamSearch;
import dev.comporta.attention.decoding.Hypothesis;
import java.awt.Color;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An alignment as one HTML page that needs no other file: the heat map with the entropy and the
 * probability of each row and the coverage of each column, the hypotheses, and the search tree.
 */
final class AlignmentPage {
  private static final int CELL = 26;
  private static final int LEAST_LABELS = 90;

  /** Pixels of a letter, more or less: the page cannot measure before it is shown. */
  private static final double LETTER = 8;

  /** Pixels of a probability. */
  private static final int NUMBER = 40;

  private static final int FIGURES = 170;
  private static final int GAP = 26;
  private static final int LINE = 24;

  private final StringBuilder page = new StringBuilder();
  private final Alignment alignment;

  /** The room for the words on the left and at the top of the heat map. */
  private final int left;

  private final int top;

  private AlignmentPage(Alignment alignment) {
    this.alignment = alignment;
    this.left = longest(alignment.target());
    this.top = alignment.hasShortLabels() ? LINE : longest(alignment.source());
  }

  private static int longest(List<String> labels) {
    return labels.stream()
        .mapToInt(text -> (int) (LETTER * text.length()) + 16)
        .reduce(LEAST_LABELS, Math::max);
  }

  /** The page as text. */
  static String of(Alignment alignment) {
    AlignmentPage page = new AlignmentPage(alignment);
    page.write();
    return page.page.toString();
  }

  private void write() {
    add(
        Html.begin(
            "What the model attended to",
            1100,
            formatted(
                """
                .scroll { overflow-x: auto; } svg { font: 13px system-ui, sans-serif; }
                svg .dim { fill: #5b6b7a; }
                .scale { display: inline-block; width: 9rem; height: .9rem; vertical-align: -.1rem;
                  background: linear-gradient(to right, %s, %s); }
                """,
                shade(0), shade(1))));
    add(
        formatted(
            "<h1>%s</h1>%n<p>%s</p>%n<p class=\"note\">Model: %s</p>%n",
            Html.text(alignment.outputs().getFirst()),
            Html.text(alignment.text()),
            Html.text(alignment.modelName())));
    if (alignment.best().hasAttention()) {
      heatMap();
    } else {
      add(
          "<p class=\"note\">This model has no attention: its decoder starts from the encoder's last state.</p>\n");
    }
    hypotheses();
    tree();
    add(Html.END);
  }

  private void heatMap() {
    int columns = alignment.source().size();
    int rows = alignment.target().size();
    add("<h2>Alignment</h2>\n");
    add(
        formatted(
            "<p class=\"note\">A row for each token of the output, a column for each token of the source; &#183; marks a space. Attention weight: 0 %% <span class=\"scale\"></span> 100 %%. A row adds up to 100 %%, or to less with <code>local</code> attention. Entropy is 0 bits if one token gets all the weight; coverage is the sum of a column.</p>%n"));
    add(
        formatted(
            "<div class=\"scroll\"><svg role=\"img\" aria-label=\"alignment\" width=\"%d\" height=\"%d\">%n",
            left + columns * CELL + FIGURES, top + (rows + 1) * CELL));
    for (int s = 0; s < columns; s++) {
      label(alignment.source().get(s), left + s * CELL + CELL / 2);
    }
    dim("entropy", figures(), top - 8);
    dim("probability", figures() + 75, top - 8);
    for (int t = 0; t < rows; t++) {
      row(t);
    }
    int y = top + rows * CELL + CELL - 8;
    add(
        formatted(
            "<text class=\"dim\" x=\"%d\" y=\"%d\" text-anchor=\"end\">coverage</text>%n",
            left - 8, y));
    for (int s = 0; s < columns; s++) {
      add(
          formatted(
              "<text class=\"dim\" x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"10\">%s</text>%n",
              left + s * CELL + CELL / 2, y, formatted("%.1f", alignment.coverage(s))));
    }
    add("</svg></div>\n");
  }

  private void label(String text, int x) {
    boolean upright = alignment.hasShortLabels();
    String turn =
        upright
            ? formatted("translate(%d %d)\" text-anchor=\"middle", x, top - 8)
            : formatted("translate(%d %d) rotate(-60)", x + 4, top - 8);
    String size = upright && text.length() > 2 ? " font-size=\"9\"" : "";
    add(formatted("<text transform=\"%s\"%s>%s</text>%n", turn, size, Html.text(text)));
  }

  private void dim(String text, int x, int y) {
    add(formatted("<text class=\"dim\" x=\"%d\" y=\"%d\">%s</text>%n", x, y, Html.text(text)));
  }

  private int figures() {
    return left + alignment.source().size() * CELL + 14;
  }

  private void row(int t) {
    int y = top + t * CELL;
    String target = Html.text(alignment.target().get(t));
    add(
        formatted(
            "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
            left - 8, y + CELL - 8, target));
    for (int s = 0; s < alignment.source().size(); s++) {
      float weight = alignment.weight(t, s);
      add(
          formatted(
              "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"><title>%s &#8592; %s: %s</title></rect>%n",
              left + s * CELL,
              y,
              CELL - 1,
              CELL - 1,
              shade(weight),
              target,
              Html.text(alignment.source().get(s)),
              formatted("%.1f %%", 100 * weight)));
    }
    dim(formatted("%.2f bits", alignment.entropy(t)), figures(), y + CELL - 8);
    dim(alignment.probability(t), figures() + 75, y + CELL - 8);
  }

  private static String shade(double weight) {
    Color color = Alignment.color(weight);
    return formatted("#%02x%02x%02x", color.getRed(), color.getGreen(), color.getBlue());
  }

  private void hypotheses() {
    add("<h2>Hypotheses</h2>\n<table><tr><th>score</th><th>probability</th><th></th></tr>\n");
    List<Hypothesis> hypotheses = alignment.found().hypotheses();
    for (int i = 0; i < hypotheses.size(); i++) {
      add(
          formatted(
              "<tr><td class=\"number\">%s</td><td class=\"number\">%s</td><td>%s</td></tr>%n",
              formatted("%.3f", hypotheses.get(i).score()),
              Alignment.percent(hypotheses.get(i).logProbability()),
              Html.text(alignment.outputs().get(i))));
    }
    add("</table>\n");
  }

  private void tree() {
    BeamSearch.Found found = alignment.found();
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
        "<p class=\"note\">Every token that the search kept or sampled, with its probability. A path ends where the beam dropped it, or at the end of an output.</p>\n");
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
    return (int) (LETTER * alignment.token().apply(node.token()).length()) + NUMBER;
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
            Html.text(alignment.token().apply(node.token())),
            Alignment.percent(node.logProbability())));
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
