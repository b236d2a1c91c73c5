package dev.comporta.attention.ctc;

import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * One path through the classes of all timesteps, and the labels that it stands for: equal classes
 * in a row are one label, and blanks are removed.
 *
 * @param spans the labels in order, each with the timesteps that it covers
 * @param path the class at each timestep
 * @param logProbability the natural logarithm of the probability of this path alone
 */
@API(status = API.Status.EXPERIMENTAL)
public record CtcAlignment(List<Span> spans, List<Integer> path, double logProbability) {
  /** Copies the lists. */
  public CtcAlignment {
    spans = List.copyOf(spans);
    path = List.copyOf(path);
  }

  /**
   * A label and the timesteps where the path is at it.
   *
   * @param label the label
   * @param from the first timestep
   * @param to the timestep after the last one
   */
  public record Span(int label, int from, int to) {}

  /** Collapses a path. */
  static CtcAlignment of(int[] path, int blank, double logProbability) {
    List<Span> spans = new ArrayList<>();
    List<Integer> classes = new ArrayList<>();
    int from = 0;
    for (int t = 1; t <= path.length; t++) {
      classes.add(path[t - 1]);
      if (t == path.length || path[t] != path[t - 1]) {
        if (path[t - 1] != blank) {
          spans.add(new Span(path[t - 1], from, t));
        }
        from = t;
      }
    }
    return new CtcAlignment(spans, classes, logProbability);
  }

  /**
   * {@return the least number of timesteps of a path that stands for these labels: one for each,
   * and one more for the blank between two that are equal}
   *
   * @param labels classes other than the blank
   */
  public static int leastTimesteps(int... labels) {
    int least = labels.length;
    for (int i = 1; i < labels.length; i++) {
      least += labels[i] == labels[i - 1] ? 1 : 0;
    }
    return least;
  }

  /** {@return the labels in order, without blanks} */
  public List<Integer> labels() {
    return spans.stream().map(Span::label).toList();
  }
}
