package dev.comporta.lessons.gated;

import dev.comporta.api.tensor.RandomSource;

/**
 * Strings of the continual embedded Reber grammar: each has a T or P after its first B, which must
 * come again before its last E.
 */
final class Reber {
  static final String SYMBOLS = "BTPSXVE";

  /** From a state of the inner grammar, two symbols and the states that they lead to. */
  private static final String[] EDGES = {"T1P2", "S1X3", "T2V4", "X2S5", "P3V5"};

  private Reber() {}

  /** At least so many symbols of strings without a gap. */
  static String text(RandomSource random, int length) {
    StringBuilder text = new StringBuilder();
    long n = 0;
    while (text.length() < length) {
      char outer = random.uniform(n++) < 0.5 ? 'T' : 'P';
      text.append('B').append(outer).append('B');
      int state = 0;
      while (state < 5) {
        int choice = random.uniform(n++) < 0.5 ? 0 : 2;
        text.append(EDGES[state].charAt(choice));
        state = EDGES[state].charAt(choice + 1) - '0';
      }
      text.append('E').append(outer).append('E');
    }
    return text.substring(0, length);
  }

  /** Where the symbol that repeats the second one of its string stands. */
  static boolean[] repeats(String text) {
    boolean[] repeats = new boolean[text.length()];
    for (int i = 3; i < text.length(); i++) {
      repeats[i] = text.charAt(i - 1) == 'E' && text.charAt(i) != 'B';
    }
    return repeats;
  }
}
