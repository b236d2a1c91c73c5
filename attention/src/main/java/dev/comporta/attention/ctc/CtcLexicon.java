package dev.comporta.attention.ctc;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.util.List;
import java.util.TreeMap;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The words that a search may find, as a tree of their labels. A sequence of labels is allowed if
 * it is empty, a word, or words with one separator between each two. Immutable.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class CtcLexicon {
  /** The separator of a lexicon whose sequences have one word at most. */
  public static final int NO_SEPARATOR = -1;

  private final Node root = new Node();
  private final int separator;

  /**
   * Builds the tree.
   *
   * @param words the labels of each word, 1 or more, without the separator; a word may appear twice
   * @param separator the label between two words, or {@link #NO_SEPARATOR}
   * @throws ComportaException if there is no word, or a word has no labels, a negative label or the
   *     separator
   */
  public CtcLexicon(List<int[]> words, int separator) {
    if (words.isEmpty()) {
      throw new ComportaException("[ctc.lexicon] expected 1 word or more but got none");
    }
    this.separator = separator;
    for (int i = 0; i < words.size(); i++) {
      int[] word = words.get(i);
      Node node = root;
      for (int label : word) {
        if (label < 0 || label == separator) {
          throw new ComportaException(
              formatted(
                  "[ctc.lexicon] expected labels of 0 or more other than the separator %d but word %d has %d",
                  separator, i, label));
        }
        node = node.children.computeIfAbsent(label, _ -> new Node());
      }
      if (node == root) {
        throw new ComportaException(
            formatted("[ctc.lexicon] expected words of 1 label or more but word %d has none", i));
      }
      node.endsWord = true;
    }
  }

  /** Where a sequence begins. */
  Node start() {
    return root;
  }

  /** Where a sequence is after one more label; null if no allowed sequence continues with it. */
  @Nullable Node next(Node at, int label) {
    if (label == separator) {
      return at.endsWord ? root : null;
    }
    return at.children.get(label);
  }

  /** A place in the tree: what the labels since the last separator are. */
  static final class Node {
    private final TreeMap<Integer, Node> children = new TreeMap<>();
    private boolean endsWord;

    boolean endsWord() {
      return endsWord;
    }
  }
}
