package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.frame.Interruption;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Every option of every command, as picocli lists them, with values that make no sense: whatever
 * the value, the command ends soon, by success or by one sentence.
 *
 * <p>Each option meets all values in the first task that has it, and two of them in each other task
 * and in explanations, which have the options of trainings. With {@code -Dcomporta.extremes=all}
 * all options of all commands meet all values.
 */
@Tag("full")
class ExtremeValuesTest {
  private static final boolean ALL = System.getProperty("comporta.extremes", "").equals("all");

  /** After this time a training is interrupted, as by Ctrl-C: many steps may be meant. */
  private static final long PATIENCE_MILLIS = 2_000;

  /** Then it must end. A validation is finished first, which takes a while on a busy machine. */
  private static final long LONGEST_SECONDS = 120;

  private static final int LONGEST_MESSAGE = 4_000;

  @TempDir Path folder;
  private final List<String> faults = new ArrayList<>();
  private final Map<String, String> values = new LinkedHashMap<>();
  private NamedPipe pipe;
  private InputStream input;
  private List<Path> before;

  @BeforeEach
  void makeInputs() throws Exception {
    input = System.in;
    before = here();
    System.setIn(new ByteArrayInputStream(new byte[0]));
    write("text", "a page of text.\n".repeat(30));
    write("series", "a\n" + "1\n2\n3\n4\n".repeat(10));
    write("labelled", "yes a page of text\nno another page\n".repeat(4));
    write("bases", "label,sequence\n" + "a,ACGT\nb,TTGA\n".repeat(4));
    write("rated", "V,A,text\n" + "1,2,so\n2,1,no\n".repeat(4));
    write("tagged", "a X\nb Y\n\n".repeat(4));
    write("stories", "1 a b\n2 c?\td\t1\n3 e?\tf\t1\n".repeat(4));
    write("ink", "{\"text\": \"ab\", \"strokes\": [[[0, 0], [3, 9], [6, 1]]]}\n".repeat(4));
    write("music", "[" + "[[60, 64], [62], [60]], ".repeat(3) + "[[65], [60]]]");
    pipe = new NamedPipe(folder.resolve("pipe"));
    for (String value :
        List.of("0", "-1", "1", "2147483647", "2147483648", "NaN", "1e308", "-1e308", "", " ")) {
      values.put("'" + value + "'", value);
    }
    values.put("a megabyte", "x".repeat(1 << 20));
    values.put("control characters", "a\u0007\u001b[2J\tb\u0085\r\n");
    values.put("right-to-left text", "\u202e\u05e9\u05dc\u05d5\u05dd \ud800");
    for (String value :
        List.of("@", "@/etc/hostname", "-", "--", "%s${sys:user.name}", "/dev/zero")) {
      values.put(value, value);
    }
    values.put("a folder", Files.createDirectory(folder.resolve("folder")).toString());
    values.put("a pipe", pipe.path.toString());
  }

