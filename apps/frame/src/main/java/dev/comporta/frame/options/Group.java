package dev.comporta.frame.options;

/** The headings under which help lists options, in this order. */
public enum Group {
  /** What is read. */
  DATA("Data"),
  /** What is built. */
  MODEL("Model"),
  /** How an update is computed. */
  TRAINING("Training"),
  /** What keeps a model from fitting noise. */
  REGULARIZATION("Regularization"),
  /** What is measured, and which model is kept. */
  EVALUATION("Evaluation"),
  /** How an answer is searched for or sampled. */
  DECODING("Decoding"),
  /** What computes. */
  COMPUTATION("Computation"),
  /** What is written, and where training continues from. */
  FILES("Files");

  private final String heading;

  Group(String heading) {
    this.heading = heading;
  }

  /** {@return the heading in a help text} */
  public String heading() {
    return heading;
  }
}
