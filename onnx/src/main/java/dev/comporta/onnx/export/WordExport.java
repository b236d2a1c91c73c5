package dev.comporta.onnx.export;

import static dev.comporta.onnx.export.GraphWriter.attribute;

import dev.comporta.cells.layers.WordCharactersLayer;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import java.util.List;

/** Words and their characters as nodes. */
final class WordExport {
  private final GraphWriter graph;
  private final WordCharactersLayer layer;
  private final String words;
  private final String letters;

  /**
   * Divides ids into words.
   *
   * @param x {@code [time, batch]}: each word is its id and those of its characters
   * @param lengths the number of words of each row
   */
  WordExport(GraphWriter graph, WordCharactersLayer layer, String x, RowLengths lengths) {
    if (graph.version() < 11) {
      throw new OnnxException(
          "[onnx] words with their characters need operator set 11 or newer; export with --opset 11");
    }
    this.graph = graph;
    this.layer = layer;
    int ids = 1 + layer.wordLength();
    String count = graph.apply("Div", List.of(graph.size(x, 0), graph.integers(ids)));
    String whole =
        graph.apply(
            "Slice",
            List.of(
                x,
                graph.integers(0),
                graph.apply("Mul", List.of(count, graph.integers(ids))),
                graph.integers(0)));
    String shape =
        graph.apply(
            "Concat", List.of(count, graph.integers(ids), graph.size(x, 1)), attribute("axis", 0L));
    String each = graph.apply("Reshape", List.of(whole, shape)); // [T, 1 + K, B]
    String first = graph.sliced(each, 1, 0, 1);
    String row =
        graph.apply(
            "Concat", List.of(graph.size(each, 0), graph.size(x, 1)), attribute("axis", 0L));
    String inside = TimeExport.inside(graph, graph.size(each, 0), lengths);
    words = // the id 0 after the length of a row, where anything may be
        graph.apply(
            "Where", List.of(inside, graph.apply("Reshape", List.of(first, row)), graph.whole(0)));
    letters =
        graph.apply(
            "Reshape",
            List.of(
                graph.apply(
                    "Transpose",
                    List.of(graph.sliced(each, 1, 1, ids)),
                    attribute("perm", 1, 0, 2)),
                graph.integers(layer.wordLength(), -1))); // [K, T B]
  }

  /** The vectors of the words, {@code [T, B, E]}. */
  String words(String table) {
    return graph.apply("Gather", List.of(table, words));
  }

  /** Whether an id is that of a character, {@code [K, T B]}. */
  private String isCharacter() {
    return graph.apply("Less", List.of(letters, graph.whole(layer.characters())));
  }

  /** The vectors of the characters, {@code [K, T B, D]}. */
  String characters(String table) {
    String known = graph.apply("Where", List.of(isCharacter(), letters, graph.whole(0)));
    return graph.apply("Gather", List.of(table, known));
  }

  /** The number of characters of each word: those before the first id that is none. */
  RowLengths spelled() {
    String end = graph.cast(graph.apply("Not", List.of(isCharacter())), ElementType.FLOAT32);
    String row = graph.apply("Mul", List.of(graph.sliced(end, 0, 0, 1), graph.number(0)));
    String sentinel = graph.apply("Add", List.of(row, graph.number(1)));
    String ends = graph.apply("Concat", List.of(end, sentinel), attribute("axis", 0L));
    return RowLengths.of(
        graph,
        graph.apply("ArgMax", List.of(ends), attribute("axis", 0L), attribute("keepdims", 0L)));
  }

  /** What was read of the characters, with the words. */
  String joined(String vectors, String read, int size) {
    String each = graph.reshapedLike(read, vectors, size);
    return graph.apply("Concat", List.of(vectors, each), attribute("axis", 2L));
  }
}
