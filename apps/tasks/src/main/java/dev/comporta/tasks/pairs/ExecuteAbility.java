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
import java.util.function.Predicate;

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
  private final ProgramCodec codec;
  private final Ability.Exchange exchange;
  private final Set<String> unknown = new HashSet<>();

  private ExecuteAbility(LoadedModel model, boolean reversed, Ability.Exchange exchange) {
    this.model = model;
    this.translator = model.translator();
    this.codec = new ProgramCodec(translator.codecs(), reversed);
    this.exchange = exchange;
  }

  /**
   * The ability.
   *
   * @param reversed whether a model generates outputs from the last character to the first
   */
  static Ability predict(Predicate<LoadedModel> reversed) {
    return Ability.predict(
        "Predict the output of programs, separated by empty lines, and compare it with their real output",
        Options.of(PICTURE),
        (model, settings, exchange) ->
            new ExecuteAbility(model, reversed.test(model), exchange).run(settings));
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
    String output = codec.ordered(answer.text());
    String expected = known.output();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("program", known.program());
    figures.put("output", output);
    figures.put("expected", expected);
    figures.put("exact", output.equals(expected));
    List<Boolean> right = new ArrayList<>();
    ColoredText text = new ColoredText();
    // Outputs of different lengths are compared from the character that was generated first.
    int offset = codec.reversed() ? expected.length() - output.length() : 0;
    for (int i = 0; i < output.length(); i++) {
      int at = i + offset;
      right.add(at >= 0 && at < expected.length() && output.charAt(i) == expected.charAt(at));
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
    for (String token : codec.sides().source().tokens(program)) {
      if (codec.sides().source().vocabulary().id(token) == codec.sides().source().unknown()
          && unknown.add(token)) {
        exchange.log(
            formatted(
                "the model was not trained on '%s' and reads %s",
                PlainSplitting.CHARACTERS.shown(token), WordVocabulary.UNKNOWN));
      }
    }
  }
}
