package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.frame.Ability;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.ImageAnswer;
import dev.comporta.inference.ImageQuestionAnswerer;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.content.StoredStories;
import dev.comporta.training.text.WordVocabulary;
import dev.comporta.view.Look;
import dev.comporta.view.LookDrawing;
import dev.comporta.view.LookPage;
import dev.comporta.view.PictureFile;
import dev.comporta.view.SquarePicture;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers questions about files of pictures, and shows where the model looked. */
final class QuestionAbility {
  private static final Option<Path> IMAGE =
      Option.path("image", "FILE")
          .help(
              "a square PNG image for all questions; each line of the input is then a question only");
  private static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .help("draw the attention weights for a single question, as .html or .png");

  private final LoadedModel model;
  private final ImageQuestionAnswerer answerer;
  private final Ability.Exchange exchange;
  private final Set<String> unknown = new HashSet<>();

  private QuestionAbility(LoadedModel model, Ability.Exchange exchange) {
    this.model = model;
    this.answerer = model.imageQuestionAnswerer();
    this.exchange = exchange;
  }

  /** A question about a file; its answer is empty if it is not known. */
  private record Asked(Path file, String question, String answer) {}

  static Ability predict() {
    return Ability.predict(
        "Answer questions about pictures, one per line: a file, a tab and a question",
        Options.of(IMAGE, PICTURE),
        (model, settings, exchange) -> new QuestionAbility(model, exchange).run(settings));
  }

  private void run(Settings settings) {
    Path picture = settings.find(PICTURE).orElse(null);
    Path image = settings.find(IMAGE).orElse(null);
    if (picture != null) {
      PictureFile.requireDrawable(picture, answerer.hasAttention());
      OutputFile.requireForModel(PICTURE, model, settings);
    }
    List<Asked> drawn = new ArrayList<>();
    int number = 0;
    for (String line = exchange.readLine(); line != null; line = exchange.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      Asked asked = asked(line, number, image);
      if (picture == null) {
        answer(asked, SquarePicture.read(asked.file()));
      } else {
        drawn.add(asked);
      }
    }
    if (picture != null) {
      if (drawn.size() != 1) {
        throw new InvalidOptionException(
            formatted("--picture expected a single question but the input has %d", drawn.size()));
      }
      Asked asked = drawn.getFirst();
      OutputFile.requireOther("--picture", picture, "the picture of the question", asked.file());
      BufferedImage scene = SquarePicture.read(asked.file());
      Look look = look(asked, scene, answer(asked, scene));
      PictureFile.write(
          picture, () -> LookDrawing.sheet(look), () -> LookPage.of(look, List.of(), List.of()));
    }
  }

  /** A line: the file, unless all questions are about one, the question, and perhaps its answer. */
  private Asked asked(String line, int number, @Nullable Path image) {
    List<String> cells = List.of(line.split("\t", -1));
    int first = image == null ? 1 : 0;
    if (cells.size() <= first
        || (image == null ? cells.getFirst().isBlank() : cells.size() > 1)
        || StoredStories.split(cells.get(first)).isEmpty()) {
      throw new ComportaException(
          formatted(
              "[questions] expected %s at line %d of %s but got '%s'",
              image == null
                  ? "the file of a picture, a tab and a question"
                  : "a question only, because --image gives the picture,",
              number,
              exchange.inputName(),
              Printable.quote(line)));
    }
    return new Asked(
        image == null ? IMAGE.read(cells.getFirst().strip()) : image,
        cells.get(first).strip(),
        cells.size() > first + 1 ? cells.get(first + 1).strip() : "");
  }

  private ImageAnswer answer(Asked asked, BufferedImage scene) {
    for (String word : answerer.unknown(asked.question())) {
      if (unknown.add(word)) {
        exchange.log(
            formatted("the model does not know '%s' and reads %s", word, WordVocabulary.UNKNOWN));
      }
    }
    ImageAnswer answer = answerer.answer(Pictures.array(scene, answerer.side()), asked.question());
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("image", asked.file().toString());
    figures.put("question", asked.question());
    figures.put("answer", answer.answer().label());
    figures.put("probability", answer.answer().probability());
    if (!asked.answer().isEmpty()) {
      figures.put("right", asked.answer().equals(answer.answer().label()));
    }
    exchange.answer(
        figures, formatted("%s  %.4f", answer.answer().label(), answer.answer().probability()));
    return answer;
  }

  private Look look(Asked asked, BufferedImage scene, ImageAnswer answer) {
    List<Look.Word> words = new ArrayList<>();
    for (int i = 0; i < answer.attention().size(); i++) {
      String step = answer.steps().get(i);
      words.add(
          new Look.Word(
              step.equals(WordVocabulary.END) ? "?" : step, Double.NaN, answer.attention().get(i)));
    }
    return new Look(
        model.name(),
        scene,
        formatted(
            "%s  %s %.2f",
            asked.question(), answer.answer().label(), answer.answer().probability()),
        answerer.rows(),
        answerer.columns(),
        words);
  }
}
