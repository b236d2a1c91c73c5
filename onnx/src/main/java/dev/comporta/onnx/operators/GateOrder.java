package dev.comporta.onnx.operators;

import java.util.Locale;

/**
 * The order of the gates of a recurrent operator, here and in ONNX. The same letter stands for the
 * same gate: i input, f forget, g candidate and o output of an LSTM; r reset, z update and n
 * candidate of a GRU.
 */
public enum GateOrder {
  /** One gate. */
  RNN("n", "n"),
  /** ONNX's i o f c. */
  LSTM("ifgo", "iofg"),
  /** ONNX's z r h. */
  GRU("rzn", "zrn");

  private final String ours;
  private final String theirs;

  GateOrder(String ours, String theirs) {
    this.ours = ours;
    this.theirs = theirs;
  }

  /** The number of gates. */
  public int gates() {
    return ours.length();
  }

  /** For each of our gates, its index in ONNX's order. */
  public int[] toOurs() {
    return ours.chars().map(theirs::indexOf).toArray();
  }

  /** For each of ONNX's gates, its index in our order. */
  public int[] toTheirs() {
    return theirs.chars().map(ours::indexOf).toArray();
  }

  /** The name of our cell. */
  public String cell() {
    return name().toLowerCase(Locale.ROOT);
  }
}
