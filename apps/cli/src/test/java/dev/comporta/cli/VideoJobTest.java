package dev.comporta.cli;

import static dev.comporta.cli.Jobs.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import dev.comporta.view.ClipFile;
import dev.comporta.view.GifFile;
import dev.comporta.view.PictureFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models of clips, from end to end, on small frames. */
class VideoJobTest {
  private static final String SMALL =
      "--side 8 --filters 4 --hidden 12 --batch 8 --threads 1 --learning-rate 0.02 --epochs 2";

  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  /** Writes examples of a target, and returns the folder. */
  private String examples(String target, int count) {
    Result written =
        run("examples video --side 8 --target", target, "--count " + count, "--out", path(target));
    assertThat(written.code()).as(written.err()).isZero();
    return path(target);
  }

  private JsonNode trained(String flags, String model) throws Exception {
    return run("train video", SMALL, flags, "--json --out", path(model)).json();
  }

  @Test
  void framesArePredictedScoredDrawnResumedAndVerified() throws Exception {
    String shape = " --given 3 --ahead 10";
    JsonNode figures = trained("--clips 240 --patch 2" + shape, "m");
    double baseline = figures.get("baseline_value").doubleValue();
    assertThat(figures.get("baseline").textValue()).isEqualTo("repeating the last frame");
    assertThat(figures.get("mse").doubleValue()).isBetween(0.001, baseline);
    assertThat(figures.get("frames")).hasSize(10);
    assertThat(figures.at("/frames/9/frame").intValue()).isEqualTo(10);
    double sum = 0;
    for (JsonNode frame : figures.get("frames")) {
      double mse = frame.get("mse").doubleValue();
      assertThat(frame.get("psnr").doubleValue()).isEqualTo(-10 * Math.log10(mse), within(1e-9));
      sum += mse / 10;
    }
    assertThat(figures.get("mse").doubleValue()).isEqualTo(sum, within(1e-12));

    String data = examples("frames", 12);
    String model = path("m");
    JsonNode score =
        run("evaluate --json --data", data, "--model", model, "--picture", path("s.png")).json();
    assertThat(score.get("clips").intValue()).isEqualTo(12);
    assertThat(Files.readAllBytes(folder.resolve("s.png"))).startsWith(0x89, 'P', 'N', 'G');
    assertThat(run("evaluate --clips 5 --seed 3 --model", model).out()).contains("over 5 clips");

    String clip = data + "/clip-3.gif";
    String predict = "predict --model " + model;
    JsonNode next =
        run(
                predict,
                "--hold-back --json --clip",
                clip,
                "--picture",
                path("p.gif"),
                "--next",
                path("n.gif"))
            .json();
    assertThat(next.get("frames")).hasSize(10);
    assertThat(next.get("frames").get(0)).hasSize(64);
    assertThat(ClipFile.read(folder.resolve("p.gif"), 8).frames()).hasSize(20);
    ClipFile.Frames written = ClipFile.read(folder.resolve("n.gif"), 8);
    List<float[]> truth = ClipFile.read(Path.of(clip), 8).frames();
    double error = 0;
    for (int k = 0; k < 10; k++) {
      for (int i = 0; i < 64; i++) {
        double pixel = next.get("frames").get(k).get(i).doubleValue();
        assertThat((double) written.frames().get(k)[i]).isEqualTo(pixel, within(0.003));
        double off = pixel - truth.get(10 + k)[i];
        error += off * off / 640;
      }
    }
    assertThat(next.get("mse").doubleValue()).isEqualTo(error, within(1e-6));
    Result stream = run(predict, "--stream --clip", clip);
    assertThat(stream.out().lines())
        .hasSize(19)
        .first()
        .asString()
        .startsWith("2\tMSE of the prediction");
    assertThat(stream.err()).containsPattern("\\d ms per frame, \\d+ times faster than the 8 fr");

    String train = "train video " + SMALL + " --data " + data + shape;
    assertThat(run(train, "--out", path("d")).code()).isZero();
    Jobs.requireRepeatable(train, path("d"), data);
    Jobs.requireResumable("train video " + SMALL + " --clips 16" + shape, path("r"));
    assertThat(run("train video --cell gru --clips 8 --out", path("g"), SMALL, shape).code())
        .isZero();
  }

