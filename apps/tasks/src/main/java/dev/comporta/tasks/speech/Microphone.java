package dev.comporta.tasks.speech;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.training.sound.LogMel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.LineUnavailableException;
import javax.sound.sampled.TargetDataLine;

/**
 * The sound of a microphone: 16 bits and one channel, at the rate of the model where the microphone
 * has it, else at another rate and converted.
 */
final class Microphone implements SoundSource {
  /** The rates that are tried after that of the model. */
  private static final List<Integer> USUAL_RATES = List.of(48_000, 44_100, 16_000);

  private static final int BYTES = 2;
  private static final float FULL = 32768;

  private final TargetDataLine line;
  private final Resampler.Stream resampler;
  private final byte[] bytes; // of a hop
  private long left;

  /** The microphones of a machine. */
  @FunctionalInterface
  interface Lines {
    /**
     * A line that records sound of a format, such as {@link
     * javax.sound.sampled.AudioSystem#getTargetDataLine}.
     *
     * @throws LineUnavailableException if another program uses it
     * @throws IllegalArgumentException if there is none
     */
    TargetDataLine line(AudioFormat format) throws LineUnavailableException;
  }

  private Microphone(TargetDataLine line, int rate, LogMel features, long seconds) {
    this.line = line;
    this.resampler = new Resampler.Stream(rate, features.sampleRate());
    int hop = Math.max(1, Math.toIntExact((long) features.hop() * rate / features.sampleRate()));
    this.bytes = new byte[BYTES * hop];
    this.left = seconds == 0 ? Long.MAX_VALUE : seconds * rate;
  }

  /**
   * Starts to record.
   *
   * @param seconds after which the sound ends; 0 for sound without an end
   * @throws ComportaException if there is no microphone, or it cannot be used
   */
  static Microphone open(Lines lines, LogMel features, long seconds) {
    int wanted = features.sampleRate();
    Exception cause = new IllegalArgumentException("no rate was tried");
    for (int rate : Stream.concat(Stream.of(wanted), USUAL_RATES.stream()).distinct().toList()) {
      AudioFormat format = new AudioFormat(rate, 8 * BYTES, 1, true, false);
      try {
        TargetDataLine line = lines.line(format);
        line.open(format, BYTES * rate); // a second, for pauses of this program
        line.start();
        return new Microphone(line, rate, features, seconds);
      } catch (LineUnavailableException | IllegalArgumentException | SecurityException e) {
        cause = e;
      }
    }
    throw none(wanted, cause);
  }

  private static ComportaException none(int rate, Exception cause) {
    return new ComportaException(
        formatted(
            "[speech] expected a microphone that records 16-bit sound at %,d Hz or a rate to convert from but %s; give a recording with --input instead of --microphone",
            rate,
            cause instanceof LineUnavailableException
                ? "another program uses it"
                : "this machine has none"),
        cause);
  }

  @Override
  public float[] next() {
    float[] samples = new float[0];
    while (samples.length == 0 && left > 0) {
      int wanted = (int) Math.min(bytes.length, BYTES * Math.min(left, bytes.length));
      int read = line.read(bytes, 0, wanted);
      left = read < wanted ? 0 : left - read / BYTES; // less than wanted: the line was closed
      float[] raw = new float[read / BYTES];
      ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < raw.length; i++) {
        raw[i] = from.getShort() / FULL;
      }
      samples = left > 0 ? resampler.add(raw) : joined(resampler.add(raw), resampler.end());
    }
    return samples;
  }

  private static float[] joined(float[] first, float[] second) {
    float[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  @Override
  public void close() {
    line.close();
  }
}
