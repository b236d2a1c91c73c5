package dev.comporta.fuzz;

import dev.comporta.training.text.BytePairVocabulary;
import dev.comporta.view.GifFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/**
 * Inputs that a reader accepts, a few hundred bytes each, from which the fuzzer starts. The code
 * makes them anew for each run, so they follow every change of a format.
 */
final class Seeds {
  private static final String TEXT = "the gate opens, water flows.\n".repeat(8);

  /** A GIF file of 2 x 2 pixels: a comment, and two frames, the second of one pixel. */
  private static final String PARTS_OF_A_CLIP =
      "47494638396102000200800000000000ffffff"
          + "21fe02686900"
          + "21f90408050000002c000000000200020000020404c3100500"
          + "21f9040c050000002c01000100010001000002024c0100"
          + "3b";

  private Seeds() {}

  /** Writes the seeds of a target into a folder. */
  static void write(String target, Path models, Path folder) throws IOException {
    Files.createDirectories(folder);
    int number = 0;
    for (byte[] seed : of(target, models)) {
      Files.write(folder.resolve("seed-" + number++), seed);
    }
  }

  private static List<byte[]> of(String target, Path models) throws IOException {
    return switch (target) {
      case "ModelFile", "DamagedModelFile" -> {
        List<byte[]> seeds = new ArrayList<>();
        for (String name : FuzzTest.MODELS) {
          seeds.add(file(models, name));
        }
        seeds.add(Container.sealed(file(models, FuzzTest.MODELS.getFirst()), 1));
        seeds.add(file(models, FuzzTest.CHECKPOINT));
        yield seeds;
      }
      case "Checkpoint" ->
          List.of(
              file(models, FuzzTest.CHECKPOINT),
              Container.sealed(file(models, FuzzTest.CHECKPOINT), 1));
      case "Safetensors" ->
          List.of(
              safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8));
      case "ConformanceCase" ->
          List.of(
              safetensors(
                  "{\"__metadata__\":{\"case\":\"{\\\"kind\\\":\\\"linear\\\"}\"},\"x\":{\"dtype\":\"F64\",\"shape\":[1,1],\"data_offsets\":[0,8]}}",
                  8));
      case "SpecText" ->
          texts(
              "sgd:momentum=0.9,nesterov=true",
              "a:b=[1,2],c=(d:e=-1.5e3);*.b:learning-rate-factor=2");
      case "ConfigFile" -> texts("{\"hidden\": 3, \"rate\": 0.5, \"out\": \"a\"}");
      case "Csv" -> texts("a,b\n1,2\n-3.5e2,\"x\"\n", "b,\"a\"\r\n\"1\n2\",3\r\n");
      case "Corpus" -> List.of(utf8(TEXT), zip(), utf8("2 2\nthe 0.5 -1e-3\ngate 1 2\n"));
      case "Vocabulary" -> texts("<unk>\n<eos>\nthe\ngate", "a\nb\n\u00fc", joins());
      case "TaggedSentences" ->
          texts(
              "Ann\tB-person\nLee\tI-person\n\t\nsaw O\n",
              "# text\n1-2\tab\t_\t_\t_\t_\t_\t_\t_\t_\n1\ta\ta\tDET\tDT\t_\t0\troot\t_\t_\n\n");
      case "Picture" -> List.of(picture());
      case "Clip" -> {
        BufferedImage frame = GifFile.gray(new float[16], 0, 4);
        yield List.of(
            GifFile.bytes(List.of(frame, frame), 5), HexFormat.of().parseHex(PARTS_OF_A_CLIP));
      }
      case "Music" ->
          List.of(utf8("{\"train\": [[[60, 64], [], [62]]], \"valid\": [[[21], [108]]]}"), midi());
      case "Abc" ->
          texts(
              "M:6/8\n\nX:1\nT:t\nV:2 clef=bass octave=-1\nK:D dor ^f\n|: \"Am\"^c>d [C2=E]- {g}(3ABc :|[1,3 z2 x :|2 c'/ _B,, ::D//|]\n",
              "X:2\nL:1/4\nK:Bb\nV:1\nZ2 [K:none] !trill!A [M:3/4] B-|B\nV:2\n(5:4:3cde |:: F ::| %\nw:la\n");
      case "Wav" -> List.of(wav(16), wav(24));
      case "Stories" ->
          texts(
              "1 Mary moved to the bathroom.\n2 John took the apple.\n3 Where is Mary? \tbathroom\t1\n1 A b.\n2 Is a b?\tyes\t1\n",
              "Mary is in the hall.\nWhere is Mary?\n\nJohn left.\nWho?\n");
      case "Programs" ->
          texts(
              "j=8584\nfor x in range(8):j+=920\nb=(1500 if j<3 else -j*2)\nprint((b+7567))\n# -24321\n\nprint(1);\n",
              "a=9\nwhile a>0:\n  a-=1 # one\n  for x in range(a):\n    a+=0\nprint(a)\n");
      case "Ink" ->
          texts(
              ".COORD T X Y\n.SEGMENT WORD 0-2,4 OK \"it\"\n.SEGMENT WORD ? \"a\"\n.PEN_DOWN\n0 1 2\n1 3 4e1\n.PEN_UP\n.DT 9\n.PEN_DOWN\n2 1 8\n.PEN_UP\n.PEN_DOWN\n3 1 1\n.PEN_UP\n",
              "{\"text\": \"ab\", \"strokes\": [[[0, 0], [1.5, -8]], [[5, 2, 7]]]}\n\n{\"strokes\": [[[0, 1e5]]]}\n");
      case "Arguments" ->
          texts(
              "train\nchar-lm\n--hidden\n3\n--text=a",
              "generate\n--model\nm\n--prompt\n@a",
              "explain\nadding\n--json",
              "evaluate\n--model=a\n--model=b\n--beam\n2",
              "translate\n--model\nm\n--\n-a");
      default -> ExchangeSeeds.of(target);
    };
  }

  private static List<byte[]> texts(String... texts) {
    return List.of(texts).stream().map(Seeds::utf8).toList();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] file(Path models, String name) throws IOException {
    return Files.readAllBytes(models.resolve(name));
  }

  private static byte[] wav(int bits) throws IOException {
    byte[] samples = {0, 1, 2, -3, 4, 5, 60, -70, 8, 9, 10, 11};
    AudioFormat format = new AudioFormat(8_000, bits, 1, true, false);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AudioSystem.write(
        new AudioInputStream(
            new ByteArrayInputStream(samples), format, samples.length / (bits / 8)),
        AudioFileFormat.Type.WAVE,
        out);
    return out.toByteArray();
  }

  private static String joins() {
    BytePairVocabulary.Counter counter = new BytePairVocabulary.Counter();
    counter.add(TEXT);
    return String.join("\n", counter.vocabulary(260).tokens());
  }

  private static byte[] safetensors(String header, int bytes) {
    byte[] text = utf8(header);
    return ByteBuffer.allocate(8 + text.length + bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .array();
  }

  private static byte[] zip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("a.txt"));
      zip.write(utf8(TEXT));
    }
    return bytes.toByteArray();
  }

  /** Two notes, one of them by running status, a tempo and the end of the track. */
  private static byte[] midi() {
    return HexFormat.ofDelimiter(" ")
        .parseHex(
            "4d 54 68 64 00 00 00 06 00 00 00 01 00 60 4d 54 72 6b 00 00 00 1a 00 ff 51 03 07 a1 20 00 90 3c 50 00 40 50 60 80 3c 00 81 00 40 00 00 ff 2f 00");
  }

  private static byte[] picture() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", bytes);
    return bytes.toByteArray();
  }
}
