package dev.comporta.training.sound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tensor.CounterRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The transform and the features, compared with their definitions. */
class LogMelTest {
  private static final RandomSource RANDOM = new CounterRandom(5);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 64, 512})
  void theFastTransformIsTheDefinition(int size) {
    double[] real = new double[size];
    double[] imaginary = new double[size];
    for (int i = 0; i < size; i++) {
      real[i] = RANDOM.stream("real").normal(i);
      imaginary[i] = RANDOM.stream("imaginary").normal(i);
    }
    double[] re = real.clone();
    double[] im = imaginary.clone();
    new Fft(size).transform(re, im);
    for (int k = 0; k < size; k++) {
      double sumRe = 0;
      double sumIm = 0;
      for (int n = 0; n < size; n++) {
        double angle = -2 * Math.PI * ((long) k * n % size) / size;
        sumRe += real[n] * Math.cos(angle) - imaginary[n] * Math.sin(angle);
        sumIm += real[n] * Math.sin(angle) + imaginary[n] * Math.cos(angle);
      }
      assertThat(re[k]).isCloseTo(sumRe, within(1e-12 * size));
      assertThat(im[k]).isCloseTo(sumIm, within(1e-12 * size));
    }
  }

  @Test
  void theFeaturesAreTheirEquations() {
    int rate = 8000;
    LogMel mel = new LogMel(rate, 100, 37, 7);
    float[] samples = noise(300);
    float[] features = mel.of(samples);
    assertThat(features).hasSize(7 * 7);
    for (int t = 0; t < 7; t++) {
      float[] expected = definition(samples, rate, 100, t * 37, 7);
      for (int band = 0; band < 7; band++) {
        assertThat(features[t * 7 + band]).isCloseTo(expected[band], within(1e-5f));
      }
    }
  }

  /** With a slow transform and triangles that are evaluated at every bin. */
  private static float[] definition(float[] samples, int rate, int frame, int from, int bands) {
    int size = 256;
    double squares = 0;
    double[] x = new double[frame];
    for (int i = 0; i < frame; i++) {
      double window = Math.pow(Math.sin(Math.PI * (i + 0.5) / frame), 2);
      squares += window * window;
      x[i] = from + i < samples.length ? window * samples[from + i] : 0;
    }
    float[] features = new float[bands];
    double low = 2595 * Math.log10(1 + 20 / 700.0);
    double high = 2595 * Math.log10(1 + rate / 2.0 / 700);
    for (int band = 0; band < bands; band++) {
      double energy = 1e-6;
      for (int k = 0; k <= size / 2; k++) {
        double re = 0;
        double im = 0;
        for (int i = 0; i < frame; i++) {
          re += x[i] * Math.cos(2 * Math.PI * k * i / size);
          im -= x[i] * Math.sin(2 * Math.PI * k * i / size);
        }
        double[] corner = new double[3];
        for (int c = 0; c < 3; c++) {
          double at = low + (band + c) * (high - low) / (bands + 1);
          corner[c] = 700 * (Math.pow(10, at / 2595) - 1);
        }
        double f = (double) k * rate / size;
        double weight =
            Math.min(
                (f - corner[0]) / (corner[1] - corner[0]),
                (corner[2] - f) / (corner[2] - corner[1]));
        energy += Math.max(0, weight) * (re * re + im * im) / squares;
      }
      features[band] = (float) Math.log(energy);
    }
    return features;
  }

  @Test
  void soundInPartsHasTheSameBits() {
    LogMel mel = new LogMel(8000, 200, 80, 20);
    for (int length : new int[] {0, 1, 199, 200, 201, 280, 281, 1021}) {
      float[] samples = noise(length);
      float[] whole = mel.of(samples);
      assertThat(whole).hasSize(20 * mel.frames(length));
      for (int part : new int[] {1, 7, 80, 333}) {
        LogMel.Stream stream = mel.newStream();
        float[] joined = new float[0];
        for (int from = 0; from < length; from += part) {
          joined =
              concat(
                  joined,
                  stream.add(Arrays.copyOfRange(samples, from, Math.min(length, from + part))));
        }
        joined = concat(joined, stream.end());
        assertThat(joined).isEqualTo(whole);
        assertThat(stream.end()).isEmpty();
      }
    }
  }

  @Test
  void aToneIsInItsBand() {
    LogMel mel = new LogMel(8000, 200, 80, 40);
    for (int band = 5; band < 40; band += 7) {
      float[] tone = new float[400];
      for (int i = 0; i < tone.length; i++) {
        tone[i] = (float) (0.3 * Math.sin(2 * Math.PI * mel.frequency(band) * i / 8000));
      }
      float[] features = Arrays.copyOf(mel.of(tone), 40);
      int loudest = 0;
      for (int other = 0; other < 40; other++) {
        loudest = features[other] > features[loudest] ? other : loudest;
      }
      assertThat(loudest).isEqualTo(band);
    }
    assertThat(mel.of(new float[400])).containsOnly((float) Math.log(1e-6));
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> new LogMel(8000, 200, 80, 8).of(0, Float.NaN))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("but sample 1 is NaN");
    assertThatThrownBy(() -> new LogMel(10, 200, 80, 8))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("a sample rate from 1000 to 384000 but got 10");
    assertThatThrownBy(() -> new LogMel(8000, 1, 1, 8)).hasMessageContaining("of a frame from 2");
    assertThatThrownBy(() -> new LogMel(8000, 100, 101, 8))
        .hasMessageContaining("samples of a hop from 1 to 100 but got 101");
    assertThatThrownBy(() -> new LogMel(8000, 100, 50, 0)).hasMessageContaining("bands from 1");
    assertThatThrownBy(() -> new Fft(12)).isInstanceOf(IllegalArgumentException.class);
  }

  private static float[] noise(int length) {
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) (0.2 * RANDOM.normal(i));
    }
    return samples;
  }

  private static float[] concat(float[] a, float[] b) {
    float[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }
}
