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
    edges.forEach(edge -> arrow(svg, edge, words));
    nodes
        .values()
        .forEach(node -> {
          String label = words.apply(node.label());
          double width = width(label);
          svg.rectangle("node", node.x() - width / 2, node.y() - 12, width, 24, 1);
          svg.text("", "middle", node.x(), node.y() + 4, label);
        });
    edges.forEach(edge -> label(svg, edge, words)); // last, so that no arrow crosses one
    return svg.element(title);
  }

  private void arrow(Svg svg, Edge edge, UnaryOperator<String> words) {
    Node a = node(edge.from());
    Node b = node(edge.to());
    if (edge.from().equals(edge.to())) {
      double right = right(a, words);
      svg.arrow(right, a.y() - 6, right, a.y() + 8, -42);
      return;
    }
    double length = Math.hypot(b.x() - a.x(), b.y() - a.y());
    double dx = (b.x() - a.x()) / length;
    double dy = (b.y() - a.y()) / length;
    double out = reach(words.apply(a.label()), dx, dy);
    double in = reach(words.apply(b.label()), dx, dy);
    svg.arrow(a.x() + out * dx, a.y() + out * dy, b.x() - in * dx, b.y() - in * dy, edge.bend());
  }

  private void label(Svg svg, Edge edge, UnaryOperator<String> words) {
    String label = words.apply(edge.label());
    if (label.isEmpty()) {
      return;
    }
    Node a = node(edge.from());
    Node b = node(edge.to());
    if (edge.from().equals(edge.to())) {
      svg.text("value halo", "start", right(a, words) + 24, a.y() + 4, label);
      return;
    }
    double dx = b.x() - a.x();
    double dy = b.y() - a.y();
    double length = Math.hypot(dx, dy);
    double mx = (a.x() + b.x()) / 2 - 0.5 * edge.bend() * dy / length;
    double my = (a.y() + b.y()) / 2 + 0.5 * edge.bend() * dx / length;
    if (Math.abs(dx) <= Math.abs(dy)) {
      svg.text("value halo", "start", mx + 5, my + 4, label);
      return;
    }
    double gap = Math.abs(dx) - (width(words.apply(a.label())) + width(words.apply(b.label()))) / 2;
    boolean fits = edge.bend() != 0 || gap > 6 * label.length();
    svg.text("value halo", "middle", mx, my - (fits ? 5 : 16), label); // or above both nodes
  }

  private Node node(String name) {
    return Objects.requireNonNull(nodes.get(name), name);
  }

  private static double right(Node node, UnaryOperator<String> words) {
    return node.x() + width(words.apply(node.label())) / 2;
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
    return node(name).label();
  }
}
