package dev.comporta.inference;

import java.util.List;

/**
 * What a classifier takes a sequence for.
 *
 * @param labels all labels, the most likely first; of equally likely ones the first of the file
 */
public record Classification(List<Label> labels) {
  /** Copies the list. */
  public Classification {
    labels = List.copyOf(labels);
  }

  /** {@return the name of the most likely label} */
  public String label() {
    return labels.getFirst().name();
  }

  /** {@return the probability of the most likely label} */
  public double probability() {
    return labels.getFirst().probability();
  }
}
