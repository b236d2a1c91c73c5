package dev.comporta.training.sound;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * Log-mel features of sound: for each frame of samples the logarithm of its energy in bands that
 * are equally wide on the mel scale (Davis and Mermelstein 1980, without the cosine transform):
 *
 * <pre>
 * X      = DFT of the frame times a Hann window, filled with zeros to N
 * P[k]   = |X[k]|^2 / sum of the squared window
 * y[b]   = ln(1e-6 + sum over k of triangle_b(k) P[k])
 * mel(f) = 2595 log10(1 + f / 700)
 * </pre>
 *
 * <p>N is the smallest power of two of at least twice the frame. The triangles overlap by half;
 * their corners are equally spaced in mel from 20 Hz to half the sample rate. Frame t begins with
 * sample t times the hop; the last one is filled with zeros, so that every sample is in a frame.
 * Immutable; any number of threads may use it at once.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class LogMel {
  /** The lowest sample rate, in Hz. */
  public static final int LOWEST_RATE = 1_000;

  /** The highest sample rate, in Hz. */
  public static final int HIGHEST_RATE = 384_000;

  /** The longest frame, in samples. */
  public static final int LONGEST_FRAME = 1 << 16;

  /** The most bands. */
  public static final int MOST_BANDS = 512;

  private static final double LOWEST_FREQUENCY = 20;
  private static final double FLOOR = 1e-6;

  private final int sampleRate;
  private final int frame;
  private final int hop;
  private final int bands;
  private final double[] window; // with the square root of the scale
  private final Fft fft;
  private final int size;
  private final int[] first; // of each band, the first bin
  private final double[][] weights; // of each band, from its first bin on

  /**
   * Creates features.
   *
   * @param sampleRate samples per second
   * @param frame samples of a frame, 2 or more
   * @param hop samples from the start of a frame to that of the next, from 1 to the frame
   * @param bands the number of bands, the features of a frame
   * @throws InvalidOptionException if a number is out of range
   */
  public LogMel(int sampleRate, int frame, int hop, int bands) {
    require("a sample rate", sampleRate, LOWEST_RATE, HIGHEST_RATE);
    require("samples of a frame", frame, 2, LONGEST_FRAME);
    require("samples of a hop", hop, 1, frame);
    require("bands", bands, 1, MOST_BANDS);
    this.sampleRate = sampleRate;
    this.frame = frame;
    this.hop = hop;
    this.bands = bands;
    this.size = 2 * Integer.highestOneBit(2 * frame - 1);
    this.fft = new Fft(size);
    this.window = new double[frame];
    double squares = 0;
    for (int i = 0; i < frame; i++) {
      window[i] = 0.5 - 0.5 * StrictMath.cos(2 * Math.PI * (i + 0.5) / frame);
      squares += window[i] * window[i];
    }
    for (int i = 0; i < frame; i++) {
      window[i] /= Math.sqrt(squares);
    }
    this.first = new int[bands];
    this.weights = new double[bands][];
    double low = mel(LOWEST_FREQUENCY);
    double step = (mel(sampleRate / 2.0) - low) / (bands + 1);
    for (int band = 0; band < bands; band++) {
      triangle(
          band,
          hertz(low + band * step),
          hertz(low + (band + 1) * step),
          hertz(low + (band + 2) * step));
    }
  }

  private static void require(String what, int found, int least, int most) {
    if (found < least || found > most) {
      throw new InvalidOptionException(
          formatted("[log-mel] expected %s from %d to %d but got %d", what, least, most, found));
    }
  }

  private void triangle(int band, double from, double peak, double to) {
    double width = (double) sampleRate / size;
    int start = (int) Math.ceil(from / width);
    int end = Math.min(size / 2, (int) Math.floor(to / width));
    first[band] = start;
    weights[band] = new double[Math.max(0, end - start + 1)];
    for (int i = 0; i < weights[band].length; i++) {
      double f = (start + i) * width;
      weights[band][i] =
          Math.max(0, f <= peak ? (f - from) / (peak - from) : (to - f) / (to - peak));
    }
  }

  private static double mel(double hertz) {
    return 2595 * StrictMath.log10(1 + hertz / 700);
  }

  private static double hertz(double mel) {
    return 700 * (StrictMath.pow(10, mel / 2595) - 1);
  }

  /** {@return the samples per second} */
  public int sampleRate() {
    return sampleRate;
  }

  /** {@return the samples of a frame} */
  public int frame() {
    return frame;
  }

  /** {@return the samples from the start of a frame to that of the next} */
  public int hop() {
    return hop;
  }

  /** {@return the features of a frame} */
  public int bands() {
    return bands;
  }

  /** {@return the feature of every band where there is no sound} */
  public float silence() {
    return (float) StrictMath.log(FLOOR);
  }

  /** {@return the seconds from the start of a frame to that of the next} */
  public double secondsPerFrame() {
    return (double) hop / sampleRate;
  }

  /**
   * The frames of a recording.
   *
   * @param samples the number of samples
   * @return 0 without samples
   */
  public int frames(int samples) {
    return samples == 0 ? 0 : 1 + Math.ceilDiv(Math.max(0, samples - frame), hop);
  }

  /**
   * The frequency at the middle of a band.
   *
   * @param band from 0
   * @return its frequency in Hz
   */
  public double frequency(int band) {
    double low = mel(LOWEST_FREQUENCY);
    return hertz(low + (band + 1) * (mel(sampleRate / 2.0) - low) / (bands + 1));
  }

  /**
   * The features of a recording.
   *
   * @param samples from -1 to 1
   * @return {@code [frames, bands]}
   * @throws ComportaException if a sample is not a finite number
   */
  public float[] of(float... samples) {
    Stream stream = new Stream();
    float[] begun = stream.add(samples);
    float[] end = stream.end();
    float[] all = Arrays.copyOf(begun, begun.length + end.length);
    System.arraycopy(end, 0, all, begun.length, end.length);
    return all;
  }

  /** {@return the features of a recording that arrives in parts} */
  public Stream newStream() {
    return new Stream();
  }

  /**
   * Features of sound that arrives in parts: the same bits as for the whole, however it is cut. For
   * one thread at a time.
   */
  @API(status = API.Status.EXPERIMENTAL)
  public final class Stream {
    private final double[] real = new double[size];
    private final double[] imaginary = new double[size];
    private final float[] kept = new float[frame]; // from the start of the next frame on
    private int count;
    private boolean isNew = true;
    private long samples;

    private Stream() {}

    /**
     * Adds samples.
     *
     * @param more from -1 to 1
     * @return {@code [frames, bands]}: the frames that are complete now
     * @throws ComportaException if a sample is not a finite number
     */
    public float[] add(float... more) {
      float[] features = new float[(int) (((long) count + more.length) / hop + 1) * bands];
      int frames = 0;
      for (float sample : more) {
        if (!Float.isFinite(sample)) {
          throw new ComportaException(
              formatted(
                  "[log-mel] expected samples that are finite numbers but sample %d is %s",
                  samples, sample));
        }
        kept[count++] = sample;
        isNew = true;
        samples++;
        if (count == frame) {
          compute(features, frames++ * bands);
          System.arraycopy(kept, hop, kept, 0, frame - hop);
          count = frame - hop;
          isNew = false;
        }
      }
      return Arrays.copyOf(features, frames * bands);
    }

    /**
     * Ends the sound.
     *
     * @return {@code [1, bands]}: the last frame, filled with zeros; empty if every sample was in a
     *     frame
     */
    public float[] end() {
      if (samples == 0 || !isNew) {
        return new float[0];
      }
      float[] features = new float[bands];
      Arrays.fill(kept, count, frame, 0);
      compute(features, 0);
      isNew = false;
      return features;
    }

    private void compute(float[] features, int at) {
      for (int i = 0; i < frame; i++) {
        real[i] = kept[i] * window[i];
      }
      Arrays.fill(real, frame, size, 0);
      Arrays.fill(imaginary, 0);
      fft.transform(real, imaginary);
      for (int band = 0; band < bands; band++) {
        double energy = FLOOR;
        for (int i = 0; i < weights[band].length; i++) {
          int k = first[band] + i;
          energy += weights[band][i] * (real[k] * real[k] + imaginary[k] * imaginary[k]);
        }
        features[at + band] = (float) StrictMath.log(energy);
      }
    }
  }
}
