package dev.comporta.tasks.handwriting;

import dev.comporta.frame.Ability;
import dev.comporta.frame.decoding.DecodingOptions;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.HandwritingWriter;
import dev.comporta.inference.Ink;
import dev.comporta.inference.LoadedModel;
import dev.comporta.view.InkPicture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes the texts of the input, and draws them. */
final class SynthesisAbility {
  private static final Option<Double> BIAS =
      Option.real("bias", 0, HandwritingWriter.MOST_BIAS)
          .or(1.0)
          .in(Group.DECODING)
          .notKept()
          .help(
              "0 samples from the learned distribution; larger values make the writing more regular");
  private static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .help("draw the strokes: an .svg or .png image, or an .html page");

  private SynthesisAbility() {}

  static Ability predict() {
    return Ability.predict(
        "Generate pen strokes for each line of the input, as JSON",
        Options.of(BIAS, DecodingOptions.SEED, PICTURE),
        SynthesisAbility::run);
  }

  private static void run(LoadedModel model, Settings settings, Ability.Exchange exchange) {
    HandwritingWriter writer = model.handwritingWriter();
    Path picture = settings.find(PICTURE).orElse(null);
    if (picture != null) {
      InkPicture.requireKnown(picture);
      OutputFile.requireForModel(PICTURE, model, settings);
    }
    List<InkPicture.Word> drawn = new ArrayList<>();
    for (String line = exchange.readLine(); line != null; line = exchange.readLine()) {
      String text = line.strip();
      if (text.isEmpty()) {
        continue;
      }
      Ink ink = writer.write(text, settings.get(BIAS), settings.get(DecodingOptions.SEED));
      exchange.answer(HandwritingSynthesis.figures(text, ink), JsonInk.write(text, ink));
      if (drawn.size() < InkPicture.MOST) {
        drawn.add(new InkPicture.Word(ink.strokes(), text, ""));
      }
    }
    if (picture != null) {
      InkPicture.write(picture, drawn);
    }
  }
}
