package dev.comporta.tasks.translation;

import static dev.comporta.api.Formatting.formatted;

import com.google.inject.Inject;
import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.tasks.ComputeFactory;
import dev.comporta.tasks.Task;
import dev.comporta.tasks.TaskContext;
import dev.comporta.tasks.TaskOption;
import dev.comporta.tasks.TaskReport;
import dev.comporta.tasks.job.JobDefaults;
import dev.comporta.tasks.job.Outputs;
import dev.comporta.tasks.job.Resumption;
import dev.comporta.training.text.WordVocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Translation between two languages, learned from parallel files of one sentence a line: a
 * bidirectional GRU reads, a GRU with additive attention writes (Bahdanau et al. 2015).
 */
@API(status = API.Status.EXPERIMENTAL)
public final class TranslationTask implements Task {
  private static final String TASK = "translation";
  private static final Set<String> FREE_ON_RESUME =
      Set.of("source", "target", "validation-source", "validation-target");

  private static final PairSettings.Defaults DEFAULTS =
      new PairSettings.Defaults(
          TextSettings.WORDS,
          256,
          256,
          0.4,
          0.1,
          64,
          new JobDefaults(TASK, 12, 0, "adam", 0.002, Spec.of("cosine"), 1, 200));

  private final Catalog catalog;
  private final ComputeFactory computers;

  /**
   * Creates the task.
   *
   * @param catalog where cells, layers and rules are found
   * @param computers opens what it computes with
   */
  @Inject
  public TranslationTask(Catalog catalog, ComputeFactory computers) {
    this.catalog = catalog;
    this.computers = computers;
  }

  @Override
  public String name() {
    return TASK;
  }

  @Override
  public String description() {
    return "translation learned from two files of one sentence a line (Bahdanau et al. 2015)";
  }

  @Override
  public String unit() {
    return "token";
  }

  @Override
  public String describe(double loss) {
    return formatted("loss %.4f nats, perplexity %.2f per token", loss, Math.exp(loss));
  }

  @Override
  public List<TaskOption> options() {
    List<TaskOption> options = new ArrayList<>();
    options.add(TaskOption.text("source", "", "file to translate from, one sentence a line"));
    options.add(TaskOption.text("target", "", "its translation, line by line"));
    options.add(TaskOption.text("validation-source", "", "measure with this after each epoch"));
    options.add(TaskOption.text("validation-target", "", "its translation, line by line"));
    options.addAll(PairSettings.options(DEFAULTS));
    return options;
  }

  @Override
  public TaskReport run(Spec given, TaskContext context) {
    Resumption resumption =
        Resumption.of(given, FREE_ON_RESUME, it -> Settings.read(it).kept(), context.log());
    Settings settings = Settings.read(resumption.settings());
    try (Outputs _ = settings.training.claim(catalog, context.log())) {
      return train(settings, resumption, context);
    }
  }

  private TaskReport train(Settings settings, Resumption resumption, TaskContext context) {
    FilePairs files = FilePairs.read(Path.of(settings.source), Path.of(settings.target));
    List<PairData.Pair> pairs = files.whole();
    if (pairs.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[translation] expected pairs to learn from but every line of %s or of %s is empty",
              settings.source, settings.target));
    }
    if (pairs.size() < files.pairs().size()) {
      context
          .log()
          .accept(
              formatted(
                  "%,d of %,d pairs are left out because a side is empty",
                  files.pairs().size() - pairs.size(), files.pairs().size()));
    }
    if (settings.training.text().tokens().equals(PlainSplitting.WORDS.option())) {
      reservedWords(files, settings).forEach(context.log());
    }
    List<PairData.Pair> validation =
        settings.validationSource.isEmpty()
            ? List.of()
            : FilePairs.read(Path.of(settings.validationSource), Path.of(settings.validationTarget))
                .whole();
    PairData data =
        new PairData(
            settings.source + " and " + settings.target,
            files.sha256(),
            pairs,
            validation,
            List.of());
    return new PairTraining(settings.training, data, catalog, context)
        .run(settings.kept(), resumption.checkpoint(), computers);
  }

  /** Notes on words of the text that have another meaning in a vocabulary of words. */
  private static List<String> reservedWords(FilePairs files, Settings settings) {
    List<String> notes = new ArrayList<>();
    List<String> sources = files.pairs().stream().map(PairData.Pair::source).toList();
    List<String> targets = files.pairs().stream().map(PairData.Pair::target).toList();
    note(settings.source, sources, WordVocabulary.UNKNOWN, WordVocabulary::hasUnknown, notes);
    note(settings.source, sources, WordVocabulary.END, WordVocabulary::hasEnd, notes);
    note(settings.target, targets, WordVocabulary.UNKNOWN, WordVocabulary::hasUnknown, notes);
    note(settings.target, targets, WordVocabulary.END, WordVocabulary::hasEnd, notes);
    return notes;
  }

  private static void note(
      String file, List<String> lines, String word, Predicate<String> has, List<String> notes) {
    long count = lines.stream().filter(has).count();
    if (count > 0) {
      int first =
          IntStream.range(0, lines.size())
              .filter(i -> has.test(lines.get(i)))
              .findFirst()
              .orElse(0);
      notes.add(
          formatted(
              "%s has the reserved word '%s' in %,d lines, the first of them line %d: it is taken as a word that is not in the vocabulary",
              file, word, count, first + 1));
    }
  }

  private record Settings(
      String source,
      String target,
      String validationSource,
      String validationTarget,
      PairSettings training) {
    static Settings read(Spec given) {
      OptionReader options = given.reader();
      Settings settings =
          new Settings(
              options.text("source", ""),
              options.text("target", ""),
              options.text("validation-source", ""),
              options.text("validation-target", ""),
              PairSettings.read(given, options, DEFAULTS));
      settings.requireFiles();
      return settings;
    }

    private void requireFiles() {
      if (source.isEmpty() || target.isEmpty()) {
        throw new InvalidOptionException(
            formatted(
                "[translation] expected --source and --target, two files of one sentence a line, but got %s",
                source.isEmpty() && target.isEmpty() ? "none" : "one of them"));
      }
      if (validationSource.isEmpty() != validationTarget.isEmpty()) {
        throw new InvalidOptionException(
            "[translation] expected --validation-source and --validation-target together but got one of them");
      }
    }

    Spec kept() {
      Spec kept = Spec.of(TASK).with("source", source).with("target", target);
      if (!validationSource.isEmpty()) {
        kept =
            kept.with("validation-source", validationSource)
                .with("validation-target", validationTarget);
      }
      return training.keptIn(kept);
    }
  }
}
