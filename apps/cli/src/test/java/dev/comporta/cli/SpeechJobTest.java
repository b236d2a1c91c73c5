package dev.comporta.cli;

import static dev.comporta.cli.Jobs.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Speech, from end to end: two words that are tones, said by two speakers. */
class SpeechJobTest {
  private static final String SMALL =
      "--hidden 16 --layers 1 --bands 12 --hop 15 --batch 4 --threads 1 --learning-rate 0.02"
          + " --dropout 0";

  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static void wav(Path file, double hertz, int milliseconds) throws Exception {
    byte[] data = new byte[2 * 8 * milliseconds];
    for (int i = 0; i < data.length / 2; i++) {
      int sample = (int) (8000 * Math.sin(2 * Math.PI * hertz * i / 8000));
      data[2 * i] = (byte) sample;
      data[2 * i + 1] = (byte) (sample >> 8);
    }
    AudioSystem.write(
        new AudioInputStream(
            new ByteArrayInputStream(data),
            new AudioFormat(8000, 16, 1, true, false),
            data.length / 2),
        AudioFileFormat.Type.WAVE,
        file.toFile());
  }

  @BeforeEach
  void writeRecordings() throws Exception {
    Files.createDirectories(folder.resolve("words"));
    StringBuilder table = new StringBuilder();
    for (int take = 0; take < 8; take++) {
      for (String speaker : new String[] {"ann", "bob"}) {
        double pitch = speaker.equals("ann") ? 1.2 : 1;
        for (String word : new String[] {"1", "lo"}) {
          String name = "%s_%s_%d.wav".formatted(word, speaker, take);
          double hertz = (word.equals("lo") ? 300 : 1500) * pitch + 10 * take;
          wav(folder.resolve("words/" + name), hertz, 200 + 10 * take);
          table.append("%s\t%s\t%s\n".formatted(name, word.equals("1") ? "ONE" : "lo", speaker));
        }
      }
    }
    Files.writeString(folder.resolve("words/said.tsv"), table.toString());
  }

  @Test
  void wordsAreRecognisedScoredDrawnResumedAndVerified() throws Exception {
    String model = path("m");
    String data = "--data " + path("words");
    String train = "train speech " + data + " --takes 6-7 --join 3 --epochs 50 " + SMALL;
    JsonNode figures = run(train, "--out " + model + " --json").json();
    assertThat(figures.get("wer").doubleValue()).isLessThan(0.2);
    assertThat(figures.get("metric").textValue()).isEqualTo("wer");
    assertThat(figures.get("beats_baseline").booleanValue()).isTrue();
    assertThat(figures.get("speakers")).hasSize(2);
    JsonNode scored =
        run("evaluate --json --model " + model + " " + data + " --takes 0-1,3").json();
    assertThat(scored.get("count").intValue()).isEqualTo(12);
    assertThat(scored.get("words").intValue()).isEqualTo(12);
    assertThat(scored.get("cer").doubleValue()).isBetween(0.0, 0.2);
    JsonNode joined =
        run("evaluate --json --model " + model + " " + data + " --speaker ann --join 4").json();
    assertThat(joined.get("count").intValue()).isLessThan(16);
    assertThat(joined.get("words").intValue()).isEqualTo(16);
    assertThat(joined.get("speakers")).hasSize(1);
    String one = path("words/1_ann_7.wav");
    JsonNode said = run("predict --json --model " + model + " --input " + one).json();
    assertThat(said.get("text").textValue()).isEqualTo("one");
    assertThat(said.at("/words/0/word").textValue()).isEqualTo("one");
    assertThat(said.at("/words/0/to").doubleValue()).isBetween(0.0, 0.3);
    for (String picture : new String[] {"p.png", "p.html"}) {
      Result drawn =
          run("predict --model " + model + " --input " + one + " --picture " + path(picture));
      assertThat(drawn.out()).isEqualTo("one\n");
    }
    assertThat(ImageIO.read(folder.resolve("p.png").toFile()).getHeight()).isGreaterThan(200);
    assertThat(folder.resolve("p.html")).content().contains("<h1>one</h1>", "12 mel bands");
    assertThat(run("predict --stream --model " + model + " --input " + one).refusal())
        .contains("expected a model that reads frame by frame, trained with --unidirectional, but");
    Jobs.requireRepeatable(train, model, path("words"));
    Jobs.requireResumable(train, path("r"));
  }

