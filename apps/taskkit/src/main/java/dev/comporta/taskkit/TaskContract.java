package dev.comporta.taskkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Interruption;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.TaskReport;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingRun;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.training.Distribution;
import dev.comporta.training.TrainingEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of a task: its options, and training runs of four updates that are repeated, stopped
 * and resumed.
 *
 * <pre>{@code
 * class SentenceLabelsTest extends TaskContract {
 *   @Override
 *   protected Task task() {
 *     return new SentenceLabels();
 *   }
 *
 *   @Override
 *   protected Map<String, Object> settings() {
 *     return Map.of("data", DATA, "hidden", 4);
 *   }
 * }
 * }</pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public abstract class TaskContract {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  private static final int UPDATES = 4;

  @TempDir private Path folder = Path.of("");

  /** For subclasses. */
  protected TaskContract() {}

  /**
   * The task under test.
   *
   * @return a new task
   */
  protected abstract Task task();

  /**
   * Settings of a run that takes a second at most: the data, and small sizes.
   *
   * @return values by the names of options, without {@code steps}, {@code epochs} and {@code out}
   */
  protected abstract Map<String, Object> settings();

  /**
   * The catalog that has everything that the task's models are made of.
   *
   * @return the installed providers by default
   */
  protected Catalog catalog() {
    return Catalog.load(Task.KIND);
  }

  private Settings readSettings() {
    return Settings.of(task().name(), task().options(), given());
  }

  /** The settings with whole numbers as options read them. */
  private Map<String, Object> given() {
    Map<String, Object> given = new LinkedHashMap<>();
    settings()
        .forEach((name, value) ->
            given.put(name, value instanceof Integer number ? Long.valueOf(number) : value));
    return given;
  }

  private TaskReport run(Map<String, Object> given, int interruptedAfter) {
    Interruption interruption = new Interruption();
    TaskContext context =
        new TaskContext(
            List.of("comporta"),
            "test",
            catalog(),
            line -> {},
            event -> {
              if (event instanceof TrainingEvent.Stepped stepped
                  && stepped.step() == interruptedAfter) {
                interruption.request();
              }
            },
            interruption,
            null,
            Distribution.ALONE);
    return new TrainingRun(task(), context).run(given);
  }

  private Map<String, Object> given(String file) {
    Map<String, Object> given = given();
    given.put("steps", (long) UPDATES);
    given.put("out", folder.resolve(file).toString());
    return given;
  }

  private byte[] trained(String file) throws IOException {
    run(given(file), -1);
    return Files.readAllBytes(folder.resolve(file));
  }

  /** The task is registered under its name, and described by a noun phrase of one line. */
  @Test
  public void nameAndDescriptionKeepTheRules() {
    Task task = task();
    assertThat(task.name()).as("name").matches(NAME);
    assertThat(catalog().names(Task.KIND)).as("tasks of the catalog").contains(task.name());
    assertThat(task.description())
        .as("description")
        .isNotBlank()
        .isEqualTo(task.description().strip())
        .doesNotContain("\n")
        .doesNotEndWith(".");
    assertThat(task.unit()).as("unit").isNotBlank();
    assertThat(task.timestep()).as("timestep").isNotBlank();
    assertThat(task.describe(1)).as("describe(1)").isNotBlank();
  }

  /** Options have unique names and help, and a task keeps no state between two questions. */
  @Test
  public void optionsAreDeclaredOnce() {
    List<String> names = new ArrayList<>();
    for (Option<?> option : task().options()) {
      names.add(option.name());
      names.addAll(option.aliases());
      assertThat(option.help()).as("help of --%s", option.name()).isNotBlank();
    }
    assertThat(names).as("options").doesNotHaveDuplicates().contains("steps", "seed", "out");
    List<String> again = new ArrayList<>();
    for (Option<?> option : task().options()) {
      again.add(option.name());
      again.addAll(option.aliases());
    }
    assertThat(again).as("options of another instance").isEqualTo(names);
  }

  /** A misspelt setting is refused in one sentence. */
  @Test
  public void anUnknownSettingIsRefused() {
    Map<String, Object> given = given("model");
    given.put("no-such-option", 1L);
    assertThatThrownBy(() -> run(given, -1))
        .as("a run with --no-such-option")
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("no-such-option");
  }

  /** The size of a step is known from the settings alone. */
  @Test
  public void theSizeOfAStepIsPositive() {
    Task.StepSize size = task().stepSize(readSettings());
    assertThat(size.timesteps()).as("timesteps of a step").isPositive();
    assertThat(size.rows()).as("rows of a step").isPositive();
  }

  /** Abilities have unique names and descriptions, and one is {@code predict}. */
  @Test
  public void abilitiesHaveNames() {
    List<String> names = task().abilities().stream().map(Ability::name).toList();
    assertThat(names).as("abilities").doesNotHaveDuplicates().contains(Ability.PREDICT);
    for (Ability ability : task().abilities()) {
      assertThat(ability.name()).as("name of an ability").matches(NAME);
      assertThat(ability.description()).as("description of %s", ability.name()).isNotBlank();
    }
    assertThat(task().evaluator().options()).as("options of the evaluator").isNotNull();
  }

  /** A run writes a model file that names the task, with finite weights and the settings. */
  @Test
  public void aRunWritesAModel() {
    TaskReport report = run(given("model"), -1);
    assertThat(report.stopped()).as("stopped").isFalse();
    ModelFile file = ModelFiles.read(folder.resolve("model"));
    file.requireFinite("the model");
    Spec kept = file.provenance().hyperParameters();
    assertThat(kept.name()).as("task in the model file").isEqualTo(task().name());
    assertThat(task().upgraded(kept)).as("upgraded settings of a new file").isEqualTo(kept);
  }

  /**
   * The same settings give the same bytes.
   *
   * @throws IOException if a file cannot be read or written
   */
  @Test
  public void theSameRunWritesTheSameBytes() throws IOException {
    assertThat(trained("second")).as("model of a second run").isEqualTo(trained("first"));
  }

  /**
   * A run that is stopped after two updates and resumed writes the bytes of one that was not.
   *
   * @throws IOException if a file cannot be read or written
   */
  @Test
  public void aResumedRunWritesTheSameBytes() throws IOException {
    byte[] expected = trained("whole");
    TaskReport stopped = run(given("resumed"), UPDATES / 2);
    assertThat(stopped.stopped()).as("stopped").isTrue();
    Path checkpoint = folder.resolve("resumed.checkpoint");
    assertThat(checkpoint).exists();
    run(Map.of("resume", checkpoint.toString()), -1);
    assertThat(Files.readAllBytes(folder.resolve("resumed")))
        .as("model of the resumed run")
        .isEqualTo(expected);
  }
}
