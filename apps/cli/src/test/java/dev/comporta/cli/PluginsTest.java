package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import dev.comporta.frame.Interruption;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jars that {@code --plugins} loads, good and bad. */
class PluginsTest {
  private static final String SMALL = "train adding --length 4 --hidden 2 --steps 1 --threads 1";
  private static final String SERVICE = "META-INF/services/dev.comporta.api.cell.CellProvider";

  @TempDir private Path folder;

  /** A plug-in with one cell, some of whose methods a test replaces. */
  private static Map<String, String> sources(String method, String body) {
    Map<String, String> bodies = new LinkedHashMap<>();
    bodies.put("Provider", "");
    bodies.put("name", "return \"leaky\";");
    bodies.put("description", "return \"a cell for tests\";");
    bodies.put("create", "return new Leaky(i, h);");
    bodies.put("parameters", "return List.of(ParameterSpec.matrix(\"W\", i, h));");
    bodies.put("state", "return List.of(StateSpec.zeros(\"h\", h));");
    bodies.put(
        "step",
        """
        Tensor next = x.matmul(p.parameter("W")).plus(s.get("h")).tanh();
        return new Step(next, CellState.of("h", next));\
        """);
    assertThat(bodies).containsKey(method);
    bodies.put(method, body);
    Map<String, String> sources = new LinkedHashMap<>();
    sources.put("example/Helper.java", "package example; final class Helper { static int h = 1; }");
    sources.put(
        "example/Leaky.java",
        """
        package example;
        import dev.comporta.api.cell.*;
        import dev.comporta.api.model.*;
        import dev.comporta.api.tensor.Tensor;
        import java.util.*;
        public class Leaky implements Cell {
          private final int i, h;
          Leaky(int i, int h) { this.i = i; this.h = h; }
          public int inputSize() { return i; }
          public int outputSize() { return h; }
          public List<ParameterSpec> parameters() { %s }
          public List<StateSpec> state() { %s }
          public Step step(Tensor x, CellState s, StepContext p) { %s }
          public static class Provider implements CellProvider {
            public Provider() { %s }
            public String name() { %s }
            public String description() { %s }
            public Cell create(int i, int h, OptionReader o) { %s }
          }
        }
        """
            .formatted(
                bodies.get("parameters"),
                bodies.get("state"),
                bodies.get("step"),
                bodies.get("Provider"),
                bodies.get("name"),
                bodies.get("description"),
                bodies.get("create")));
    return sources;
  }

  private static Map<String, String> good() {
    return sources("Provider", "");
  }

  private PluginJar module(Map<String, String> sources) throws IOException {
    Map<String, String> all = new LinkedHashMap<>(sources);
    all.put(
        "module-info.java",
        """
        module example.leaky {
          requires dev.comporta.api;
          provides dev.comporta.api.cell.CellProvider with example.Leaky.Provider;
        }
        """);
    return PluginJar.of(folder, all);
  }

  private PluginJar automatic(Map<String, String> sources, String provider) throws IOException {
    return PluginJar.of(folder, sources).with(SERVICE, provider + "\n");
  }

  private Result train(String jar, String cell) {
    return Cli.run(
        (SMALL + " --cell " + cell + " --out " + folder.resolve("m") + " --plugins " + jar)
            .split(" "));
  }

