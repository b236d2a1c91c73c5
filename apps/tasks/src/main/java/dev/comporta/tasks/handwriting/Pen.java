package dev.comporta.tasks.handwriting;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.inference.Ink;
import dev.comporta.tasks.captions.Draws;
import dev.comporta.tasks.handwriting.StrokeFont.Knot;
import dev.comporta.tasks.handwriting.StrokeFont.Letter;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes words with the letters of {@link StrokeFont} in a hand that differs from word to word: its
 * size, slant, width, speed, how often letters are joined, how much the knots of a letter stray,
 * and how much the pen trembles.
 */
final class Pen {
  /** Points of a curve between two knots, before the pen's speed decides which are kept. */
  private static final int FINE = 16;

  private final Draws draws;
  private final double size;
  private final double slant;
  private final double width;
  private final double turn;
  private final double spacing;
  private final double joining;
  private final double stray;
  private final double tremble;
  private final double speed;
  private final List<List<double[]>> strokes = new ArrayList<>();
  private double at;

  private Pen(Draws draws) {
    this.draws = draws;
    size = draws.between(1, 4); // units of the tablet for a tenth of an x
    slant = draws.between(-0.15f, 0.5f);
    width = draws.between(0.8f, 1.15f);
    turn = draws.between(-0.06f, 0.06f);
    spacing = draws.between(1.5f, 3.5f);
    joining = draws.of(List.of(0.0, 0.5, 1.0));
    stray = draws.between(0.1f, 0.45f);
    tremble = draws.between(0.02f, 0.12f);
    speed = draws.between(0.8f, 2);
  }

  /** The strokes of a word of the letters a to z; the same stream gives the same. */
  static Ink write(String word, RandomSource random) {
    Pen pen = new Pen(new Draws(random));
    boolean joined = false;
    for (int i = 0; i < word.length(); i++) {
      Letter letter = StrokeFont.letter(word.charAt(i));
      pen.letter(letter, joined);
      joined = i + 1 < word.length() && letter.joins() && pen.draws.between(0, 1) < pen.joining;
    }
    return pen.ink();
  }

  /** Writes a letter; its body goes on with the last stroke or begins one. */
  private void letter(Letter letter, boolean joined) {
    double scale = 1 + 0.06 * draws.normal();
    double lift = 0.25 * draws.normal();
    for (int i = 0; i < letter.strokes().size(); i++) {
      List<Knot> knots = new ArrayList<>();
      for (Knot knot : letter.strokes().get(i)) {
        knots.add(
            new Knot(
                at + scale * knot.x() + stray * draws.normal(),
                scale * knot.y() + lift + stray * draws.normal(),
                knot.corner()));
      }
      if (joined && i == 0) {
        List<double[]> last = strokes.getLast();
        double[] end = last.getLast();
        Knot first = knots.getFirst();
        knots.set(0, new Knot(first.x(), first.y(), true));
        knots.addFirst(new Knot(end[0], end[1], true));
        curve(knots, last);
      } else {
        List<double[]> stroke = new ArrayList<>();
        stroke.add(new double[] {knots.getFirst().x(), knots.getFirst().y()});
        curve(knots, stroke);
        strokes.add(stroke);
      }
    }
    at += scale * letter.width() + spacing * (1 + 0.15 * draws.normal());
  }

  /** Adds a Catmull-Rom curve through knots, without the first one, that is straight at corners. */
  private static void curve(List<Knot> knots, List<double[]> to) {
    for (int i = 0; i + 1 < knots.size(); i++) {
      Knot from = knots.get(i);
      Knot until = knots.get(i + 1);
      Knot before = i == 0 || from.corner() ? from : knots.get(i - 1);
      Knot after = i + 2 == knots.size() || until.corner() ? until : knots.get(i + 2);
      for (int step = 1; step <= FINE; step++) {
        double t = step / (double) FINE;
        to.add(
            new double[] {
              between(before.x(), from.x(), until.x(), after.x(), t),
              between(before.y(), from.y(), until.y(), after.y(), t)
            });
      }
    }
  }

  private static double between(double a, double b, double c, double d, double t) {
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  }

  /** The points that a tablet records: the pen is slower in bends, and trembles. */
  private Ink ink() {
    List<float[]> recorded = new ArrayList<>();
    for (List<double[]> stroke : strokes) {
      List<double[]> kept = new ArrayList<>();
      kept.add(stroke.getFirst());
      double gone = 0;
      for (int i = 1; i < stroke.size(); i++) {
        double[] a = stroke.get(i - 1);
        double[] b = stroke.get(i);
        gone += Math.hypot(b[0] - a[0], b[1] - a[1]);
        boolean last = i + 1 == stroke.size();
        if (last || gone >= speed * (1 - 0.7 * bend(a, b, stroke.get(i + 1)))) {
          kept.add(b);
          gone = 0;
        }
      }
      float[] points = new float[2 * kept.size()];
      for (int i = 0; i < kept.size(); i++) {
        put(kept.get(i), points, 2 * i);
      }
      recorded.add(points);
    }
    return new Ink(recorded);
  }

  /** How much a path turns at b: 0 for straight on, 1 for back. */
  private static double bend(double[] a, double[] b, double[] c) {
    double x = b[0] - a[0];
    double y = b[1] - a[1];
    double u = c[0] - b[0];
    double v = c[1] - b[1];
    double lengths = Math.hypot(x, y) * Math.hypot(u, v);
    return lengths == 0 ? 0 : (1 - (x * u + y * v) / lengths) / 2;
  }

  private void put(double[] from, float[] to, int place) {
    double y = from[1] + tremble * draws.normal();
    double x = width * (from[0] + slant * y) + tremble * draws.normal();
    to[place] = rounded(size * (x * StrictMath.cos(turn) - y * StrictMath.sin(turn)));
    to[place + 1] = rounded(-size * (x * StrictMath.sin(turn) + y * StrictMath.cos(turn)));
  }

  /** Hundredths, which files keep. */
  private static float rounded(double value) {
    return Math.round(100 * value) / 100f;
  }
}
