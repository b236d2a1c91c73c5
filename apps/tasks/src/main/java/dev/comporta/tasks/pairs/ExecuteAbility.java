package dev.comporta.tasks.pairs;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.attention.decoding.BeamSearch;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.frame.Ability;
import dev.comporta.frame.ColoredText;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.TranslatedText;
import dev.comporta.inference.TranslationSettings;
import dev.comporta.inference.Translator;
import dev.comporta.tasks.programs.ProgramReader;
import dev.comporta.tasks.programs.ProgramReader.Known;
import dev.comporta.training.text.PlainSplitting;
import dev.comporta.training.text.WordVocabulary;
import dev.comporta.view.PictureFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Predicts the output of the programs of the input, and marks the characters that are right. */
final class ExecuteAbility {
  private static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .help("draw the attention weights for a single program, as .html or .png");
  private static final TranslationSettings GREEDY =
      new TranslationSettings(BeamSettings.GREEDY, OptionalInt.empty(), 1);
  private static final int RED = 1;
  private static final int GREEN = 2;

  private final LoadedModel model;
  private final Translator translator;
  private final Ability.Exchange exchange;
  private final Set<String> unknown = new HashSet<>();

  private ExecuteAbility(LoadedModel model, Ability.Exchange exchange) {
    this.model = model;
    this.translator = model.translator();
    this.exchange = exchange;
  }

  static Ability predict() {
    return Ability.predict(
        "Predict the output of programs, separated by empty lines, and compare it with their real output",
        Options.of(PICTURE),
        (model, settings, exchange) -> new ExecuteAbility(model, exchange).run(settings));
  }

  private void run(Settings settings) {
    Path picture = settings.find(PICTURE).orElse(null);
    if (picture != null) {
      PictureFile.requireDrawable(picture, translator.hasAttention());
      OutputFile.requireForModel(PICTURE, model, settings);
    }
    List<Known> drawn = new ArrayList<>();
    ProgramReader reader =
        new ProgramReader(
            exchange.inputName(),
            it -> {
              if (picture == null) {
                give(it, translator.translate(List.of(it.program()), GREEDY).getFirst());
              } else {
                drawn.add(it);
              }
            });
    for (String line = exchange.readLine(); line != null; line = exchange.readLine()) {
      reader.add(line);
    }
    reader.end();
    if (picture != null) {
      if (drawn.size() != 1) {
        throw new InvalidOptionException(
            formatted("--picture expected a single program but the input has %d", drawn.size()));
      }
      String program = drawn.getFirst().program();
      BeamSearch.Found found = translator.decode(program, GREEDY);
      give(drawn.getFirst(), translator.answer(program, found));
      Alignments.of(model, program, found).write(picture);
    }
  }

  private void give(Known known, TranslatedText answer) {
    tellUnknown(known.program());
    String output = answer.text();
    String expected = known.output();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("program", known.program());
    figures.put("output", output);
    figures.put("expected", expected);
    figures.put("exact", output.equals(expected));
    List<Boolean> right = new ArrayList<>();
    ColoredText text = new ColoredText();
    for (int i = 0; i < output.length(); i++) {
      right.add(i < expected.length() && output.charAt(i) == expected.charAt(i));
      text.add(output.substring(i, i + 1), right.getLast() ? GREEN : RED);
    }
    figures.put("right", right);
    text.add(
        output.equals(expected)
            ? "  right"
            : formatted(
                "  %d of %d characters are right: the program prints %s",
                right.stream().filter(it -> it).count(), expected.length(), expected));
    exchange.answer(figures, text);
  }

  /** Says once of each character that the model does not know it. */
  private void tellUnknown(String program) {
    for (String token : translator.codecs().source().tokens(program)) {
      if (translator.codecs().source().vocabulary().id(token)
              == translator.codecs().source().unknown()
          && unknown.add(token)) {
        exchange.log(
            formatted(
                "the model was not trained on '%s' and reads %s",
                PlainSplitting.CHARACTERS.shown(token), WordVocabulary.UNKNOWN));
      }
    }
  }
}
