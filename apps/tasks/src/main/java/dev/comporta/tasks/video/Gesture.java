package dev.comporta.tasks.video;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tasks.captions.Draws;
import dev.comporta.view.Canvas;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Ten gestures of a stick figure in front of a camera that sees intensities and depth, with noise.
 * The hand's path is in parts of the side, and its depth from 0 (at the body) to 1.
 */
enum Gesture {
  WAVE {
    @Override
    double[] hand(double t, double phase) {
      return new double[] {0.12 + 0.16 * StrictMath.sin(5 * Math.PI * t + phase), -0.25, 0.3};
    }
  },
  SWIPE_LEFT {
    @Override
    double[] hand(double t, double phase) {
      return new double[] {0.4 - 0.7 * t, 0.05, 0.3};
    }
  },
  SWIPE_RIGHT {
    @Override
    double[] hand(double t, double phase) {
      return new double[] {-0.3 + 0.7 * t, 0.05, 0.3};
    }
  },
  SWIPE_UP {
    @Override
    double[] hand(double t, double phase) {
      return new double[] {0.2, 0.35 - 0.65 * t, 0.3};
    }
  },
  SWIPE_DOWN {
    @Override
    double[] hand(double t, double phase) {
      return new double[] {0.2, -0.3 + 0.65 * t, 0.3};
    }
  },
  PUSH {
    @Override
    double[] hand(double t, double phase) {
      return new double[] {0.15, 0.1, t};
    }
  },
  PULL {
    @Override
    double[] hand(double t, double phase) {
      return new double[] {0.15, 0.1, 1 - t};
    }
  },
  CIRCLE_RIGHT {
    @Override
    double[] hand(double t, double phase) {
      return circle(3 * Math.PI * t + phase);
    }
  },
  CIRCLE_LEFT {
    @Override
    double[] hand(double t, double phase) {
      return circle(phase - 3 * Math.PI * t);
    }
  },
  KNOCK {
    @Override
    double[] hand(double t, double phase) {
      return new double[] {0.15, 0.1, 0.5 + 0.45 * StrictMath.sin(5 * Math.PI * t + phase)};
    }
  };

  private static final int SHORTEST = 10;
  private static final int LONGEST = 14;
  private static final double NOISE = 0.08;

  /** The depth of the body, and how much nearer the hand can be. */
  private static final double BODY = 0.35;

  private static final double REACH = 0.55;

  /** Where the hand is, from the shoulder: x, y and depth. */
  abstract double[] hand(double t, double phase);

  private static double[] circle(double angle) {
    return new double[] {
      0.1 + 0.2 * StrictMath.cos(angle), -0.05 + 0.2 * StrictMath.sin(angle), 0.3
    };
  }

  /** The word for it in files. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** All words, sorted. */
  static List<String> words() {
    return Arrays.stream(values()).map(Gesture::word).sorted().toList();
  }

  /** A clip of one of them, with intensities and, if there are two channels, depth. */
  static Clip draw(RandomSource random, int channels, int side) {
    Draws draws = new Draws(random.stream("gesture"));
    Gesture gesture = draws.of(List.of(values()));
    int frames = SHORTEST + draws.below(LONGEST - SHORTEST + 1);
    double size = draws.between(0.85f, 1.15f);
    double x = draws.between(0.4f, 0.6f);
    double y = draws.between(0.35f, 0.45f);
    double phase = draws.between(0, (float) (2 * Math.PI));
    double level = draws.between(0.65f, 0.9f);
    double start = draws.between(0, 0.1f);
    double end = draws.between(0.9f, 1);
    float[] pixels = new float[frames * channels * side * side];
    for (int t = 0; t < frames; t++) {
      double along = start + (end - start) * t / (frames - 1);
      double[] hand = gesture.hand(along, phase);
      for (int channel = 0; channel < channels; channel++) {
        boolean depth = channel == 1;
        double near = BODY + REACH * hand[2];
        Canvas canvas = new Canvas(side, 0.05);
        double body = depth ? BODY : 0.6 * level;
        canvas.disc(x, y - 0.2 * size, 0.09 * size, body);
        canvas.line(x, y - 0.08 * size, x, y + 0.4 * size, 0.12 * size, body);
        canvas.line(x, y + 0.4 * size, x - 0.12 * size, 1.1, 0.08 * size, body);
        canvas.line(x, y + 0.4 * size, x + 0.12 * size, 1.1, 0.08 * size, body);
        double handX = x + size * hand[0];
        double handY = y + size * hand[1];
        canvas.line(x, y, handX, handY, 0.06 * size, depth ? (BODY + near) / 2 : 0.8 * level);
        canvas.disc(handX, handY, (0.07 + 0.03 * hand[2]) * size, depth ? near : level);
        canvas.put(pixels, (t * channels + channel) * side * side);
      }
    }
    Clip.addNoise(pixels, NOISE, random.stream("noise"));
    return new Clip("a drawn clip", frames, pixels, gesture.word(), new float[0]);
  }
}
