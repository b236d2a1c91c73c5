package dev.comporta.tasks.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WAV files of all kinds, compared with those of the JDK, and files that are broken. */
class WavFileTest {
  private static final float[] SAMPLES = {0, 0.5f, -0.25f, 0.75f, -1, 0.125f};

  /** A file as the JDK writes it. */
  private static byte[] file(int bits, int channels) throws Exception {
    int bytes = bits / 8;
    ByteBuffer data =
        ByteBuffer.allocate(SAMPLES.length * channels * bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (float sample : SAMPLES) {
      for (int channel = 0; channel < channels; channel++) {
        double own = channel == 0 ? sample : 0;
        long value = Math.round(own * (1L << (bits - 1))) + (bits == 8 ? 128 : 0);
        for (int i = 0; i < bytes; i++) {
          data.put((byte) (value >> (8 * i)));
        }
      }
    }
    AudioFormat format = new AudioFormat(11_025, bits, channels, bits != 8, false);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AudioSystem.write(
        new AudioInputStream(new ByteArrayInputStream(data.array()), format, SAMPLES.length),
        AudioFileFormat.Type.WAVE,
        out);
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 24, 32})
  void samplesOfAnyWidth(int bits) throws Exception {
    WavFile file = WavFile.read(file(bits, 1), "x.wav");
    assertThat(file.sampleRate()).isEqualTo(11_025);
    assertThat(file.samples()).isEqualTo(SAMPLES);
    assertThat(file.isSilent()).isFalse();
    WavFile stereo = WavFile.read(file(bits, 2), "x.wav");
    assertThat(stereo.channels()).isEqualTo(2);
    for (int i = 0; i < SAMPLES.length; i++) {
      assertThat(stereo.samples()[i]).isEqualTo(SAMPLES[i] / 2);
    }
  }

  @Test
  void whatIsWrittenIsReadByTheJdkAndByUs() throws Exception {
    byte[] written = WavFile.write(SAMPLES, 8000);
    WavFile read = WavFile.read(written, "x.wav");
    assertThat(read.sampleRate()).isEqualTo(8000);
    assertThat(read.samples()).isEqualTo(SAMPLES);
    AudioInputStream other = AudioSystem.getAudioInputStream(new ByteArrayInputStream(written));
    assertThat(other.getFrameLength()).isEqualTo(SAMPLES.length);
    assertThat(other.getFormat().getSampleRate()).isEqualTo(8000);
    assertThat(WavFile.read(WavFile.write(new float[] {2, -2}, 8000), "x").samples())
        .isEqualTo(new float[] {32767 / 32768f, -1});
    assertThat(WavFile.read(WavFile.write(new float[9], 8000), "x").isSilent()).isTrue();
  }

  /** Chunks that nobody reads, of odd length with a byte of padding, and an extensible format. */
  @Test
  void otherChunksAreSkipped() throws Exception {
    byte[] plain = file(16, 1);
    ByteArrayOutputStream more = new ByteArrayOutputStream();
    more.write(plain, 0, 12);
    more.write("LIST".getBytes(StandardCharsets.US_ASCII));
    more.write(new byte[] {3, 0, 0, 0, 'a', 'b', 'c', 0});
    more.write(plain, 12, plain.length - 12);
    assertThat(WavFile.read(more.toByteArray(), "x").samples()).isEqualTo(SAMPLES);
    ByteBuffer fmt = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
    fmt.put("fmt ".getBytes(StandardCharsets.US_ASCII)).putInt(40).putShort((short) 0xfffe);
    fmt.put(plain, 22, 14).putShort((short) 22).putShort((short) 16).putInt(4).putShort((short) 1);
    ByteArrayOutputStream extensible = new ByteArrayOutputStream();
    extensible.write(plain, 0, 12);
    extensible.write(fmt.array());
    extensible.write(plain, 36, plain.length - 36);
    assertThat(WavFile.read(extensible.toByteArray(), "x").samples()).isEqualTo(SAMPLES);
  }

