package dev.comporta.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Models see the shape of strokes, not their size, place and speed. */
class InkFeaturesTest {
  private static final List<float[]> STROKES =
      List.of(
          new float[] {0, 0, 3, 10, 8, -6, 9, 1}, new float[] {12, -4}, new float[] {14, 2, 15, 9});

  private static Ink mapped(UnaryOperator<float[]> change) {
    return new Ink(STROKES.stream().map(change).toList());
  }

  /** Half of the points of a stroke are in the middle of a line between two others. */
  private static float[] slower(float[] stroke) {
    float[] points = new float[2 * stroke.length - 2];
    for (int i = 0; i < stroke.length; i += 2) {
      points[2 * i] = stroke[i];
      points[2 * i + 1] = stroke[i + 1];
      if (i + 2 < stroke.length) {
        points[2 * i + 2] = (stroke[i] + stroke[i + 2]) / 2;
        points[2 * i + 3] = (stroke[i + 1] + stroke[i + 3]) / 2;
      }
    }
    return points;
  }

  private static float[] larger(float[] stroke) {
    float[] points = stroke.clone();
    for (int i = 0; i < points.length; i++) {
      points[i] = 40 * stroke[i] + (i % 2 == 0 ? 7000 : -300);
    }
    return points;
  }

  @Test
  void sizePlaceAndSpeedDoNotMatterToAReader() {
    float[] features = InkFeatures.read(new Ink(STROKES));
    assertThat(InkFeatures.read(mapped(InkFeaturesTest::larger)))
        .containsExactly(features, within(1e-3f));
    assertThat(InkFeatures.read(mapped(InkFeaturesTest::slower)))
        .containsExactly(features, within(1e-4f));
  }

  /** The standard deviation of the height, from many points, is the unit. */
  @Test
  void distancesAreMeasuredInDeviationsOfTheHeight() {
    double sum = 0;
    double squares = 0;
    double count = 0;
    for (float[] stroke : STROKES) {
      for (int i = 2; i < stroke.length; i += 2) {
        double length = Math.hypot(stroke[i] - stroke[i - 2], stroke[i + 1] - stroke[i - 1]);
        for (int k = 0; k < 10_000; k++) {
          double y = stroke[i - 1] + (k + 0.5) / 10_000 * (stroke[i + 1] - stroke[i - 1]);
          sum += length * y;
          squares += length * y * y;
          count += length;
        }
      }
    }
    double mean = sum / count;
    double deviation = Math.sqrt(squares / count - mean * mean);
    float[] features = InkFeatures.read(new Ink(STROKES));
    assertThat((double) features[2]).isCloseTo(-mean / deviation, within(1e-4)); // starts at y = 0
    for (int t = 1; t < features.length / InkFeatures.READ; t++) {
      double way = Math.hypot(features[InkFeatures.READ * t], features[InkFeatures.READ * t + 1]);
      if (features[InkFeatures.READ * t + 3] == 0) {
        assertThat(way).as("way of point " + t).isBetween(0.1, 0.7001); // shorter in a corner
      }
    }
    float begins = 0;
    for (int t = 0; t < features.length / InkFeatures.READ; t++) {
      begins += features[InkFeatures.READ * t + 3];
    }
    assertThat(begins).isEqualTo(3);
  }

  /** The ways of a writer lead through points of the strokes, and to the last of each. */
  @Test
  void waysLeadThroughPoints() {
    float[] features = InkFeatures.written(new Ink(STROKES));
    float[] larger = InkFeatures.written(mapped(InkFeaturesTest::larger));
    assertThat(larger).containsExactly(features, within(1e-3f));
    List<double[]> ends = new ArrayList<>();
    double x = 0;
    double y = 0;
    for (int t = 0; t < features.length / InkFeatures.WRITTEN; t++) {
      x += features[InkFeatures.WRITTEN * t];
      y += features[InkFeatures.WRITTEN * t + 1];
      if (features[InkFeatures.WRITTEN * t + 2] == 1) {
        ends.add(new double[] {x, y});
      }
    }
    assertThat(ends).hasSize(3);
    double scale = ends.getLast()[0] / 15;
    assertThat(ends.get(0)[0]).isCloseTo(9 * scale, within(1e-5));
    assertThat(ends.get(1)[1]).isCloseTo(-4 * scale, within(1e-5));
    assertThat(ends.get(2)[1]).isCloseTo(9 * scale, within(1e-5));
  }

  @Test
  void dotsAndFlatStrokesHaveFeatures() {
    assertThat(InkFeatures.read(new Ink(List.of(new float[] {5, 7})))).containsExactly(0, 0, 0, 1);
    assertThat(InkFeatures.written(new Ink(List.of(new float[] {5, 7})))).containsExactly(0, 0, 1);
    for (float value : InkFeatures.read(new Ink(List.of(new float[] {0, 2, 100, 2})))) {
      assertThat(value).isFinite();
    }
    assertThat(InkFeatures.read(new Ink(List.of(new float[] {3, 3, 3, 3, 3, 3})))).hasSize(4);
  }

  @Test
  void strokesThatCannotBeUsed() {
    assertThatThrownBy(() -> new Ink(List.of()))
        .isInstanceOf(ComportaException.class)
        .hasMessage("[ink] expected one stroke or more but there is none");
    assertThatThrownBy(() -> new Ink(List.of(new float[0])))
        .hasMessageContaining("one point or more but stroke 1 has 0 numbers");
    assertThatThrownBy(() -> new Ink(List.of(new float[3])))
        .hasMessageContaining("but stroke 1 has 3 numbers");
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -2e9f}) {
      assertThatThrownBy(() -> new Ink(List.of(new float[] {0, 1}, new float[] {2, 3, 4, bad})))
          .hasMessageContaining("but the y of point 2 of stroke 2 is " + bad);
    }
    assertThatThrownBy(() -> new Ink(List.of(new float[2 * Ink.MOST_POINTS + 2])))
        .hasMessageContaining("expected at most 100,000 points");
    float[] zigzag = new float[40_000]; // back and forth, much longer than it is high
    for (int i = 0; i < zigzag.length; i += 2) {
      zigzag[i] = i % 4 == 0 ? 0 : 1000;
    }
    Ink flat = new Ink(List.of(zigzag));
    assertThatThrownBy(() -> InkFeatures.read(flat))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("times the deviation of their height");
  }
}
