package dev.comporta.tasks.speech;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The sound of a WAV file: linear PCM of 8, 16, 24 or 32 bits, with any number of channels, which
 * are averaged. Sizes in a file are compared with the file before they are used.
 *
 * @param sampleRate samples per second
 * @param samples from -1 to 1
 * @param channels of the file
 */
@SuppressWarnings("ArrayRecordComponent") // never changed
record WavFile(int sampleRate, float[] samples, int channels) {
  /** No file may be longer. */
  private static final int MOST_BYTES = 1 << 26;

  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int EXTENSIBLE = 0xfffe;
  private static final long TO_THE_END = 0xffff_ffffL; // written by programs that cannot seek
  private static final int HEADER = 44;

  /** Whether there is any sound: a sample that is not the first one again. */
  boolean isSilent() {
    for (float sample : samples) {
      if (sample != samples[0]) {
        return false;
      }
    }
    return true;
  }

  static WavFile read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString());
    } catch (IOException e) {
      throw unreadable(file.toString(), e);
    }
  }

  /**
   * Reads a file.
   *
   * @param name what messages call it
   */
  static WavFile read(InputStream in, String name) {
    try {
      byte[] content = in.readNBytes(MOST_BYTES + 1);
      if (content.length > MOST_BYTES) {
        throw new ComportaException(
            formatted(
                "[speech] expected a WAV file of at most %d MiB but %s is longer; split it",
                MOST_BYTES >> 20, name));
      }
      return read(content, name);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  private static ComportaException unreadable(String name, IOException e) {
    return new ComportaException(
        formatted("[speech] %s cannot be read: %s", name, e.getMessage()), e);
  }

  /**
   * Reads the content of a file.
   *
   * @param name what messages call it
   */
  static WavFile read(byte[] content, String name) {
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    if (content.length < 12 || !is(content, 0, "RIFF") || !is(content, 8, "WAVE")) {
      throw new ComportaException(
          formatted(
              "[speech] expected a WAV file, which begins with RIFF and WAVE, but %s does not; convert it to WAV with linear PCM",
              name));
    }
    Format format = null;
    long at = 12;
    while (at + 8 <= content.length) {
      int start = (int) at;
      long size = bytes.getInt(start + 4) & 0xffff_ffffL;
      long room = content.length - (at + 8);
      if (is(content, start, "data")) {
        if (format == null) {
          throw broken(name, "a chunk 'fmt ' before the samples");
        }
        if (size != TO_THE_END && size > room) {
          throw new ComportaException(
              formatted(
                  "[speech] expected %,d bytes of samples in %s but the file ends after %,d of them; it was cut off",
                  size, name, room));
        }
        return format.samples(bytes, start + 8, (int) Math.min(size, room), name);
      }
      if (size > room) {
        throw broken(name, formatted("a chunk of %,d bytes to end before the file", size));
      }
      if (is(content, start, "fmt ")) {
        format = Format.read(bytes, start + 8, (int) size, name);
      }
      at += 8 + size + (size & 1);
    }
    throw broken(name, format == null ? "a chunk 'fmt '" : "a chunk 'data' with samples");
  }

  private static ComportaException broken(String name, String expected) {
    return new ComportaException(
        formatted(
            "[speech] expected %s in the WAV file %s but there is none; it is damaged",
            expected, name));
  }

  private static boolean is(byte[] content, int at, String tag) {
    byte[] wanted = tag.getBytes(StandardCharsets.US_ASCII);
    return Arrays.equals(content, at, at + wanted.length, wanted, 0, wanted.length);
  }

  /** What the chunk {@code fmt } says. */
  private record Format(int channels, int sampleRate, int bytesPerSample) {
    static Format read(ByteBuffer bytes, int at, int size, String name) {
      if (size < 16) {
        throw broken(name, "a chunk 'fmt ' of 16 bytes or more");
      }
      int tag = bytes.getShort(at) & 0xffff;
      if (tag == EXTENSIBLE && size >= 40) {
        tag = bytes.getShort(at + 24) & 0xffff; // the first bytes of the GUID
      }
      int channels = bytes.getShort(at + 2) & 0xffff;
      long rate = bytes.getInt(at + 4) & 0xffff_ffffL;
      int block = bytes.getShort(at + 12) & 0xffff;
      int bits = bytes.getShort(at + 14) & 0xffff;
      if (tag != PCM) {
        throw new ComportaException(
            formatted(
                "[speech] expected linear PCM but %s has %s (format %d); convert it to 16-bit PCM",
                name, tag == FLOAT ? "samples of floating point" : "compressed samples", tag));
      }
      if (channels == 0 || (bits != 8 && bits != 16 && bits != 24 && bits != 32)) {
        throw new ComportaException(
            formatted(
                "[speech] expected 1 channel or more of 8, 16, 24 or 32 bits but %s has %d channels of %d bits",
                name, channels, bits));
      }
      if (block != channels * (bits / 8)) {
        throw new ComportaException(
            formatted(
                "[speech] expected %d bytes for the %d channels of %d bits in %s but its header says %d; it is damaged",
                channels * (bits / 8), channels, bits, name, block));
      }
      if (rate < Resampler.LOWEST || rate > Resampler.HIGHEST) {
        throw new ComportaException(
            formatted(
                "[speech] expected a sample rate from %,d to %,d Hz but %s has %,d",
                Resampler.LOWEST, Resampler.HIGHEST, name, rate));
      }
      return new Format(channels, (int) rate, bits / 8);
    }

    WavFile samples(ByteBuffer bytes, int at, int size, String name) {
      int block = channels * bytesPerSample;
      if (size % block != 0) {
        throw new ComportaException(
            formatted(
                "[speech] expected samples of %d bytes in %s but the last one has %d; it was cut off",
                block, name, size % block));
      }
      float[] samples = new float[size / block];
      for (int i = 0; i < samples.length; i++) {
        double sum = 0;
        for (int channel = 0; channel < channels; channel++) {
          sum += sample(bytes, at + i * block + channel * bytesPerSample);
        }
        samples[i] = (float) (sum / channels);
      }
      return new WavFile(sampleRate, samples, channels);
    }

    private double sample(ByteBuffer bytes, int at) {
      return switch (bytesPerSample) {
        case 1 -> ((bytes.get(at) & 0xff) - 128) / 128.0;
        case 2 -> bytes.getShort(at) / 32768.0;
        case 3 -> ((bytes.get(at + 2) << 16) | (bytes.getShort(at) & 0xffff)) / 8388608.0;
        default -> bytes.getInt(at) / 2147483648.0;
      };
    }
  }

  /** The bytes of a WAV file of one channel and 16 bits; samples beyond -1 and 1 are cut. */
  static byte[] write(float[] samples, int sampleRate) {
    int size = 2 * samples.length;
    ByteBuffer bytes = ByteBuffer.allocate(HEADER + size).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(HEADER - 8 + size);
    bytes.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    bytes.putShort((short) PCM).putShort((short) 1).putInt(sampleRate).putInt(2 * sampleRate);
    bytes.putShort((short) 2).putShort((short) 16);
    bytes.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(size);
    for (float sample : samples) {
      bytes.putShort((short) Math.clamp(Math.round(sample * 32768), -32768, 32767));
    }
    return bytes.array();
  }
}