  /** A table of transcripts gives the same as the names of the files; a stream prints words. */
  @Test
  void transcriptsAndStreams() throws Exception {
    String model = path("m");
    String data = "--data " + path("words") + " --transcripts said.tsv";
    String train = "train speech " + data + " --unidirectional --augment=no " + SMALL;
    JsonNode left = run(train, "--speaker bob --epochs 1 --out " + model + " --json").json();
    assertThat(left.get("speakers").has("bob")).isTrue();
    assertThat(left.get("speakers")).hasSize(1);
    assertThat(left.get("count").intValue()).isEqualTo(16);
    JsonNode figures =
        run(train, "--validation 0.2 --epochs 100 --out " + model + " --json").json();
    assertThat(figures.get("wer").doubleValue()).isLessThan(0.5);
    String one = path("words/1_ann_7.wav");
    Result stream = run("predict --stream --model " + model + " --input " + one);
    assertThat(stream.out()).matches(" +[0-9.]+ s  one\n");
    assertThat(stream.err()).containsPattern("1[0-9] frames of 15 ms each, computed in [0-9.]+ ms");
    Result both = run("predict --stream --beam 4 --model " + model + " --input " + one);
    assertThat(both.refusal()).contains("--beam goes with a search, not --stream");
    String predict = "predict --model " + model;
    assertThat(run(predict, "--microphone").refusal()).contains("--microphone goes with --stream");
    assertThat(run(predict, "--stream --seconds 2").refusal())
        .contains("--seconds goes with --microphone");
    assertThat(run(predict, "--stream --microphone --input " + one).refusal())
        .contains("--microphone expected no --input");
    wav(folder.resolve("silence.wav"), 0, 300);
    Result silent = run("predict --model " + model + " --input " + path("silence.wav"));
    assertThat(silent.code()).isZero();
    assertThat(silent.out()).isEqualTo("\n");
    assertThat(silent.err()).contains("silence.wav is silent: all its samples are the same");
    assertThat(run("predict --model " + model + " --input " + path("words/said.tsv")).refusal())
        .contains("expected a WAV file, which begins with RIFF and WAVE, but");
  }

  @Test
  void examplesAreWritten() throws Exception {
    assertThat(run("examples speech --count 12 --out " + path("x")).code()).isZero();
    String data = "--data " + path("x") + " --transcripts transcripts.tsv";
    assertThat(run("train speech --phrases 12 --epochs 1 " + SMALL + " --out " + path("g")).code())
        .isZero();
    JsonNode score = run("evaluate --json --model " + path("g") + " " + data).json();
    assertThat(score.get("count").intValue()).isEqualTo(12);
    assertThat(score.get("speakers")).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.wav | expected the name of a file, a tab, a text and optionally a tab and the speaker in line 1 of",
        "1_ann_0.wav~ ~ann | expected the name of a file, a tab, a text and optionally",
        "1_ann_0.wav~one~ann~x | expected the name of a file, a tab, a text and optionally",
        "1_ann_0.wav~one;1_ann_0.wav~one | expected each file once but line 2 of",
        "none.wav~one | expected the name of a WAV file in the folder",
        "../words/1_ann_0.wav~one;../m~x | in line 2 of",
        "../said.wav~one | but '../said.wav' leads out of its folder",
        "1_ann_0.wav~one | expected recordings to train on and recordings to hold out but of the 1 of",
        "said.tsv~one | expected a WAV file, which begins with RIFF and WAVE",
        ";; | expected transcripts in",
      })
  void transcriptsThatCannotBeUsed(String text, String message) throws Exception {
    Path table = folder.resolve("bad.tsv");
    Files.writeString(table, text.replace(';', '\n').replace('~', '\t') + "\n");
    assertThat(run("train speech --data " + path("words") + " --transcripts " + table).refusal())
        .contains(message);
  }

  @Test
  void otherDataThatCannotBeUsed() throws Exception {
    String train = "train speech --data " + path("words");
    assertThat(run(train + " --takes 5-3").refusal())
        .contains("--takes expected numbers and ranges, such as 0-4 or 3,7, but got '5-3'");
    assertThat(run(train + " --takes x").refusal()).contains("but got 'x'");
    assertThat(run(train + " --takes 90").refusal()).contains("none is held out");
    assertThat(run(train + " --speaker bib").refusal()).contains("bob");
    assertThat(run(train + " --speaker bob --takes 3").refusal()).contains("--takes");
    assertThat(run(train + " --phrases 20").refusal())
        .contains("--phrases goes with generated tones, not --data");
    assertThat(run("train speech --transcripts x").refusal()).contains("--transcripts goes with");
    assertThat(run("train speech --data " + path("words/said.tsv")).refusal())
        .contains("expected a folder of WAV files but");
    assertThat(run(train + " --hop 90").refusal()).contains("samples of a hop from 1 to 200");
    wav(folder.resolve("words/lo_bob_9.wav"), 0, 300);
    assertThat(run(train).refusal()).contains("lo_bob_9.wav but it is silent");
    wav(folder.resolve("words/lo_bob_9.wav"), 300, 1);
    assertThat(run(train).refusal())
        .contains("expected at least 2 frames for the characters of 'lo' but")
        .contains("lo_bob_9.wav has 1; give a smaller --hop, or remove it");
    Files.move(folder.resolve("words/lo_bob_9.wav"), folder.resolve("words/lo bob 9.wav"));
    assertThat(run(train).refusal())
        .contains("expected a file name of a word or digit, the speaker and the take");
    Files.createDirectories(folder.resolve("empty"));
    assertThat(run("train speech --data " + path("empty")).refusal())
        .contains("expected WAV files, whose names end in .wav, in the folder");
  }
}
