package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.api.model.OptionReader;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.attention.decoding.Decoding;
import dev.comporta.attention.decoding.SamplingSettings;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.tasks.Compute;
import dev.comporta.tasks.OutputFile;
import dev.comporta.tasks.translation.Translation;
import dev.comporta.tasks.translation.TranslationModel;
import dev.comporta.tasks.translation.TranslationPicture;
import dev.comporta.tasks.translation.TranslationPool;
import dev.comporta.tasks.translation.TranslationSearch;
import dev.comporta.training.text.SentenceFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code comporta translate}: translates sentences, those given or one a line of standard input.
 */
@Command(
    name = "translate",
    mixinStandardHelpOptions = true,
    description =
        "Translate standard input, one sentence a line, with a model of train dates, numbers or translation.")
final class TranslateCommand implements Callable<Integer> {
  private static final List<String> SEARCHING =
      List.of("--beam", "--length-penalty", "--coverage-penalty");

  @Spec private CommandSpec spec;

  @Mixin private ComputeOptions compute;

  @Mixin private SamplingOptions sampling;

  @Parameters(
      arity = "0..*",
      paramLabel = "SENTENCE",
      description = "sentences, instead of standard input")
  private List<String> sentences = List.of();

  @Option(names = "--model", required = true, paramLabel = "FILE", description = "the model file")
  private Path model;

  @Option(
      names = "--beam",
      paramLabel = "N",
      description = "hypotheses kept at every token; 1 is greedy (default: ${DEFAULT-VALUE})")
  private int beam = 5;

  @Option(
      names = "--length-penalty",
      paramLabel = "X",
      description =
          "0 ranks by probability, 1 near the mean over tokens (default: ${DEFAULT-VALUE})")
  private double lengthPenalty = 1;

  @Option(
      names = "--coverage-penalty",
      paramLabel = "X",
      description = "how much words never looked at count against (default: ${DEFAULT-VALUE})")
  private double coveragePenalty;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description =
          "most tokens of a translation, its end counted (default: twice the sentence's and ten)")
  private @Nullable Integer maxLength;

  @Option(
      names = "--sample",
      description =
          "draw translations token by token instead of searching; the same sentence and seed draw the same")
  private boolean sample;

  @Option(
      names = "--n-best",
      paramLabel = "K",
      description =
          "print the K best of each sentence, or K samples, each line with the sentence's number, a tab, and the text")
  private @Nullable Integer nBest;

  @Option(names = "--scores", description = "print the score after each text and a tab")
  private boolean scores;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "sentences decoded side by side (default: ${DEFAULT-VALUE})")
  private int batch = 32;

  @Option(
      names = "--picture",
      paramLabel = "FILE",
      description = "draw where the model looked for one sentence, as .html or .png")
  private @Nullable Path picture;

  private long number;

  @Override
  public Integer call() {
    Decoding decoding = decoding();
    check();
    Path drawn = picture;
    if (drawn != null) {
      OutputFile.requireWritable("--picture", drawn);
      OutputFile.requireOther("--picture", drawn, "--model", model);
    }
    Application application = new Application();
    TranslationModel loaded = TranslationModel.read(model, application.catalog());
    if (drawn != null) {
      TranslationPicture.requireDrawable(drawn, loaded);
    }
    try (Compute opened = compute.open(application.computers())) {
      ModelRunner runner = opened.runner(loaded.model());
      if (drawn != null) {
        TranslationSearch search = loaded.search(sentences.getFirst(), decoding, longest(), runner);
        print(List.of(search.translation()));
        TranslationPicture.write(drawn, search, loaded);
        return 0;
      }
      TranslationPool pool =
          new TranslationPool(loaded, decoding, longest(), batch, runner, this::print);
      if (sentences.isEmpty()) {
        translateLines(pool);
      } else {
        sentences.forEach(pool::add);
      }
      pool.flush();
    }
    return 0;
  }

  /** The good lines before one that cannot be read are translated before it is refused. */
  private static void translateLines(TranslationPool pool) {
    try {
      SentenceFile.forEach(System.in, "standard input", pool::add);
    } catch (ComportaException e) {
      pool.flush(); // empty if it was the pool that failed
      throw e;
    }
  }

  private OptionalInt longest() {
    return maxLength == null ? OptionalInt.empty() : OptionalInt.of(maxLength);
  }

  private Decoding decoding() {
    if (sample) {
      IdleFlags.refuseBeside(spec, SEARCHING, "searches", "--sample");
    } else {
      IdleFlags.refuse(spec, SamplingOptions.NAMES, "--sample");
    }
    Integer best = nBest;
    if (best != null && (best < 1 || (!sample && best > beam))) {
      throw new InvalidOptionException(
          sample
              ? "--n-best expected a number of samples, 1 or more, but got " + best
              : formatted(
                  "--n-best expected a number from 1 to the beam of %d but got %d", beam, best));
    }
    return sample
        ? new SamplingSettings(sampling.sampler(), best == null ? 1 : best, sampling.seed())
        : new BeamSettings(beam, lengthPenalty, coveragePenalty);
  }

  private void check() {
    Integer most = maxLength;
    if (most != null) {
      Numbers.require("--max-length", most, 1, OptionReader.LARGEST_SIZE);
    }
    Numbers.require("--batch", batch, 1, Integer.MAX_VALUE);
    if (picture != null && sentences.size() != 1) {
      throw new InvalidOptionException(
          "--picture expected one sentence on the command line but got " + sentences.size());
    }
    if (picture != null && TranslationModel.isBlank(sentences.getFirst())) {
      throw new InvalidOptionException(
          "--picture expected a sentence with words but got a blank one; nothing is searched for it");
    }
  }

  private void print(List<Translation> translations) {
    PrintWriter out = spec.commandLine().getOut();
    for (Translation translation : translations) {
      number++;
      int best = nBest == null ? 1 : Math.min(nBest, translation.outputs().size());
      for (int i = 0; i < best; i++) {
        String line = Printable.line(translation.outputs().get(i));
        if (scores) {
          line += String.format(Locale.ROOT, "\t%.4f", translation.scores().get(i));
        }
        out.println(nBest == null ? line : number + "\t" + line);
      }
    }
    Failures.requireWritten(out);
  }
}
