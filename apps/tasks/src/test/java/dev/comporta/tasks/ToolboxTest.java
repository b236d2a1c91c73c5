package dev.comporta.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tasks.Toolbox.Tool;
import dev.comporta.training.Averaging;
import dev.comporta.training.clipping.Clipping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the list names is there under that name. */
class ToolboxTest {
  private static final Catalog CATALOG = Catalog.load();

  /** A value for each option of a cell. */
  private static final Map<String, Object> CELL =
      Map.ofEntries(
          Map.entry("variant", "cifg"),
          Map.entry("peepholes", true),
          Map.entry("coupled", true),
          Map.entry("projection", 3),
          Map.entry("forget-bias", 2.0),
          Map.entry("chrono", 9),
          Map.entry("activation", "hard-threshold"),
          Map.entry("reset", "before"),
          Map.entry("input-dropout", 0.1),
          Map.entry("recurrent-dropout", 0.1),
          Map.entry("candidate-dropout", 0.1));

  /** The layer that has each option, and a value for it. */
  private static final Map<String, List<Object>> LAYER =
      Map.of(
          "zoneout", List.of("recurrent", 0.1),
          "weight-drop", List.of("recurrent", 0.1),
          "learn-initial-state", List.of("recurrent", true),
          "recurrent-initializer", List.of("recurrent", "identity"),
          "reverse", List.of("recurrent", true),
          "returns", List.of("recurrent", "states"),
          "merge", List.of("bidirectional", "sum"),
          "around", List.of("stack", "residual"),
          "tied", List.of("dense", true));

  private static List<Tool> tools(String kind) {
    return Objects.requireNonNull(Toolbox.all().get(kind), kind);
  }

  private static void build(Spec... layers) {
    List<Spec> all = new ArrayList<>();
    all.add(Spec.of("embedding").with("vocabulary", 7).with("size", 4));
    all.addAll(List.of(layers));
    SequenceModel.build(Spec.of(SequenceModel.KIND).with("layers", all), CATALOG);
  }

  private static Spec recurrent(Spec cell) {
    return Spec.of("recurrent").with("cell", cell).with("hidden", 4);
  }

  @Test
  void cellsTakeTheirOptions() {
    assertThat(tools("cell option")).extracting(Tool::name).hasSameElementsAs(CELL.keySet());
    CELL.forEach((option, value) -> {
      String cell =
          switch (option) {
            case "reset" -> "gru";
            case "activation" -> "rnn";
            default -> "lstm";
          };
      build(recurrent(Spec.of(cell).with(option, value)));
    });
  }

  @Test
  void layersTakeTheirOptions() {
    assertThat(tools("option of recurrent layers"))
        .extracting(Tool::name)
        .hasSameElementsAs(LAYER.keySet());
    LAYER.forEach((option, place) -> {
      Spec layer = recurrent(Spec.of("lstm"));
      Object value = place.getLast();
      switch ((String) place.getFirst()) {
        case "stack" ->
            build(Spec.of("stack").with("layer", layer).with("depth", 2).with(option, value));
        case "dense" -> build(Spec.of("dense").with("units", 7).with(option, value));
        case "bidirectional" ->
            build(
                Spec.of("bidirectional")
                    .with("cell", Spec.of("lstm"))
                    .with("hidden", 4)
                    .with(option, value));
        default -> build(layer.with(option, value));
      }
    });
  }

  @Test
  void clippingsAndAveragesAreFoundByTheirNames() {
    for (Tool tool : tools("clipping")) {
      assertThat(Clipping.of(Spec.of(tool.name()))).isInstanceOf(tool.type());
    }
    for (Tool tool : tools("average")) {
      assertThat(Averaging.of(Spec.of(tool.name()))).isInstanceOf(tool.type());
    }
  }

  @Test
  void penaltiesAndMethodsAreOptionsOfTasks() {
    List<Tool> all = new ArrayList<>(tools("penalty"));
    Set<String> methods = Set.of("groups", "accumulate", "patience", "find-learning-rate");
    tools("training").stream().filter(tool -> methods.contains(tool.name())).forEach(all::add);
    assertThat(all).hasSize(8);
    Task task =
        Guice.createInjector(new FrameworkModule(), new TasksModule())
            .getInstance(Tasks.class)
            .get("char-lm");
    assertThat(task.options().stream().map(TaskOption::name))
        .containsAll(all.stream().map(Tool::name).toList());
  }

  @Test
  void everyToolHasOneLine() {
    Toolbox.all()
        .values()
        .forEach(tools ->
            assertThat(tools)
                .isNotEmpty()
                .allSatisfy(tool -> {
                  assertThat(tool.name()).matches("[a-z][a-z0-9-]*");
                  assertThat(tool.description()).isNotBlank().doesNotContain("\n");
                }));
  }
}
