package example.labels;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.*;
import dev.comporta.frame.options.*;
import dev.comporta.frame.training.*;
import dev.comporta.inference.LoadedModel;
import dev.comporta.serialization.*;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.SequenceExamples;
import dev.comporta.training.data.SequenceExamples.Example;
import dev.comporta.training.text.*;
import java.nio.file.Path;
import java.util.*;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A label for each sentence: learned from a TSV file with a label and a sentence in each line. */
public final class SentenceLabels implements Task {
  private static final Option<Path> DATA =
      TrainingOptions.DATA.help("TSV file with a label, a tab and a sentence in each line");
  private static final Option<Integer> HELD_OUT =
      Option.whole("held-out", 2)
          .or(5)
          .in(Group.DATA)
          .help("hold out every N-th line for validation and the test");

  private record Line(String label, String sentence) {}

  @Override
  public String name() {
    return "sentence-labels";
  }

  @Override
  public String description() {
    return "a classifier of sentences, compared with the most frequent label";
  }

  @Override
  public Options options() {
    return Options.of(
            DATA,
            HELD_OUT,
            LayerOptions.CELL.or(Spec.of("gru")),
            LayerOptions.EMBEDDING.or(16),
            LayerOptions.HIDDEN.or(32),
            LayerOptions.BATCH.or(8))
        .and(TrainingOptions.of(name(), TrainingDefaults.epochs(20, 0.01)));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(16, settings.get(LayerOptions.BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    Corpus file = CorpusReader.read(settings.get(DATA));
    List<Line> training = new ArrayList<>();
    List<Line> heldOut = new ArrayList<>();
    for (Line line : lines(file)) {
      boolean held = (training.size() + heldOut.size() + 1) % settings.get(HELD_OUT) == 0;
      (held ? heldOut : training).add(line);
    }
    if (heldOut.isEmpty()) {
      throw new ComportaException(
          "[sentence-labels] expected at least %d lines in %s but got %d"
              .formatted(settings.get(HELD_OUT), file.name(), training.size()));
    }
    ModelFile origin = context.origin();
    WordVocabulary.Counter counter = new WordVocabulary.Counter();
    training.forEach(line -> counter.add(line.sentence()));
    List<String> tokens =
        origin == null ? counter.vocabulary(1, 100_000).tokens() : tokens(origin, "words");
    List<String> labels =
        origin == null
            ? training.stream().map(Line::label).distinct().sorted().toList()
            : tokens(origin, "labels");
    WordVocabulary words = WordVocabulary.ofTokens(tokens);
    List<Spec> layers = new ArrayList<>();
    layers.add(
        Spec.of("embedding")
            .with("vocabulary", words.size())
            .with("size", settings.get(LayerOptions.EMBEDDING)));
    layers.addAll(LayerOptions.recurrent(settings));
    layers.add(Spec.of("pool-time").with("mode", "last"));
    layers.add(Spec.of("dense").with("units", labels.size()));
    return new Experiment(
        new Experiment.DataSource(file.name(), file.sha256()),
        Recipe.of(Spec.of(SequenceModel.KIND).with("layers", layers), Spec.of("cross-entropy"))
            .withVocabularies(
                List.of(
                    new Vocabulary("words", "words", tokens),
                    new Vocabulary("labels", "labels", labels))),
        examples(training, words, labels, settings),
        examples(heldOut, words, labels, settings),
        "%,d sentences".formatted(training.size()),
        trained -> score(trained, heldOut));
  }

  private static SequenceExamples examples(
      List<Line> lines, WordVocabulary words, List<String> labels, Settings settings) {
    List<Example> examples = new ArrayList<>();
    for (Line line : lines) {
      int label = labels.indexOf(line.label());
      if (label < 0) {
        throw new ComportaException(
            "[sentence-labels] expected one of the labels %s but got '%s'"
                .formatted(labels, line.label()));
      }
      examples.add(new Example(words.words(line.sentence()), new int[] {label}));
    }
    return new SequenceExamples(
        examples,
        Math.min(settings.get(LayerOptions.BATCH), examples.size()),
        10,
        new CounterRandom(settings.get(TrainingOptions.SEED)).stream("sentences"));
  }

  private static Score score(LoadedModel model, List<Line> lines) {
    Map<String, Long> counts =
        lines.stream().collect(Collectors.groupingBy(Line::label, Collectors.counting()));
    String frequent = Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
    Function<String, String> classifier = classifier(model);
    double size = lines.size();
    double right =
        lines.stream().filter(it -> classifier.apply(it.sentence()).equals(it.label())).count();
    String text =
        "%.1f %% of %d sentences have the right label".formatted(100 * right / size, lines.size());
    return Score.higher("accuracy", Map.of("accuracy", right / size), text)
        .against("the label '%s' for all".formatted(frequent), counts.get(frequent) / size);
  }

  private static Function<String, String> classifier(LoadedModel model) {
    return sentence -> model.classifier().classify(sentence).label();
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.of(
        Options.of(DATA), (model, settings) -> score(model, lines(CorpusReader.read(settings.get(DATA)))));
  }

  @Override
  public List<Ability> abilities() {
    return List.of(
        Ability.predict(
            "Predict the label of each sentence, one a line",
            Options.of(),
            (model, settings, exchange) ->
                exchange
                    .input()
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(classifier(model))
                    .forEach(label -> exchange.answer(Map.of("label", label), label))));
  }

  private static List<String> tokens(ModelFile file, String name) {
    return file.vocabulary(name).tokens();
  }

  private static List<Line> lines(Corpus file) {
    List<Line> lines = new ArrayList<>();
    for (String line : (Iterable<String>) file.text().lines()::iterator) {
      String[] cells = line.strip().split("\t", -1);
      if (cells.length != 2 || cells[1].isBlank()) {
        throw new ComportaException(
            "[sentence-labels] expected a label, a tab and a sentence at line %d of %s"
                .formatted(lines.size() + 1, file.name()));
      }
      lines.add(new Line(cells[0], cells[1]));
    }
    return lines;
  }
}