  /** Some of the values are names of files like any other, of files in the folder of the test. */
  @AfterEach
  void removeWhatWasWritten() throws Exception {
    System.setIn(input);
    pipe.close();
    for (Path path : here()) {
      if (!before.contains(path)) {
        try (Stream<Path> all = Files.walk(path)) {
          for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(each);
          }
        }
      }
    }
  }

  private static List<Path> here() throws IOException {
    try (Stream<Path> paths = Files.list(Path.of(""))) {
      return paths.toList();
    }
  }

  private void write(String name, String text) throws Exception {
    Files.writeString(folder.resolve(name), text);
  }

  private Map<String, String> options(String words) {
    Map<String, String> options = new LinkedHashMap<>();
    String[] parts = words.isBlank() ? new String[0] : words.strip().split(" ");
    for (int i = 0; i < parts.length; i += 2) {
      String value = parts[i + 1];
      options.put(
          parts[i], value.startsWith("./") ? folder.resolve(value.substring(2)).toString() : value);
    }
    return options;
  }

  /** What makes a job small. */
  private Map<String, String> task(String name) {
    String model =
        " --hidden 2 --batch 2 --steps 1 --threads 1 --checkpoint-every 0 --out ./out.comporta";
    return options(
        switch (name) {
              case "adding" -> "--length 4 --validate-every 1";
              case "copy", "sort" -> "--length 2 --bits 2 --cell lstm";
              case "recall" -> "--items 2 --item-length 1 --bits 2 --cell lstm";
              case "execute" -> "--length 1 --programs 4 --embedding 2 --layers 1";
              case "policy" -> "--length 3 --episodes 10 --layers 1";
              case "questions" ->
                  "--scenes 4 --questions 2 --filters 2 --embedding 2 --heads 1 --units 2";
              case "captions" -> "--scenes 4 --filters 2 --embedding 2";
              case "video-captions" -> "--clips 4 --side 8 --frames 2 --filters 2 --embedding 2";
              case "video" -> "--clips 4 --side 8 --filters 2 --given 2 --ahead 2";
              case "char-lm" -> "--text ./text --embedding 2 --chunk 4 --sample 3 --layers 1";
              case "word-lm" -> "--text ./text --embedding 2 --chunk 4 --sample 3 --layers 1";
              case "classify" -> "--data ./labelled --embedding 2 --layers 1 --min-count 1";
              case "dna" -> "--data ./bases --layers 1";
              case "rate" -> "--data ./rated --embedding 2 --min-count 1";
              case "tag" ->
                  "--data ./tagged --embedding 2 --layers 1 --min-count 1 --character-hidden 2 --word-length 2";
              case "answer" -> "--data ./stories --embedding 2 --sentence-words 3 --hops 1";
              case "handwriting" -> "--data ./ink --layers 1";
              case "handwriting-synthesis" -> "--data ./ink --embedding 2 --gaussians 2";
              case "music" -> "--data ./music --nade-hidden 2 --layers 1";
              case "speech" -> "--phrases 10 --bands 4 --layers 1";
              case "anomaly" -> "--data ./series --column a --window 3 --layers 1";
              case "forecast" -> "--series ./series --column a --window 3 --layers 1";
              case "dates", "numbers" -> "--pairs 100 --embedding 2 --layers 1";
              case "translation" -> "--source ./text --target ./text --embedding 2 --layers 1";
              default -> "";
            }
            + model);
  }

  private Path trained(String task) {
    List<String> words = new ArrayList<>(List.of("train", task));
    Map<String, String> options = task(task);
    options.put("--out", folder.resolve(task + ".comporta").toString());
    options.forEach((name, value) -> words.addAll(List.of(name, value)));
    Cli.Result result = Cli.run(words.toArray(String[]::new));
    assertThat(result.code()).as(result.err()).isZero();
    return folder.resolve(task + ".comporta");
  }

  @Test
  void ofTrainings() {
    CommandLine train = Main.commandLine(new Interruption(), "train").getSubcommands().get("train");
    train
        .getSubcommands()
        .forEach((name, task) -> tryAll(List.of("train", name), List.of(), task(name), task));
    assertNoFaults(train.getSubcommands().size() * 30);
  }

  @Test
  void ofExplanations() {
    CommandLine explain =
        Main.commandLine(new Interruption(), "explain").getSubcommands().get("explain");
    explain
        .getSubcommands()
        .forEach((name, task) -> tryAll(List.of("explain", name), List.of(), task(name), task));
    Path model = trained("adding");
    tryAll(List.of("explain"), List.of(model.toString()), Map.of(), explain);
    assertNoFaults(explain.getSubcommands().size() * 30);
  }

  @Test
  void ofOtherCommands() {
    String adding = trained("adding").toString();
    CommandLine root = Main.commandLine(new Interruption());
    Set<String> named = Set.of("train", "explain");
    // What the abilities of other tasks need; a model of another task refuses them by a sentence.
    Map<String, String> models =
        Map.of("generate", "char-lm", "translate", "numbers", "caption", "captions");
    root.getSubcommands()
        .forEach((name, command) -> {
          switch (name) {
            case "predict", "evaluate" ->
                tryAll(List.of(name), List.of(), options("--threads 1 --model " + adding), command);
            case "generate", "translate", "caption" ->
                tryAll(
                    List.of(name),
                    List.of(),
                    options(
                        (name.equals("translate") ? "--max-length 2 " : "")
                            + "--threads 1 --model "
                            + trained(models.get(name))),
                    command);
            case "convert" ->
                tryAll(
                    List.of(name),
                    List.of(adding, "--report"),
                    options("--threads 1 --dtype int8 --out " + adding + ".int8"),
                    command);
            case "inspect" -> tryAll(List.of(name), List.of(adding), Map.of(), command);
            case "verify" ->
                tryAll(List.of(name), List.of(adding), options("--threads 1"), command);
            case "bench" ->
                tryAll(
                    List.of(name),
                    List.of(),
                    options("--filter no-such-row --seconds 0.001"),
                    command);
            default -> {
              if (!named.contains(name)) {
                tryAll(List.of(name), List.of(), Map.of(), command);
              }
            }
          }
        });
    assertNoFaults(30);
  }

  private final Set<String> met = new HashSet<>();
  private int tried;
  private int options;

  private void assertNoFaults(int least) {
    assertThat(options).as("options seen").isGreaterThanOrEqualTo(least);
    System.out.printf("%d options, %d runs, %d faults%n", options, tried, faults.size());
    assertThat(faults).as(String.join("\n", faults)).isEmpty();
  }

  private void tryAll(
      List<String> command, List<String> positional, Map<String, String> usual, CommandLine line) {
    for (ArgSpec argument : line.getCommandSpec().args()) {
      if (argument.arity().max() == 0) {
        continue;
      }
      List<String> names = List.copyOf(values.keySet());
      int from = options++;
      String model = usual.getOrDefault("--model", "");
      boolean known = !met.add(String.join(" ", command.getFirst(), model, argument.toString()));
      boolean two = !ALL && (known || command.getFirst().equals("explain"));
      int count = two ? 2 : names.size();
      for (int i = 0; i < count; i++) {
        String name = names.get((from * 2 + i) % names.size());
        Map<String, String> given = new LinkedHashMap<>(usual);
        List<String> words = new ArrayList<>(command);
        if (argument instanceof OptionSpec option) {
          String value = values.get(name);
          // Rows that a filter finds are measured for minutes.
          boolean filter = option.longestName().equals("--filter");
          given.put(option.longestName(), filter ? "no-such-row" + value : value);
          if (option.longestName().equals("--epochs")) {
            given.remove("--steps");
          }
          given.forEach((flag, word) -> words.addAll(List.of(flag, word)));
          words.addAll(positional);
          tryOne(words, option.longestName() + " with " + name);
        } else {
          given.forEach((flag, word) -> words.addAll(List.of(flag, word)));
          words.add(values.get(name));
          tryOne(words, argument.paramLabel() + " with " + name);
        }
      }
    }
  }

  private void tryOne(List<String> words, String what) {
    tried++;
    pipe.offer();
    Interruption interruption = new Interruption();
    CompletableFuture<Cli.Result> running = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                running.complete(Cli.run(interruption, words.toArray(String[]::new)));
              } catch (Throwable e) {
                running.completeExceptionally(e);
              }
            });
    boolean interrupted = false;
    Cli.Result result = null;
    String fault;
    try {
      try {
        result = running.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        interrupted = true;
        interruption.request();
        result = running.get(LONGEST_SECONDS, TimeUnit.SECONDS);
      }
      fault = fault(result, interrupted, words.getFirst());
    } catch (TimeoutException e) {
      fault =
          "did not end in %d s: %s"
              .formatted(LONGEST_SECONDS, Arrays.toString(thread.getStackTrace()));
    } catch (ExecutionException e) {
      fault = "failed with " + e.getCause() + " " + Arrays.toString(e.getCause().getStackTrace());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (fault != null) {
      String command = String.join(" ", words);
      faults.add("%s (%s): %s".formatted(what, head(command), head(fault)));
    }
  }

  private static String head(String text) {
    String shown = text.length() < 600 ? text : text.substring(0, 600) + "...";
    return shown.replaceAll("\\p{Cntrl}", "?");
  }

  private static String fault(Cli.Result result, boolean interrupted, String command) {
    String last = result.err().lines().reduce("", (before, line) -> line);
    if (result.err().contains("this is a bug") || result.err().contains("\tat ")) {
      return "a bug: " + result.err();
    }
    if (result.code() == 0
        || (result.code() == InterruptHook.INTERRUPTED && interrupted)
        || (result.code() == ExitCodes.CHECK_FAILED
            && (command.equals("conformance") || command.equals("verify")))) {
      return null;
    }
    if (result.code() != 2) {
      return "exit code " + result.code() + ": " + result.err();
    }
    if (!last.startsWith("comporta: ")) {
      return "no sentence: " + result.err();
    }
    if (last.length() > LONGEST_MESSAGE) {
      return "a message of " + last.length() + " characters: " + last;
    }
    if (result.err().chars().anyMatch(c -> c < ' ' && c != '\n' && c != '\r')) {
      return "control characters in the message: " + result.err();
    }
    return null;
  }
}