  @Tag("full")
  @Test
  void gesturesAreLabelled() throws Exception {
    String data = examples("gesture", 60);
    JsonNode figures = trained("--target gesture --clips 400", "m");
    assertThat(figures.get("accuracy").doubleValue())
        .isGreaterThan(figures.get("baseline_value").doubleValue());
    assertThat(figures.get("labels")).hasSize(10);
    String model = path("m");
    JsonNode score = run("evaluate --json --data", data, "--model", model).json();
    assertThat(score.get("clips").intValue()).isEqualTo(60);
    assertThat(score.get("baseline").textValue())
        .isEqualTo("the most frequent label of these data");
    String predict = "predict --model " + model;
    String clip = data + "/clip-1.gif";
    JsonNode answer = run(predict, "--json --clip", clip, "--picture", path("p.png")).json();
    int frames = ClipFile.read(Path.of(clip), 8).frames().size();
    assertThat(answer.get("frames")).hasSize(frames);
    assertThat(answer.get("label")).isEqualTo(answer.get("frames").get(frames - 1));
    Result two = Cli.withInput(clip + "\n\n" + data + "/clip-2.gif\n", predict.split(" "));
    assertThat(two.out().lines()).hasSize(2);
    List<String> streamed = new ArrayList<>();
    run(predict, "--stream --clip", clip)
        .out()
        .lines()
        .forEach(line -> streamed.add(line.split("[\t ]")[1]));
    for (int t = 0; t < frames; t++) {
      assertThat(streamed.get(t)).isEqualTo(answer.get("frames").get(t).textValue());
    }
    String train = "train video --target gesture " + SMALL + " --data " + data;
    assertThat(run(train, "--out", path("d")).code()).isZero();
    Jobs.requireRepeatable(train, path("d"), data);

    Files.delete(Path.of(data, "clip-1.depth.gif"));
    assertThat(run(predict, "--clip", clip).refusal())
        .contains("expected the depth of")
        .contains("clip-1.depth.gif but there is no such file");
    Files.writeString(Path.of(data, "labels.tsv"), "clip-0.gif\tjump\n");
    assertThat(run("evaluate --data", data, "--model", model).refusal())
        .contains("expected one of the labels [circle-left, ")
        .contains("for clip-0.gif but got 'jump', which the model was not trained on");
  }

  @Tag("full")
  @Test
  void boxesAndNumbersAreFound() throws Exception {
    String boxes = examples("box", 20);
    JsonNode figures = trained("--target box --clips 480", "b");
    assertThat(figures.get("iou").doubleValue())
        .isGreaterThan(figures.get("baseline_value").doubleValue());
    JsonNode box = run("predict --json --clip", boxes + "/clip-0.gif", "--model", path("b")).json();
    assertThat(box.get("boxes")).hasSize(12);
    assertThat(box.get("boxes").get(0)).hasSize(4);
    assertThat(
            run("evaluate --data", boxes, "--model", path("b"), "--picture", path("b.gif")).out())
        .contains("mean IoU 0.", "240 frames of 20 clips");

    String roads = examples("steering", 20);
    JsonNode angles = trained("--target steering --data " + roads, "s");
    assertThat(angles.get("mae").doubleValue()).isBetween(0.0, 40.0);
    String model = path("s");
    Result lines = run("predict --clip", roads + "/clip-0.gif", "--model", model);
    assertThat(lines.out().lines()).hasSize(16);
    Result stream = run("predict --stream --clip", roads + "/clip-0.gif", "--model", model);
    List<String> whole = lines.out().lines().toList();
    List<String> each = stream.out().lines().toList();
    for (int t = 0; t < 16; t++) {
      assertThat(Double.parseDouble(each.get(t).split("\t")[1]))
          .isEqualTo(Double.parseDouble(whole.get(t).split("\t")[1]), within(2e-4));
    }
    Jobs.requireRepeatable(
        "train video --target steering " + SMALL + " --data " + roads, model, roads);
    assertThat(run("train video --target box --from", model, SMALL).refusal())
        .contains("expected --target steering, --side 8");
  }