  @Test
  void aSizeOfAllOnesMeansTheEndOfTheFile() throws Exception {
    byte[] file = file(16, 1);
    Arrays.fill(file, 40, 44, (byte) 0xff);
    assertThat(WavFile.read(file, "x").samples()).isEqualTo(SAMPLES);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "20 | 3 | expected linear PCM but bad.wav has samples of floating point (format 3)",
        "20 | 6 | expected linear PCM but bad.wav has compressed samples (format 6)",
        "20 | 85 | compressed samples (format 85); convert it to 16-bit PCM",
        "22 | 0 | expected 1 channel or more of 8, 16, 24 or 32 bits but bad.wav has 0 channels",
        "34 | 12 | but bad.wav has 1 channels of 12 bits",
        "32 | 3 | expected 2 bytes for the 1 channels of 16 bits in bad.wav but its header says 3",
        "26 | 4096 | expected a sample rate from 1,000 to 384,000 Hz but bad.wav has 268,446,481",
        "24 | 0 | expected a sample rate from 1,000 to 384,000 Hz but bad.wav has 0",
        "42 | 255 | expected 16,711,692 bytes of samples in bad.wav but the file ends after 12 of them; it was cut off",
        "40 | 11 | expected samples of 2 bytes in bad.wav but the last one has 1; it was cut off",
        "18 | 255 | expected a chunk of 16,711,696 bytes to end before the file in the WAV file",
        "16 | 8 | expected a chunk 'fmt ' of 16 bytes or more in the WAV file bad.wav",
        "36 | 0 | expected a chunk 'data' with samples in the WAV file bad.wav",
        "12 | 0 | expected a chunk 'fmt ' before the samples in the WAV file bad.wav",
        "0 | 0 | expected a WAV file, which begins with RIFF and WAVE, but bad.wav does not",
        "8 | 0 | expected a WAV file, which begins with RIFF and WAVE",
      })
  void headersThatCannotBeUsed(int at, int value, String message) throws Exception {
    byte[] file = file(16, 1);
    file[at] = (byte) value;
    file[at + 1] = (byte) (value >> 8);
    assertThatThrownBy(() -> WavFile.read(file, "bad.wav"))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining(message);
  }

  @Test
  void everyCutOfAFileIsRefusedInOneSentence() throws Exception {
    byte[] file = file(24, 2);
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> WavFile.read(cut, "cut.wav"))
          .isInstanceOf(ComportaException.class)
          .hasMessageContaining("cut.wav");
    }
  }

  @Test
  void soundIsConvertedWithANote() throws Exception {
    Recording.Sound sound = Recording.Sound.of(WavFile.read(file(16, 2), "x"), 22_050, "x");
    assertThat(sound.samples()).hasSize(2 * SAMPLES.length);
    assertThat(sound.note()).isEqualTo("2 channels averaged, 11,025 Hz converted to 22,050 Hz");
    assertThatThrownBy(
            () -> Recording.Sound.of(new WavFile(8000, new float[0], 1), 8000, "empty.wav"))
        .hasMessageContaining("expected sound in empty.wav but it has no samples");
    assertThatThrownBy(
            () -> Recording.Sound.of(new WavFile(1000, new float[700_000], 1), 1000, "long.wav"))
        .hasMessageContaining("expected at most 120 seconds")
        .hasMessageContaining("long.wav has 700 seconds; split it");
    assertThatThrownBy(
            () -> Recording.Sound.of(new WavFile(1000, new float[500_000], 1), 384_000, "fine.wav"))
        .hasMessageContaining("samples at 384,000 Hz");
  }

  /** A tone stays the same tone; one that the new rate cannot hold disappears. */
  @Test
  void resamplingKeepsTones() {
    float[] low = tone(440, 16_000, 4000);
    float[] slower = Resampler.resample(low, 16_000, 11_025);
    float[] expected = tone(440, 11_025, slower.length);
    float[] faster = Resampler.resample(tone(440, 8000, 2000), 8000, 16_000);
    for (int i = 200; i < slower.length - 200; i++) {
      assertThat(slower[i]).isCloseTo(expected[i], within(2e-3f));
    }
    for (int i = 200; i < faster.length - 200; i++) {
      assertThat(faster[i]).isCloseTo(low[i], within(2e-3f));
    }
    float[] gone = Resampler.resample(tone(5000, 16_000, 4000), 16_000, 8000);
    for (int i = 100; i < gone.length - 100; i++) {
      assertThat(Math.abs(gone[i])).isLessThan(5e-3f);
    }
    assertThat(Resampler.resample(low, 16_000, 16_000)).isSameAs(low);
  }

  private static float[] tone(double hertz, int rate, int length) {
    float[] tone = new float[length];
    for (int i = 0; i < length; i++) {
      tone[i] = (float) Math.sin(2 * Math.PI * hertz * i / rate);
    }
    return tone;
  }
}
