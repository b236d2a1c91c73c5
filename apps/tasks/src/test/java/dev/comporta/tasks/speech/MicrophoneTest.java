package dev.comporta.tasks.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.training.sound.LogMel;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.LineUnavailableException;
import javax.sound.sampled.TargetDataLine;
import org.junit.jupiter.api.Test;

/** A microphone whose line is one of the test. */
class MicrophoneTest {
  private static final LogMel FEATURES = new LogMel(8000, 200, 80, 12);

  private final List<AudioFormat> tried = new ArrayList<>();
  private boolean closed;

  /** A tone of 500 Hz; the line has one rate, and as many samples as are asked for. */
  private TargetDataLine line(AudioFormat format, int rate, int most) {
    tried.add(format);
    if (format.getSampleRate() != rate) {
      throw new IllegalArgumentException("no line with this format");
    }
    int[] at = {0};
    return (TargetDataLine)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {TargetDataLine.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "read" -> {
                  byte[] to = (byte[]) arguments[0];
                  int count = Math.min((int) arguments[2] / 2, most - at[0]);
                  for (int i = 0; i < count; i++, at[0]++) {
                    int sample = Math.round(32768 * tone(at[0], rate));
                    to[2 * i] = (byte) sample;
                    to[2 * i + 1] = (byte) (sample >> 8);
                  }
                  return 2 * count;
                }
                case "close" -> closed = true;
                default -> {}
              }
              return null;
            });
  }

  private static float tone(int at, int rate) {
    return (float) (0.5 * Math.sin(2 * Math.PI * 500 * at / rate));
  }

  private static List<Float> all(SoundSource source) {
    List<Float> all = new ArrayList<>();
    for (float[] next = source.next(); next.length > 0; next = source.next()) {
      for (float sample : next) {
        all.add(sample);
      }
    }
    assertThat(source.next()).isEmpty();
    return all;
  }

  @Test
  void soundAtTheRateOfTheModelIsReadAsItIs() {
    try (Microphone microphone =
        Microphone.open(format -> line(format, 8000, Integer.MAX_VALUE), FEATURES, 2)) {
      assertThat(microphone.next()).hasSize(80);
      List<Float> rest = all(microphone);
      assertThat(rest).hasSize(2 * 8000 - 80);
      for (int i = 0; i < rest.size(); i++) {
        assertThat(rest.get(i)).isEqualTo(tone(i + 80, 8000), within(1 / 32768f));
      }
    }
    assertThat(closed).isTrue();
    assertThat(tried).hasSize(1);
    assertThat(tried.getFirst()).hasToString(new AudioFormat(8000, 16, 1, true, false).toString());
  }

  /** The line ends before its time, as one does that is unplugged. */
  @Test
  void soundAtAnotherRateIsConverted() {
    try (Microphone microphone =
        Microphone.open(format -> line(format, 44_100, 44_100), FEATURES, 0)) {
      List<Float> samples = all(microphone);
      assertThat(samples).hasSize(8000);
      for (int i = 40; i < samples.size() - 40; i++) {
        assertThat(samples.get(i)).isEqualTo(tone(i, 8000), within(2e-3f));
      }
    }
    assertThat(tried)
        .extracting(AudioFormat::getSampleRate)
        .containsExactly(8000f, 48_000f, 44_100f);
  }

  @Test
  void withoutAMicrophoneOneSentenceSaysSo() {
    String begin =
        "[speech] expected a microphone that records 16-bit sound at 8,000 Hz or a rate to convert from but ";
    String end = "; give a recording with --input instead of --microphone";
    assertThatThrownBy(() -> Microphone.open(format -> line(format, 1, 0), FEATURES, 0))
        .isInstanceOf(ComportaException.class)
        .hasMessage(begin + "this machine has none" + end);
    assertThat(tried).hasSize(4);
    assertThatThrownBy(() ->
            Microphone.open(
                _ -> {
                  throw new LineUnavailableException("busy");
                },
                FEATURES,
                0))
        .hasMessage(begin + "another program uses it" + end);
  }

  /** In pieces of any size, the result has the bits of a conversion in one piece. */
  @Test
  void piecesAreConvertedLikeTheWhole() {
    for (int[] rates : new int[][] {{44_100, 8000}, {8000, 44_100}, {16_000, 8000}, {9, 7}}) {
      float[] samples = new float[1999];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = (i * 7919 % 1009) / 1009f - 0.5f;
      }
      Resampler.Stream stream = new Resampler.Stream(rates[0], rates[1]);
      List<Float> pieces = new ArrayList<>();
      for (int from = 0, size = 1; from < samples.length; from += size, size = size * 3 % 97 + 1) {
        int to = Math.min(samples.length, from + size);
        for (float sample : stream.add(java.util.Arrays.copyOfRange(samples, from, to))) {
          pieces.add(sample);
        }
      }
      for (float sample : stream.end()) {
        pieces.add(sample);
      }
      float[] whole = Resampler.resample(samples, rates[0], rates[1]);
      assertThat(pieces).hasSize(whole.length);
      for (int i = 0; i < whole.length; i++) {
        assertThat(pieces.get(i)).isEqualTo(whole[i]);
      }
    }
  }
}
