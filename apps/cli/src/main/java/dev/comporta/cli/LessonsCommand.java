package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.lessons.Lessons;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Words;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code comporta lessons}: lists the lessons in the order of the lectures. */
@Command(
    name = "lessons",
    mixinStandardHelpOptions = true,
    description = "List the lessons on recurrent networks, in the order of the lectures.")
final class LessonsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--language",
      paramLabel = "CODE",
      defaultValue = Words.DEFAULT,
      description = "the language of the titles: pt, en, de or es (default: ${DEFAULT-VALUE})")
  private String language;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Override
  public Integer call() {
    Words words = Words.of(language);
    List<Lesson> lessons = Lessons.all();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          Json.line(
              Map.of(
                  "lessons",
                  lessons.stream()
                      .map(lesson ->
                          Map.of(
                              "name",
                              lesson.name(),
                              "title",
                              words.in(lesson.name()).text("title")))
                      .toList())));
      return 0;
    }
    int width = lessons.stream().mapToInt(lesson -> lesson.name().length()).max().orElse(0);
    for (Lesson lesson : lessons) {
      out.println(
          formatted(
              "%s  %s",
              lesson.name() + " ".repeat(width - lesson.name().length()),
              words.in(lesson.name()).text("title")));
    }
    return 0;
  }
}
