package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.lessons.Lessons;
import dev.comporta.lessons.page.HtmlPage;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.PageObject;
import dev.comporta.lessons.page.PlainText;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.page.Words;
import dev.comporta.serialization.AtomicFile;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code comporta lesson}: computes a worked example of the lectures and prints or draws it. */
@Command(
    name = "lesson",
    mixinStandardHelpOptions = true,
    description = {
      "Compute a worked example of recurrent networks and print what it shows.",
      "'comporta lessons' lists them; 'comporta lesson lstm --out lstm.html' writes a page with pictures."
    })
final class LessonCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "the lesson, such as lstm")
  private @Nullable String name;

  @Option(names = "--all", description = "all lessons, on one page; takes some minutes")
  private boolean all;

  @Option(
      names = "--out",
      paramLabel = "PAGE.html",
      description = "write a self-contained page with figures (default: print text)")
  private @Nullable Path out;

  @Option(
      names = "--language",
      paramLabel = "CODE",
      defaultValue = Words.DEFAULT,
      description = "the language of the texts: pt, en, de or es (default: ${DEFAULT-VALUE})")
  private String language;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "" + Setting.SEED,
      description = "the seed of weights and data (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(names = "--long", description = "lesson long-lag: sequences of 1,000 timesteps")
  private boolean longLag;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description =
          "lesson series: a monthly series, one number per line, instead of the generated one")
  private @Nullable Path file;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description =
          "lesson agreement: a language model of words to test on --pairs instead of training")
  private @Nullable Path model;

  @Option(
      names = "--pairs",
      paramLabel = "FILE",
      description = {
        "lesson agreement: one line per sentence: its beginning, the right word, the wrong word",
        "and optionally the number of attractors, separated by tabs"
      })
  private @Nullable Path pairs;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Override
  public Integer call() {
    if (all == (name != null)) {
      throw new ParameterException(
          spec.commandLine(),
          "expected the name of a lesson, or --all for all of them; 'comporta lessons' lists them");
    }
    List<Lesson> lessons = name == null ? Lessons.all() : List.of(Lessons.find(name));
    Words words = Words.of(language);
    if (out != null) {
      OutputFile.requireWritable("--out", out);
    }
    Map<String, String> options = options(lessons);
    List<Page> pages = new ArrayList<>();
    PrintWriter printed = spec.commandLine().getOut();
    for (Lesson lesson : lessons) {
      Map<String, String> own = new LinkedHashMap<>(options);
      own.keySet().retainAll(lesson.options());
      Page page = Page.of(lesson, new Setting(seed, 100, own));
      pages.add(page);
      if (!json && out == null) {
        PlainText.print(page, words, printed);
        printed.println();
        printed.flush();
      } else if (!json) {
        printed.println(page.name() + ": " + PageObject.result(page, words));
        printed.flush();
      }
    }
    if (out != null) {
      AtomicFile.write(out, HtmlPage.of(pages, words).getBytes(StandardCharsets.UTF_8));
      if (!json) {
        printed.println("saved " + out);
      }
    }
    if (json) {
      printed.println(
          Json.line(
              all
                  ? Map.of(
                      "lessons", pages.stream().map(page -> PageObject.of(page, words)).toList())
                  : PageObject.of(pages.getFirst(), words)));
    }
    return 0;
  }

  /** The given options; one that no chosen lesson has is refused. */
  private Map<String, String> options(List<Lesson> lessons) {
    Map<String, String> options = new LinkedHashMap<>();
    if (longLag) {
      options.put("long", "");
    }
    if (file != null) {
      options.put("file", file.toString());
    }
    if (model != null) {
      options.put("model", model.toString());
    }
    if (pairs != null) {
      options.put("pairs", pairs.toString());
    }
    for (String option : options.keySet()) {
      if (lessons.stream().noneMatch(lesson -> lesson.options().contains(option))) {
        throw new ComportaException(
            formatted(
                "--%s is an option of the lesson %s, not of %s; leave it out",
                option,
                Lessons.all().stream()
                    .filter(lesson -> lesson.options().contains(option))
                    .map(Lesson::name)
                    .findFirst()
                    .orElseThrow(),
                lessons.getFirst().name()));
      }
    }
    return options;
  }
}
