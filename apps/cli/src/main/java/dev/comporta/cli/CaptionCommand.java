package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.tasks.Compute;
import dev.comporta.tasks.OutputFile;
import dev.comporta.tasks.captions.Caption;
import dev.comporta.tasks.captions.CaptionModel;
import dev.comporta.tasks.captions.CaptionPicture;
import dev.comporta.tasks.captions.SceneFiles;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code comporta caption}: says what pictures show, or draws scenes to try it with. */
@Command(
    name = "caption",
    mixinStandardHelpOptions = true,
    description =
        "Say what a picture shows with a model of train captions, or draw scenes to try one with.")
final class CaptionCommand implements Callable<Integer> {
  private static final List<String> CAPTIONING =
      List.of("--beam", "--length-penalty", "--n-best", "--scores", "--picture");
  private static final List<String> DRAWING = List.of("--count", "--seed");

  @Spec private CommandSpec spec;

  @Mixin private ComputeOptions compute;

  @Option(names = "--model", paramLabel = "FILE", description = "the model file")
  private @Nullable Path model;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "a square picture in PNG; may be given several times")
  private List<Path> images = List.of();

  @Option(
      names = "--beam",
      paramLabel = "N",
      description = "hypotheses kept at every word; 1 is greedy (default: ${DEFAULT-VALUE})")
  private int beam = 5;

  @Option(
      names = "--length-penalty",
      paramLabel = "X",
      description =
          "0 ranks by probability, 1 near the mean over words (default: ${DEFAULT-VALUE})")
  private double lengthPenalty = 1;

  @Option(
      names = "--n-best",
      paramLabel = "K",
      description =
          "print the K best of each picture, each line with the picture's number, a tab, and the text")
  private @Nullable Integer nBest;

  @Option(names = "--scores", description = "print the score after each text and a tab")
  private boolean scores;

  @Option(
      names = "--picture",
      paramLabel = "FILE",
      description = "draw where the model looked for each word, as .html or .png")
  private @Nullable Path picture;

  @Option(
      names = "--draw",
      paramLabel = "DIR",
      description = "instead: draw scenes that no training has seen, and print a caption of each")
  private @Nullable Path folder;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "scenes that --draw draws (default: ${DEFAULT-VALUE})")
  private int count = 10;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "of the scenes that --draw draws (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @Override
  public Integer call() {
    Path modelFile = model;
    Path drawnInto = folder;
    if (drawnInto != null && modelFile == null && images.isEmpty()) {
      IdleFlags.refuse(spec, CAPTIONING, "--model and --image");
      PrintWriter out = spec.commandLine().getOut();
      SceneFiles.draw(drawnInto, count, seed).forEach(line -> out.println(Printable.text(line)));
      return 0;
    }
    if (drawnInto != null || modelFile == null || images.isEmpty()) {
      throw new InvalidOptionException(
          "expected either --model and --image, to say what a picture shows, or --draw alone");
    }
    IdleFlags.refuse(spec, DRAWING, "--draw");
    caption(modelFile);
    return 0;
  }

  private void caption(Path modelFile) {
    BeamSettings settings = new BeamSettings(beam, lengthPenalty, 0);
    check();
    Path drawn = picture;
    if (drawn != null) {
      OutputFile.requireWritable("--picture", drawn);
      OutputFile.requireOther("--picture", drawn, "--image", images.getFirst());
      OutputFile.requireOther("--picture", drawn, "--model", modelFile);
    }
    Application application = new Application();
    CaptionModel loaded = CaptionModel.read(modelFile, application.catalog());
    if (drawn != null) {
      CaptionPicture.requireDrawable(drawn, loaded);
    }
    try (Compute opened = compute.open(application.computers())) {
      ModelRunner runner = opened.runner(loaded.model());
      List<Caption> captions = loaded.captionFiles(images, settings, runner);
      if (drawn != null) {
        CaptionPicture.write(drawn, images.getFirst(), captions.getFirst(), loaded);
      }
      print(captions);
    }
  }

  private void check() {
    Integer best = nBest;
    if (best != null && (best < 1 || best > beam)) {
      throw new InvalidOptionException(
          formatted("--n-best expected a number from 1 to the beam of %d but got %d", beam, best));
    }
    if (picture != null && images.size() != 1) {
      throw new InvalidOptionException("--picture expected one --image but got " + images.size());
    }
  }

  private void print(List<Caption> captions) {
    PrintWriter out = spec.commandLine().getOut();
    for (int number = 0; number < captions.size(); number++) {
      Caption caption = captions.get(number);
      int best = nBest == null ? 1 : Math.min(nBest, caption.texts().size());
      for (int i = 0; i < best; i++) {
        String line = Printable.line(caption.texts().get(i));
        if (scores) {
          line += String.format(Locale.ROOT, "\t%.4f", caption.found().hypotheses().get(i).score());
        }
        out.println(nBest == null ? line : number + 1 + "\t" + line);
      }
    }
    out.flush();
  }
}