  @Test
  void masksAreFoundDrawnWrittenAndStreamed() throws Exception {
    String data = examples("mask", 12);
    JsonNode figures = trained("--target mask --clips 240 --convolution 3d", "m");
    assertThat(figures.get("baseline").textValue())
        .isEqualTo("the best constant mask of the training data");
    assertThat(figures.get("iou").doubleValue())
        .isGreaterThan(figures.get("baseline_value").doubleValue());
    String model = path("m");
    JsonNode score =
        run("evaluate --json --data", data, "--model", model, "--picture", path("s.png")).json();
    assertThat(score.get("count").intValue()).isEqualTo(144);
    assertThat(Files.readAllBytes(folder.resolve("s.png"))).startsWith(0x89, 'P', 'N', 'G');

    String clip = data + "/clip-3.gif";
    String predict = "predict --model " + model + " --clip " + clip;
    JsonNode masks = run(predict, "--json --masks", path("w.gif")).json().get("masks");
    assertThat(masks).hasSize(12);
    List<float[]> written = ClipFile.read(folder.resolve("w.gif"), 8).frames();
    List<float[]> truth = ClipFile.read(Path.of(data, "clip-3.mask.gif"), 8).frames();
    List<String> streamed = run(predict, "--stream").out().lines().toList();
    List<String> whole = run(predict, "--picture", path("p.gif")).out().lines().toList();
    assertThat(ClipFile.read(folder.resolve("p.gif"), 8).frames()).hasSize(12);
    assertThat(streamed).isEqualTo(whole);
    int right = 0;
    for (int t = 0; t < 12; t++) {
      int inside = 0;
      for (int i = 0; i < 64; i++) {
        int pixel = masks.get(t).get(i).intValue();
        inside += pixel;
        right += pixel == (int) truth.get(t)[i] ? 1 : 0;
        assertThat(written.get(t)[i]).isEqualTo(pixel);
      }
      assertThat(whole.get(t)).startsWith(t + 1 + "\t%.2f %%".formatted(100.0 * inside / 64));
    }
    assertThat(right).as("of 768 pixels").isGreaterThan(600);

    String train = "train video --target mask " + SMALL + " --data " + data;
    assertThat(run(train, "--out", path("d")).code()).isZero();
    Jobs.requireRepeatable(train, path("d"), data);
    Files.write(
        Path.of(data, "clip-4.mask.gif"),
        GifFile.bytes(List.of(GifFile.gray(new float[64], 0, 8)), 10));
    assertThat(run("evaluate --data", data, "--model", model).refusal())
        .contains("expected 12 frames of 8 x 8 pixels in")
        .contains("clip-4.mask.gif, as in")
        .contains("but it has 1 of 8 x 8");
    Files.delete(Path.of(data, "clip-4.mask.gif"));
    assertThat(run("evaluate --data", data, "--model", model).refusal())
        .contains("expected the mask of")
        .contains("clip-4.mask.gif but there is no such file; add it, white on black");
    assertThat(run(predict, "--masks", path("w.png")).refusal())
        .contains("--masks expected a file that ends in .gif");
  }

