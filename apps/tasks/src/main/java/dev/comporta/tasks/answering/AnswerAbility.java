package dev.comporta.tasks.answering;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.frame.Ability;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.QuestionAnswerer;
import dev.comporta.inference.StoryAnswer;
import dev.comporta.tasks.answering.Stories.Question;
import dev.comporta.training.text.WordVocabulary;
import dev.comporta.view.PictureFile;
import dev.comporta.view.StoryPicture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Answers the questions of the input as they are read, and shows what the model attended to. */
final class AnswerAbility {
  private static final Option<Boolean> ATTENTION =
      Option.flag("attention")
          .help("show how much each sentence was attended to at the last step before the answer");
  private static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .help("draw the attention weights for a single question, as .html or .png");

  /** Characters of a bar of full weight. */
  private static final int BAR = 20;

  private final LoadedModel model;
  private final QuestionAnswerer answerer;
  private final Settings settings;
  private final Ability.Exchange exchange;
  private final Set<String> unknown = new HashSet<>();

  private AnswerAbility(LoadedModel model, Settings settings, Ability.Exchange exchange) {
    this.model = model;
    this.answerer = model.questionAnswerer();
    this.settings = settings;
    this.exchange = exchange;
  }

  static Ability predict() {
    return Ability.predict(
        "Answer the questions about stories, with or without the numbers of bAbI's lines",
        Options.of(ATTENTION, PICTURE),
        (model, settings, exchange) -> new AnswerAbility(model, settings, exchange).run());
  }

  private void run() {
    Path picture = settings.find(PICTURE).orElse(null);
    if (picture != null) {
      PictureFile.requireKnown(picture);
      OutputFile.requireForModel(PICTURE, model, settings);
    }
    StoryReader reader = new StoryReader(exchange.inputName(), false, null);
    List<Answered> drawn = new ArrayList<>();
    int questions = 0;
    for (String line = exchange.readLine(); line != null; line = exchange.readLine()) {
      Question question = reader.read(line);
      if (question == null) {
        tellUnknown(reader.facts().isEmpty() ? "" : reader.facts().getLast());
        continue;
      }
      tellUnknown(question.text());
      questions++;
      if (picture == null) {
        give(question, answerer.answer(reader.facts(), question.text()));
      } else if (questions == 1) {
        drawn.add(new Answered(question, answerer.answer(reader.facts(), question.text())));
      }
    }
    if (picture != null) {
      if (questions != 1) {
        throw new InvalidOptionException(
            formatted(
                "--picture expected one question but the input has %d; ask one at a time",
                questions));
      }
      draw(picture, drawn.getFirst());
    }
  }

  /** A question with the answer to draw. */
  private record Answered(Question question, StoryAnswer answer) {}

  private void draw(Path file, Answered drawn) {
    StoryAnswer answer = drawn.answer;
    if (answer.attention().isEmpty()) {
      throw new InvalidOptionException(
          "--picture expected a model with attention but this one has none");
    }
    give(drawn.question, answer);
    StoryPicture.write(
        file,
        new StoryPicture.Asked(
            model.name(),
            drawn.question.text(),
            answer.answer().label(),
            answer.answer().probability(),
            answer.sentences(),
            answer.steps().stream().map(AnswerAbility::step).toList(),
            answer.attention()));
  }

  /** Reports each unknown word once. */
  private void tellUnknown(String sentence) {
    for (String word : answerer.unknown(sentence)) {
      if (unknown.add(word)) {
        exchange.log(
            formatted("the model does not know '%s' and reads %s", word, WordVocabulary.UNKNOWN));
      }
    }
  }

  private static String step(String token) {
    return token.equals(WordVocabulary.END) ? "?" : token;
  }

  private void give(Question question, StoryAnswer answer) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("question", question.text());
    figures.put("answer", answer.answer().label());
    figures.put("probability", answer.answer().probability());
    if (!question.answer().isEmpty()) {
      figures.put("right", question.answer().equals(answer.answer().label()));
    }
    String text = formatted("%s  %.4f", answer.answer().label(), answer.answer().probability());
    if (settings.get(ATTENTION)) {
      List<List<Float>> weights = new ArrayList<>();
      for (float[] step : answer.attention()) {
        List<Float> row = new ArrayList<>();
        for (float weight : step) {
          row.add(weight);
        }
        weights.add(row);
      }
      figures.put("sentences", answer.sentences());
      figures.put("steps", answer.steps().stream().map(AnswerAbility::step).toList());
      figures.put("attention", weights);
      text += bars(answer);
    }
    exchange.answer(figures, text);
  }

  /** A line for each sentence with its weight at the last step, as a number and as a bar. */
  private static String bars(StoryAnswer answer) {
    StringBuilder text = new StringBuilder();
    if (answer.attention().isEmpty()) {
      return text.append(formatted("%n  (this model has no attention)")).toString();
    }
    float[] weights = answer.attention().getLast();
    int width =
        answer.sentences().stream()
            .mapToInt(it -> it.codePointCount(0, it.length()))
            .max()
            .orElse(0);
    for (int s = 0; s < answer.sentences().size(); s++) {
      String sentence = answer.sentences().get(s);
      String padding = " ".repeat(width - sentence.codePointCount(0, sentence.length()));
      text.append(
          formatted(
              "%n  %s%s  %5.1f %%  %s",
              sentence, padding, 100 * weights[s], "#".repeat(Math.round(weights[s] * BAR))));
    }
    return text.toString();
  }
}
