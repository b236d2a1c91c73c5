package dev.comporta.tasks.pairs;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.attention.decoding.BeamSearch;
import dev.comporta.frame.Ability;
import dev.comporta.frame.decoding.DecodingOptions;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.TranslatedText;
import dev.comporta.inference.TranslationSettings;
import dev.comporta.inference.Translator;
import dev.comporta.training.text.SentenceFile;
import dev.comporta.training.text.TextCodec;
import dev.comporta.view.PictureFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Translates sentences: {@code comporta translate}, which is {@code comporta predict} too. */
final class TranslateAbility {
  private static final Option<Integer> MAX_LENGTH =
      Option.whole("max-length", 1)
          .or(_ -> null, "twice the length of the source plus ten")
          .in(Group.DECODING)
          .notKept()
          .help("maximum length of a translation in tokens, including its end");
  private static final Option<Integer> BATCH =
      Option.whole("batch", 1)
          .or(32)
          .in(Group.DECODING)
          .notKept()
          .help("sentences decoded together; answers are the same for any number");
  private static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .help("draw the attention weights for one sentence, as .html or .png");

  private final LoadedModel model;
  private final Translator translator;
  private final Settings settings;
  private final Ability.Exchange exchange;
  private long number;

  private TranslateAbility(LoadedModel model, Settings settings, Ability.Exchange exchange) {
    this.model = model;
    this.translator = model.translator();
    this.settings = settings;
    this.exchange = exchange;
  }

  static Ability ability(String name) {
    return new Ability(
        name,
        "Translate sentences, one per line",
        Options.of(
                DecodingOptions.BEAM,
                DecodingOptions.LENGTH_PENALTY,
                DecodingOptions.COVERAGE_PENALTY,
                MAX_LENGTH,
                DecodingOptions.SAMPLE)
            .and(DecodingOptions.sampling())
            .and(DecodingOptions.N_BEST, DecodingOptions.SCORES, BATCH, PICTURE),
        "SENTENCE",
        (model, settings, exchange) -> new TranslateAbility(model, settings, exchange).run());
  }

  private void run() {
    TranslationSettings how =
        new TranslationSettings(
            DecodingOptions.search(settings),
            settings.find(MAX_LENGTH).map(OptionalInt::of).orElseGet(OptionalInt::empty),
            settings.get(BATCH));
    List<String> sentences = exchange.arguments();
    if (settings.isGiven(PICTURE)) {
      draw(settings.get(PICTURE), how, sentences);
      return;
    }
    // Closing translates the good lines before a bad one.
    try (Translator.Stream stream = translator.stream(how, this::give)) {
      if (sentences.isEmpty()) {
        SentenceFile.forEach(exchange.bytes(), exchange.inputName(), stream::add);
      } else {
        sentences.forEach(stream::add);
      }
    }
  }

  private void draw(Path file, TranslationSettings how, List<String> sentences) {
    if (sentences.size() != 1) {
      throw new InvalidOptionException(
          "--picture expected one sentence on the command line but got " + sentences.size());
    }
    String sentence = sentences.getFirst();
    if (TextCodec.isBlank(sentence)) {
      throw new InvalidOptionException(
          "--picture expected a sentence with words but got a blank one; give a sentence");
    }
    PictureFile.requireDrawable(file, translator.hasAttention());
    OutputFile.requireForModel(PICTURE, model, settings);
    BeamSearch.Found found = translator.decode(sentence, how);
    give(translator.answer(sentence, found));
    Alignments.of(model, sentence, found).write(file);
  }

  private void give(TranslatedText answer) {
    number++;
    boolean several = settings.isGiven(DecodingOptions.N_BEST);
    int best = Math.min(settings.find(DecodingOptions.N_BEST).orElse(1), answer.outputs().size());
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < best; i++) {
      String line = Printable.line(answer.outputs().get(i));
      if (settings.get(DecodingOptions.SCORES)) {
        line += formatted("\t%.4f", answer.scores().get(i));
      }
      lines.add(several ? number + "\t" + line : line);
    }
    Map<String, Object> figures = new LinkedHashMap<>(row(answer, 0));
    if (several) {
      figures.put("n_best", IntStream.range(0, best).mapToObj(i -> row(answer, i)).toList());
    }
    exchange.answer(figures, String.join(System.lineSeparator(), lines));
  }

  private static Map<String, Object> row(TranslatedText answer, int i) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("translation", answer.outputs().get(i));
    row.put("score", answer.scores().get(i));
    return row;
  }
}