  @Test
  void aModuleIsListedWithItsJarAndVersionAndTrained() throws Exception {
    String jar = module(good()).write("leaky.jar");
    JsonNode entry =
        Cli.run("--plugins", jar, "catalog", "leaky", "--json").json().at("/entries/0");
    assertThat(entry.get("module").textValue()).isEqualTo("example.leaky");
    assertThat(entry.get("version").textValue()).isEqualTo("3.1");
    assertThat(entry.get("jar").textValue()).isEqualTo("leaky.jar");
    assertThat(Cli.run("catalog", "--plugins=" + jar).out())
        .contains("leaky  ", "(module example.leaky 3.1 (leaky.jar))");

    Result trained = train(jar, "leaky");
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.err()).doesNotContain("warning");
    String model = folder.resolve("m").toString();
    assertThat(Cli.run("inspect", model).out())
        .contains("plug-in: cell 'leaky' from leaky.jar (version 3.1)")
        .contains("was trained with the cell 'leaky' from leaky.jar (version 3.1), which is not");
    String expected =
        " was trained with the cell 'leaky' from leaky.jar (version 3.1), which is not installed here; load it with --plugins leaky.jar";
    assertThat(Cli.run("evaluate", "--model", model).refusal()).contains(model + expected);
    assertThat(Cli.run("verify", model).refusal()).contains(model + expected);
    assertThat(Cli.run("explain", model).refusal()).contains(model + expected);
    assertThat(Cli.run("export", model, folder + "/x", "--to", "safetensors").refusal())
        .contains(model + expected);
    assertThat(Cli.run("train", "adding", "--resume", model + ".checkpoint").refusal())
        .contains(".checkpoint" + expected);
    Result verified = Cli.run("verify", model, "--plugins", jar);
    assertThat(verified.code()).as(verified.err()).isZero();
  }

  @Test
  void theHintAfterAnInterruptionLoadsThePluginsAgain() throws Exception {
    String jar = module(good()).write("leaky.jar");
    Interruption interruption = new Interruption();
    interruption.request();
    String out = folder.resolve("m").toString();
    String words = SMALL + " --cell leaky --out " + out + " --plugins " + jar;
    Result stopped = Cli.run(interruption, words.split(" "));
    String hint = "--plugins " + jar + " train adding --resume " + out + ".checkpoint";
    assertThat(stopped.err()).contains("continue with: comporta " + hint);
    Result resumed = Cli.run(hint.split(" "));
    assertThat(resumed.code()).as(resumed.err()).isZero();
  }

  @Test
  void anAutomaticModuleWorksToo() throws Exception {
    String jar = automatic(good(), "example.Leaky$Provider").write("leaky-2.0.jar");
    assertThat(Cli.run("--plugins", folder.toString(), "catalog").out())
        .contains("(module leaky 2.0 (leaky-2.0.jar))");
    Result trained = train(jar, "leaky");
    assertThat(trained.code()).as(trained.err()).isZero();
  }

  @Test
  void foldersOfClassesAndTheVariableWork() throws Exception {
    Path classes = module(good()).classes();
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            classes + File.pathSeparator,
            new Interruption(),
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            "catalog",
            "leaky");
    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString()).contains("from module example.leaky (classes)");
  }

  /** Whatever a provider does: a warning, and an error where it is used. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Provider|if (true) throw new IllegalStateException(\"boom\");|cell provider example.Leaky$Provider of |java.lang.IllegalStateException: boom",
        "name|throw new IllegalStateException(\"boom\");|cell provider example.Leaky$Provider of |java.lang.IllegalStateException: boom",
        "name|return null;|cell provider example.Leaky$Provider of |its name() returned null",
        "description|return null;|cell 'leaky' of |its description() returned null",
        "description|throw new Error(\"boom\");|cell 'leaky' of |java.lang.Error: boom",
      })
  void aProviderThatCannotBeListedIsAWarning(
      String method, String body, String subject, String reason) throws Exception {
    String jar = module(sources(method, body)).write("leaky.jar");
    Result list = Cli.run("catalog", "--plugins", jar);
    assertThat(list.code()).as(list.err()).isZero();
    assertThat(list.out()).contains("  lstm ", "  adding ").doesNotContain("  leaky ");
    assertThat(list.err().lines()).as(list.err()).hasSize(1);
    assertThat(list.err())
        .startsWith("comporta: warning: the " + subject + " module example.leaky 3.1 (leaky.jar)")
        .contains(" cannot be used: " + reason + "; fix or remove its jar");
    assertThat(train(jar, "lstm").code()).isZero();
    Result used = train(jar, "leaky");
    assertThat(used.code()).as(used.err()).isEqualTo(2);
    assertThat(used.err()).contains("leaky.jar", reason).doesNotContain("please report");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "create|throw new IllegalStateException(\"boom\");|its create() failed: java.lang.IllegalStateException: boom",
        "create|return null;|its create() returned null",
        "create|return new Leaky(i, h) { int x = Helper.h / 0; };|java.lang.ArithmeticException",
        "parameters|return null;|its parameters() returned null",
        "parameters|throw new IllegalStateException(\"boom\");|its parameters() failed: java.lang.IllegalStateException: boom",
        "state|return null;|its state() returned null",
        "step|throw new IllegalStateException(\"boom\");|failed in example.Leaky.step: java.lang.IllegalStateException: boom",
        "step|return step(x, s, p);|failed in example.Leaky.step: java.lang.StackOverflowError",
        "step|return null;|expected an output and a state but the step returned null",
        "step|return new Step(x, null);|expected a state but the step returned null",
        "step|return new Step(s.get(\"h\"), CellState.of(\"c\", s.get(\"h\")));|expected a state of the parts [h] but the step returned [c]: without 'h' and with 'c'",
        "step|return new Step(s.get(\"h\"), CellState.of(\"h\", s.get(\"h\"), \"c\", s.get(\"h\")));|expected a state of the parts [h] but the step returned [h, c]: with 'c'",
      })
  void aCellThatFailsIsAnError(String method, String body, String reason) throws Exception {
    String jar = module(sources(method, body)).write("leaky.jar");
    assertThat(Cli.run("catalog", "--plugins", jar).err()).isEmpty();
    assertThat(train(jar, "lstm").code()).isZero();
    for (String execution : List.of("plan", "definition")) {
      Result used = train(jar, "leaky --execution " + execution);
      assertThat(used.code()).as(used.err()).isEqualTo(2);
      assertThat(used.err().lines().reduce("", (a, b) -> b))
          .contains("module example.leaky 3.1 (leaky.jar)", "eaky", reason);
      assertThat(used.err()).doesNotContain("please report");
    }
  }

  @Test
  void namesOfOthersAndMalformedNamesAreReported() throws Exception {
    String twice = module(sources("name", "return \"lstm\";")).write("leaky.jar");
    Result list = Cli.run("catalog", "--plugins", twice);
    assertThat(list.code()).isZero();
    assertThat(list.err())
        .contains("two providers of cell 'lstm': module dev.comporta.cells")
        .contains("and module example.leaky 3.1 (leaky.jar)", "(the first one is used)");
    assertThat(train(twice, "lstm").code()).isZero();
    String upper = module(sources("name", "return \"LEAKY\";")).write("leaky.jar");
    assertThat(Cli.run("catalog", "--plugins", upper).err())
        .contains("the cell of module example.leaky 3.1 (leaky.jar) is named 'LEAKY', but a name");
    assertThat(train(upper, "LEAKY").refusal()).contains("leaky.jar", "is named 'LEAKY'");
  }

  @Test
  void classesThatCannotBeLoadedAreReported() throws Exception {
    String uses = "int x = Helper.h;";
    String missing =
        module(sources("Provider", uses)).without("example/Helper.class").write("a.jar");
    assertThat(Cli.run("catalog", "--plugins", missing).err())
        .contains("cell provider example.Leaky$Provider of module example.leaky 3.1 (a.jar)")
        .contains(
            "the class example.Helper is missing; put the jar that contains it in the same folder");
    String later = module(good()).later("example/Leaky$Provider.class").write("b.jar");
    assertThat(Cli.run("catalog", "--plugins", later).err())
        .contains("cell provider example.Leaky$Provider of module example.leaky 3.1 (b.jar)")
        .contains("it needs a newer Java than ");
    String descriptor = module(good()).later("module-info.class").write("c.jar");
    Result list = Cli.run("catalog", "--plugins", descriptor);
    assertThat(list.code()).isZero();
    assertThat(list.err()).contains("the plug-in c.jar cannot be used: it needs a newer Java");
    Result used = train(descriptor, "leaky");
    assertThat(used.code()).isEqualTo(2);
    assertThat(used.err().lines().reduce("", (a, b) -> b))
        .contains("unknown cell 'leaky'", "c.jar");
  }

  @Test
  void serviceFilesThatAreWrongAreReported() throws Exception {
    String absent = automatic(good(), "example.Absent").write("a.jar");
    assertThat(Cli.run("catalog", "--plugins", absent).err())
        .contains("cell provider example.Absent of module a 3.1 (a.jar)", "not found");
    String type = automatic(good(), "example.Helper").write("b.jar");
    assertThat(Cli.run("catalog", "--plugins", type).err())
        .contains("cell provider example.Helper of module b 3.1 (b.jar)");
    String nothing = PluginJar.of(folder, good()).write("c.jar");
    assertThat(Cli.run("catalog", "--plugins", nothing).err())
        .contains("c.jar provides nothing for Comporta: it needs 'provides'");
    String elsewhere = automatic(good(), "absent.Absent").write("d.jar");
    assertThat(Cli.run("catalog", "--plugins", elsewhere).err()).contains("d.jar", "absent.Absent");
  }

  @Test
  void aBadJarBesideAGoodOneStopsNothing() throws Exception {
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    Files.copy(Path.of(module(good()).write("leaky.jar")), plugins.resolve("leaky.jar"));
    Files.writeString(plugins.resolve("broken.jar"), "no zip");
    Files.copy(plugins.resolve("leaky.jar"), plugins.resolve("second.jar"));
    Result list = Cli.run("catalog", "leaky", "--plugins", plugins.toString());
    assertThat(list.code()).as(list.err()).isZero();
    assertThat(list.err())
        .contains("the plug-in broken.jar cannot be used: ")
        .contains("the plug-in second.jar cannot be used: leaky.jar is the same module");
  }

  @Test
  void badPathsAreRefused() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path text = Files.writeString(folder.resolve("notes.txt"), "no jar");
    Path damaged = Files.writeString(folder.resolve("damaged.jar"), "no zip");
    assertThat(Cli.run("catalog", "--plugins", folder + "/absent.jar").refusal())
        .contains("expected a jar or a folder of plug-ins but there is no ");
    assertThat(Cli.run("catalog", "--plugins", text.toString()).refusal())
        .contains("notes.txt is neither; the name of a jar ends in .jar");
    assertThat(Cli.run("catalog", "--plugins", empty.toString()).refusal())
        .contains("empty contains no jar and no module-info.class");
    assertThat(Cli.run("--plugins", damaged.toString(), "catalog").refusal())
        .contains("damaged.jar is not one: ");
    assertThat(Cli.run("catalog", "--plugins").refusal())
        .contains("--plugins expected a jar or a folder of jars but got nothing");
    assertThat(Cli.run("catalog", "--plugin", damaged.toString()).refusal())
        .contains("did you mean '--plugins'?");
  }

  @Test
  void aTaskThatFailsIsAWarning() throws Exception {
    Path source = Path.of("src/test/third-party-task/example/labels/SentenceLabels.java");
    String text = Files.readString(source);
    String descriptor = Files.readString(Path.of("src/test/third-party-task/module-info.java"));
    for (String[] broken :
        new String[][] {
          {
            "public Options options() {",
            "its options() returned null",
            "return null; } Options o() {"
          },
          {
            "public List<Ability> abilities() {",
            "java.lang.IllegalStateException: boom",
            "throw new IllegalStateException(\"boom\"); } List<Ability> a() {"
          },
          {
            "Option.whole(\"held-out\", 2)",
            "no commands can be made of it",
            "Option.whole(\"json\", 2)"
          },
        }) {
      String changed =
          broken[2].startsWith("Option")
              ? text.replace(broken[0], broken[2])
              : text.replace(broken[0], broken[0] + " " + broken[2]);
      assertThat(changed).isNotEqualTo(text);
      String jar =
          PluginJar.of(
                  folder,
                  Map.of(
                      "module-info.java",
                      descriptor,
                      "example/labels/SentenceLabels.java",
                      changed))
              .write("labels.jar");
      Result list = Cli.run("train", "adding", "--help", "--plugins", jar);
      assertThat(list.code()).as(list.err()).isZero();
      assertThat(list.err())
          .contains("warning: the task 'sentence-labels' of module example.labels 3.1 (labels.jar)")
          .contains(broken[1]);
      assertThat(Cli.run("train", "sentence-labels", "--plugins", jar).refusal())
          .contains("task 'sentence-labels'", "labels.jar", broken[1]);
    }
  }

  @Test
  void theClassLoaderOfTheThreadPlaysNoPart() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try {
      thread.setContextClassLoader(null);
      assertThat(Cli.run("catalog", "lstm").code()).isZero();
    } finally {
      thread.setContextClassLoader(before);
    }
    assertThat(Stream.of("lstm", "adding"))
        .allSatisfy(name -> assertThat(Cli.run("catalog", name).code()).isZero());
  }
}
