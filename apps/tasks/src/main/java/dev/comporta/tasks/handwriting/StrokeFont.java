package dev.comporta.tasks.handwriting;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A single-line alphabet: the strokes of the letters a to z as a pen writes them. Coordinates are
 * in tenths of the height of an x, y up from the baseline. A stroke is a smooth curve through its
 * points; an exclamation mark makes a point a corner.
 */
final class StrokeFont {
  /** The units of the height of an x. */
  static final double X_HEIGHT = 10;

  private static final String LETTERS =
      """
      a 8,8 4,10 1,7 1,3 4,0 7,3 8,9! 8,3 9,0 11,1
      b 1,18! 1,0! 1,6 4,10 8,8 8,3 5,0 1,2
      c 8,8 5,10 1,7 1,3 5,0 9,2
      d 8,8 4,10 1,7 1,3 4,0 7,3 8,18! 8,3 9,0 11,1
      e 1,5 8,6 7,9 4,10 1,7 1,3 4,0 9,2
      f 8,16 6,18 4,16 4,0! | 1,10! 7,10!
      g 8,8 4,10 1,7 1,3 4,1 7,3 8,9! 8,-4 5,-8 1,-6
      h 1,18! 1,0! 1,6 4,10 7,8 7,2 8,0 10,1
      i 2,10! 2,2 3,0 5,1 | 2,14! 2.5,13.5!
      j 4,10! 4,-4 2,-8 -1,-6 | 4,14! 4.5,13.5!
      k 1,18! 1,0! 1,4! 6,9! 2,5! 7,0 9,1
      l 2,18! 2,3 3,0 5,1
      m 1,10! 1,0! 1,6 3,10 6,8 6,0! 6,6 9,10 11,8 11,2 12,0 14,1
      n 1,10! 1,0! 1,6 4,10 7,8 7,2 8,0 10,1
      o 5,10 1,7 1,3 5,0 9,3 9,7 5,10 8,9 11,10
      p 1,10! 1,-8! 1,6 4,10 8,8 8,3 5,0 1,2
      q 8,8 4,10 1,7 1,3 4,1 7,3 8,9! 8,-8! 11,-4
      r 1,10! 1,0! 1,6 4,10 7,9
      s 8,8 5,10 2,8 3,6 7,4 8,2 5,0 1,1
      t 3,16! 3,3 4,0 7,1 | 0,10! 7,10!
      u 1,10! 1,3 3,0 6,2 8,10! 8,2 9,0 11,1
      v 1,10! 5,0! 9,10
      w 1,10! 4,0! 7,9! 10,0! 13,10
      x 1,10! 8,0 | 8,10! 1,0!
      y 1,10! 1,4 3,1 6,3 8,10! 8,-4 5,-8 1,-6
      z 1,10! 8,10! 1,0! 9,0
      """;

  private static final Map<Character, Letter> ALL = read();

  private StrokeFont() {}

  /**
   * A point that a stroke passes through.
   *
   * @param x to the right
   * @param y up from the baseline
   * @param corner whether the pen changes its direction abruptly
   */
  record Knot(double x, double y, boolean corner) {}

  /**
   * A letter.
   *
   * @param strokes the body, then dots and bars; each has two knots or more
   */
  record Letter(List<List<Knot>> strokes) {
    Letter {
      strokes = strokes.stream().map(List::copyOf).toList();
    }

    /** The right edge. */
    double width() {
      return strokes.stream().flatMap(List::stream).mapToDouble(Knot::x).max().orElse(0);
    }

    /** Whether the pen can go on to the next letter: it ends on the right, and nothing is added. */
    boolean joins() {
      return strokes.size() == 1 && strokes.getFirst().getLast().x() > 0.8 * width();
    }
  }

  /** All letters, in order. */
  static List<String> letters() {
    return ALL.keySet().stream().map(String::valueOf).toList();
  }

  /** A letter from a to z. */
  static Letter letter(char letter) {
    return Objects.requireNonNull(ALL.get(letter));
  }

  private static Map<Character, Letter> read() {
    Map<Character, Letter> letters = new LinkedHashMap<>();
    LETTERS
        .lines()
        .forEach(line -> {
          List<List<Knot>> strokes = new ArrayList<>();
          for (String stroke : line.substring(2).split(" \\| ", -1)) {
            List<Knot> knots = new ArrayList<>();
            for (String knot : stroke.split(" ", -1)) {
              String[] at = knot.replace("!", "").split(",", -1);
              knots.add(
                  new Knot(
                      Double.parseDouble(at[0]), Double.parseDouble(at[1]), knot.endsWith("!")));
            }
            strokes.add(knots);
          }
          letters.put(line.charAt(0), new Letter(strokes));
        });
    return letters;
  }
}
