package dev.comporta.lessons.figure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Nodes with arrows between them, on a canvas that is 420 wide.
 *
 * @param height the height of the canvas
 * @param nodes the nodes by name
 * @param edges the arrows
 */
public record Graph(int height, Map<String, Node> nodes, List<Edge> edges) implements Figure {
  /**
   * A node.
   *
   * @param label its text
   * @param x its middle
   * @param y its middle
   */
  public record Node(String label, double x, double y) {}

  /**
   * An arrow.
   *
   * @param from the name of a node
   * @param to the name of a node
   * @param label its text, or empty
   * @param bend how far it is bent to one side
   */
  public record Edge(String from, String to, String label, double bend) {}

  /**
   * A graph without nodes.
   *
   * @param height the height of the canvas
   * @return a graph to add to
   */
  public static Graph of(int height) {
    return new Graph(height, new LinkedHashMap<>(), new ArrayList<>());
  }

  /**
   * Adds a node.
   *
   * @param name its name
   * @param label its text
   * @param x its middle
   * @param y its middle
   * @return this graph
   */
  public Graph node(String name, String label, double x, double y) {
    nodes.put(name, new Node(label, x, y));
    return this;
  }

  /**
   * Adds a straight arrow.
   *
   * @param from the name of a node
   * @param to the name of a node
   * @param label its text, or empty
   * @return this graph
   */
  public Graph edge(String from, String to, String label) {
    return edge(from, to, label, 0);
  }

  /**
   * Adds an arrow.
   *
   * @param from the name of a node
   * @param to the name of a node
   * @param label its text, or empty
   * @param bend how far it is bent to one side
   * @return this graph
   */
  public Graph edge(String from, String to, String label, double bend) {
    edges.add(new Edge(from, to, label, bend));
    return this;
  }

  @Override
  public String svg(UnaryOperator<String> words, String title) {
    Svg svg = new Svg(height);
    for (Edge edge : edges) {
      Node a = Objects.requireNonNull(nodes.get(edge.from()), edge.from());
      Node b = Objects.requireNonNull(nodes.get(edge.to()), edge.to());
      String label = words.apply(edge.label());
      if (edge.from().equals(edge.to())) {
        loop(svg, a, words.apply(a.label()), label);
        continue;
      }
      double length = Math.hypot(b.x() - a.x(), b.y() - a.y());
      double dx = (b.x() - a.x()) / length;
      double dy = (b.y() - a.y()) / length;
      double out = reach(words.apply(a.label()), dx, dy);
      double in = reach(words.apply(b.label()), dx, dy);
      svg.arrow(a.x() + out * dx, a.y() + out * dy, b.x() - in * dx, b.y() - in * dy, edge.bend());
      if (!label.isEmpty()) {
        double mx = (a.x() + b.x()) / 2 - 0.5 * edge.bend() * dy;
        double my = (a.y() + b.y()) / 2 + 0.5 * edge.bend() * dx;
        boolean level = Math.abs(dx) > Math.abs(dy);
        svg.text(
            "value halo",
            level ? "middle" : "start",
            mx + (level ? 0 : 5),
            my + (level ? -5 : 4),
            label);
      }
    }
    nodes
        .values()
        .forEach(node -> {
          String label = words.apply(node.label());
          double width = width(label);
          svg.rectangle("node", node.x() - width / 2, node.y() - 12, width, 24, 1);
          svg.text("", "middle", node.x(), node.y() + 4, label);
        });
    return svg.element(title);
  }

  private static void loop(Svg svg, Node node, String text, String label) {
    double right = node.x() + width(text) / 2;
    svg.arrow(right, node.y() - 6, right, node.y() + 8, -42);
    svg.text("value halo", "start", right + 24, node.y() + 4, label);
  }

  private static double width(String label) {
    return Math.max(26, 12 + 6.8 * label.length());
  }

  /** From the middle of a node to its border. */
  private static double reach(String label, double dx, double dy) {
    double across = Math.abs(dx) < 1e-9 ? 1e9 : width(label) / 2 / Math.abs(dx);
    double up = Math.abs(dy) < 1e-9 ? 1e9 : 12 / Math.abs(dy);
    return Math.min(across, up) + 1;
  }

  @Override
  public Rows rows(int most) {
    Rows rows = Rows.of("@from", "@to", "@weight");
    for (Edge edge : edges) {
      rows.add(label(edge.from()), label(edge.to()), edge.label());
    }
    return rows;
  }

  private String label(String name) {
    return Objects.requireNonNull(nodes.get(name), name).label();
  }
}