  /** Folders of PNG files are clips, too, and larger frames are scaled. */
  @Test
  void foldersOfFramesAreClips() throws Exception {
    trained("--target box --clips 16", "b");
    Path clips = folder.resolve("clips");
    StringBuilder table = new StringBuilder("clip\tframe\tleft\ttop\twidth\theight\n");
    for (int c = 0; c < 4; c++) {
      Files.createDirectories(clips.resolve("c" + c));
      for (int t = 1; t <= 11; t++) {
        byte[] png = PictureFile.png(GifFile.gray(new float[400], 0, 20));
        Files.write(clips.resolve("c" + c + "/f" + t + ".png"), png);
        table.append("c" + c + "\t" + t + "\t5\t5\t10\t" + (10 + c) + "\n");
      }
    }
    Files.writeString(clips.resolve("labels.tsv"), table);
    assertThat(run("evaluate --data", clips.toString(), "--model", path("b")).out())
        .contains("44 frames of 4 clips");
    JsonNode box = run("predict --json --clip", clips + "/c0", "--model", path("b")).json();
    assertThat(box.get("boxes")).hasSize(11);
    JsonNode figures = trained("--target box --validation 0.5 --data " + clips, "own");
    assertThat(figures.get("clips").intValue()).isEqualTo(2);
    assertThat(figures.get("baseline").textValue()).isEqualTo("the mean box of the training data");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gesture | c.gif | expected a clip, a tab and its label at line 1 of",
        "gesture | c.gif~wave;c.gif~push | expected a clip without a label so far at line 2 of",
        "gesture | c.gif~wave;d.gif~wave | expected 2 labels or more to tell apart in",
        "gesture | c.gif~wave;d.gif~push | expected a clip to hold out of the 2 of",
        "gesture | c.gif~wave | expected two clips or more, one of them to validate on",
        "gesture | ../c.gif~wave | expected the name of a GIF file or of a folder in",
        "gesture | e.gif~wave | expected the name of a GIF file or of a folder in",
        "gesture | one.gif~wave | expected a clip of 2 frames or more but one.gif has one",
        "gesture | sizes~wave | to be 8 x 8 pixels like the first but 2.png is 9 x 9",
        "gesture | clip~label | expected a clip, a tab and its label in",
        "box | c.gif~1~2~3~4 | expected a clip, the number of a frame, and left, top, width and height",
        "box | c.gif~1~2~3~-4~5 | expected a width or a height of 0 or more at line 1 of",
        "box | c.gif~1~2~3~4~5 | expected a line for each of the 2 frames of c.gif at line 1 of",
        "steering | c.gif~0~1 | expected the number of a frame from 1 at line 1 of",
        "steering | c.gif~1.5~1 | expected the number of a frame from 1 at line 1 of",
        "steering | c.gif~1~NaN | expected a number at line 1 of",
        "steering | c.gif~1~1;c.gif~1~2 | expected a frame without a line so far at line 2 of",
        "steering | c.gif~1~1;c.gif~2~1;c.gif~3~1 | expected one of the 2 frames at line 3 of",
      })
  void tablesThatCannotBeUsed(String target, String lines, String message) throws Exception {
    List<float[]> frames = List.of(new float[64], new float[64]);
    byte[] gif = GifFile.bytes(frames.stream().map(it -> GifFile.gray(it, 0, 8)).toList(), 10);
    Files.write(folder.resolve("c.gif"), gif);
    Files.write(folder.resolve("d.gif"), gif);
    Files.write(
        folder.resolve("one.gif"), GifFile.bytes(List.of(GifFile.gray(new float[64], 0, 8)), 10));
    Files.createDirectory(folder.resolve("sizes"));
    for (int size : List.of(8, 9)) {
      Files.write(
          folder.resolve("sizes/" + (size - 7) + ".png"),
          PictureFile.png(GifFile.gray(new float[size * size], 0, size)));
    }
    Files.writeString(
        folder.resolve("labels.tsv"), lines.replace(';', '\n').replace('~', '\t') + "\n");
    assertThat(
            run("train video --depth=no --target", target, SMALL, "--data", folder.toString())
                .refusal())
        .contains(message);
  }

  @Test
  void otherDataThatCannotBeUsed() throws Exception {
    Files.createDirectory(folder.resolve("none"));
    String data = "--data " + path("none");
    assertThat(run("train video", data).refusal())
        .contains("expected clips, GIF files or folders of PNG files, in");
    assertThat(run("train video --target box", data).refusal())
        .contains("expected a file labels.tsv with the labels of the clips in");
    assertThat(run("train video --data", path("nowhere")).refusal())
        .contains("expected a folder of clips");
    String frames = examples("frames", 2);
    assertThat(run("train video --given 11 --data", frames).refusal())
        .contains("expected a clip of 21 frames or more, 11 given and 10 to predict, but");
    assertThat(run("train video --clips 5 --data", frames).refusal())
        .contains("--clips goes with drawn clips, not --data");
    assertThat(run("train video --depth").refusal())
        .contains(
            "--depth expected clips with depth but those drawn for --target frames have none");
    assertThat(run("train video --target box --ahead 3").refusal())
        .contains("--ahead goes with --target frames");
    assertThat(run("train video --convolution 3d").refusal())
        .contains("--convolution goes with targets other than frames");
    assertThat(run("train video --side 18").refusal())
        .contains("--side expected a multiple of 4 but got 18");
    assertThat(run("train video --patch 3").refusal())
        .contains("--patch expected a number that divides 16, the side, but got 3");
    assertThat(
            run("train video --target box --side 256 --clips 2 --filters 64 --batch 99").refusal())
        .as("two clips to train on, but 128 to validate on")
        .contains("--batch expected at most")
        .contains("but got 99");
    trained("--given 3 --ahead 2 --clips 8", "m");
    String predict = "predict --model " + path("m") + " --clip " + frames + "/clip-0.gif";
    assertThat(run(predict, "--picture", path("p.jpg")).refusal())
        .contains("--picture expected a file that ends in .gif, .html or .png");
    assertThat(run(predict, "--next", path("p.png")).refusal())
        .contains("--next expected a file that ends in .gif");
    assertThat(run(predict, "--clip", frames + "/clip-1.gif --next", path("n.gif")).refusal())
        .contains("--next expected one clip but got 2");
    assertThat(run(predict, "--stream --hold-back").refusal()).contains("--stream");
    assertThat(run(predict, "--masks", path("m.gif")).refusal())
        .contains("--masks goes with models of --target mask");
  }
}
