package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.attention.decoding.Hypothesis;
import dev.comporta.frame.Ability;
import dev.comporta.frame.decoding.DecodingOptions;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.Captioner;
import dev.comporta.inference.ImageCaption;
import dev.comporta.inference.LoadedModel;
import dev.comporta.view.Look;
import dev.comporta.view.LookDrawing;
import dev.comporta.view.LookPage;
import dev.comporta.view.PictureFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The commands {@code caption} and {@code predict}: say what files of pictures or clips show. */
final class CaptionAbilities {
  private static final Option<List<Path>> IMAGE =
      Option.paths("image", "FILE")
          .help(
              "a square PNG image, or any where the model was trained on a folder; may be repeated");
  private static final Option<List<Path>> CLIP =
      Option.paths("clip", "FILE")
          .help("a GIF file, or a folder with a PNG file for each frame; may be repeated");
  private static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .help("draw the attention weights for each word, as .html or .png");
  private static final Options SEARCH =
      Options.of(
          DecodingOptions.BEAM,
          DecodingOptions.LENGTH_PENALTY,
          DecodingOptions.N_BEST,
          DecodingOptions.SCORES);

  private final LoadedModel model;
  private final Captioner captioner;
  private final ImageInput input;
  private final Option<List<Path>> option;
  private final BeamSettings search;
  private final Optional<Integer> best;
  private final boolean scores;
  private final Ability.Exchange exchange;
  private int number;

  private CaptionAbilities(
      LoadedModel model,
      Settings settings,
      Ability.Exchange exchange,
      ImageInput input,
      Option<List<Path>> option) {
    this.model = model;
    this.captioner = model.captioner();
    this.input = input;
    this.option = option;
    DecodingOptions.requireWithinBeam(settings);
    this.search = DecodingOptions.beam(settings);
    this.best = settings.find(DecodingOptions.N_BEST);
    this.scores = settings.get(DecodingOptions.SCORES);
    this.exchange = exchange;
  }

  static List<Ability> ofPictures() {
    return List.of(
        Ability.predict(
            "Caption the pictures whose files the input names, one per line",
            Options.of(FeatureGraph.SAME).and(SEARCH),
            (model, settings, exchange) -> of(model, settings, exchange).caption(List.of(), null)),
        new Ability(
            "caption",
            "Caption pictures",
            Options.of(IMAGE, FeatureGraph.SAME).and(SEARCH).and(PICTURE),
            "IMAGE",
            (model, settings, exchange) -> {
              List<Path> files = new ArrayList<>(settings.find(IMAGE).orElse(List.of()));
              exchange.arguments().forEach(argument -> files.addAll(IMAGE.read(argument)));
              of(model, settings, exchange).caption(files, settings.find(PICTURE).orElse(null));
            }));
  }

  private static CaptionAbilities of(
      LoadedModel model, Settings settings, Ability.Exchange exchange) {
    return new CaptionAbilities(model, settings, exchange, Captions.input(model, settings), IMAGE);
  }

  static Ability ofClips() {
    return Ability.predict(
        "Caption clips, given by --clip or by the lines of the input",
        Options.of(CLIP).and(SEARCH).and(PICTURE),
        (model, settings, exchange) -> {
          Captioner captioner = model.captioner();
          ImageInput input = new ImageInput.Pixels(captioner.side(), captioner.frames(), false);
          new CaptionAbilities(model, settings, exchange, input, CLIP)
              .caption(settings.find(CLIP).orElse(List.of()), settings.find(PICTURE).orElse(null));
        });
  }

  /** Says what files show: these, or else those that the input names. */
  private void caption(List<Path> files, @Nullable Path drawn) {
    if (drawn != null) {
      requireDrawable(drawn, files);
      ImageCaption caption = print(files).getFirst();
      Look look = Pictures.look(model, files.getFirst(), input.padded(), caption);
      PictureFile.write(
          drawn,
          () -> LookDrawing.sheet(look),
          () -> LookPage.of(look, caption.texts(), caption.hypotheses()));
    } else if (files.isEmpty()) {
      for (List<Path> some = named(); !some.isEmpty(); some = named()) {
        print(some);
      }
    } else {
      for (int from = 0; from < files.size(); from += Pictures.AT_ONCE) {
        print(files.subList(from, Math.min(files.size(), from + Pictures.AT_ONCE)));
      }
    }
  }

  private void requireDrawable(Path drawn, List<Path> files) {
    if (files.size() != 1) {
      throw new InvalidOptionException(
          formatted("--picture expected one --%s but got %d", option.name(), files.size()));
    }
    PictureFile.requireDrawable(drawn, captioner.hasAttention());
    OutputFile.requireWritable("--picture", drawn);
    OutputFile.requireOther("--picture", drawn, "--" + option.name(), files.getFirst());
    OutputFile.requireOther("--picture", drawn, "--model", Path.of(model.name()));
  }

  /** The next files that the input names; empty at its end. */
  private List<Path> named() {
    List<Path> files = new ArrayList<>();
    while (files.size() < Pictures.AT_ONCE) {
      String line = exchange.readLine();
      if (line == null) {
        break;
      }
      files.addAll(line.isBlank() ? List.of() : option.read(line.strip()));
    }
    return files;
  }

  private List<ImageCaption> print(List<Path> files) {
    List<float[]> images =
        files.stream().map(file -> input.numbers(input.pixels(file), file).array()).toList();
    List<ImageCaption> captions = captioner.caption(images, search);
    for (int i = 0; i < files.size(); i++) {
      ImageCaption caption = captions.get(i);
      number++;
      for (int rank = 0; rank < Math.min(best.orElse(1), caption.texts().size()); rank++) {
        Hypothesis hypothesis = caption.hypotheses().get(rank);
        String text = caption.texts().get(rank);
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put(option.name(), files.get(i).toString());
        figures.put("rank", rank + 1);
        figures.put("caption", text);
        figures.put("score", hypothesis.score());
        figures.put("log_probability", hypothesis.logProbability());
        String score = scores ? formatted("\t%.4f", hypothesis.score()) : "";
        exchange.answer(figures, (best.isPresent() ? number + "\t" : "") + text + score);
      }
    }
    return captions;
  }
}
