package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.lessons.Lessons;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Words;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
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
    Map<String, String> titles = new LinkedHashMap<>();
    for (Lesson lesson : Lessons.all()) {
      titles.put(lesson.name(), words.in(lesson.name()).text("title"));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          Json.line(
              Map.of(
                  "lessons",
                  titles.entrySet().stream()
                      .map(lesson ->
                          new TreeMap<>(
                              Map.of("name", lesson.getKey(), "title", lesson.getValue())))
                      .toList())));
      return 0;
    }
    int width = titles.keySet().stream().mapToInt(String::length).max().orElseThrow();
    titles.forEach((name, title) -> out.println(formatted("%-" + width + "s  %s", name, title)));
    return 0;
  }
}
