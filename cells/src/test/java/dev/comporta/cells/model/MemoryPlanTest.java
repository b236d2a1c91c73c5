package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.MemoryRun.Sizes;
import dev.comporta.tensor.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Cells that read memories: plan and definition have the same values and gradients. */
@Tag("lanes")
class MemoryPlanTest {
  private static final List<Sizes> SIZES =
      List.of(
          new Sizes(1, 1, 1, null, null, false),
          new Sizes(4, 3, 5, null, null, true),
          new Sizes(5, 9, 33, null, new int[] {33, 1, 5, 0, 32, 33, 16, 17, 2}, false),
          new Sizes(6, 5, 7, new int[] {2, 6, 0, 5, 1}, new int[] {7, 3, 2, 0, 6}, false),
          new Sizes(3, 4, 6, new int[] {1, 3, 3, 2}, null, true));

  static Stream<Arguments> cells() {
    List<Arguments> all = new ArrayList<>();
    for (String backend : List.of("reference", "simd")) {
      for (Cell cell : MemoryCells.all()) {
        SIZES.forEach(sizes -> all.add(Arguments.of(backend, cell, sizes)));
      }
    }
    return all.stream();
  }

  @ParameterizedTest(name = "{0}: {1}, {2}")
  @MethodSource("cells")
  void planMatchesTheDefinition(String backend, Cell cell, Sizes sizes) {
    List<String> log = new ArrayList<>();
    MemoryRun plan = run(cell, sizes, backend, new PlanUnroller(log::add));
    assertThat(log).isEmpty();
    MemoryRun definition = run(cell, sizes, backend, new DefinitionUnroller());
    requireEqual(plan, definition);
  }

  private static MemoryRun run(Cell cell, Sizes sizes, String backend, Unroller unroller) {
    return MemoryRun.of(cell, sizes, backend, Workers.ALONE, unroller, 0.25f);
  }

  private static void requireEqual(MemoryRun actual, MemoryRun expected) {
    requireEqual(actual.outputs(), expected.outputs(), 2e-6);
    requireEqual(actual.gradients(), expected.gradients(), 2e-5);
  }

  private static void requireEqual(
      Map<String, float[]> actual, Map<String, float[]> expected, double tolerance) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, values) ->
        assertThat(distance(actual.getOrDefault(name, new float[0]), values))
            .as(name)
            .isLessThan(tolerance));
  }

  private static double distance(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double distance = 0;
    double length = 0;
    for (int i = 0; i < actual.length; i++) {
      distance += Math.pow((double) actual[i] - expected[i], 2);
      length += Math.pow(expected[i], 2);
    }
    return Math.sqrt(distance / Math.max(length, 1e-12));
  }

  @Test
  void maskedPaddingChangesNoBit() {
    Sizes sizes = SIZES.get(3);
    List<Cell> masking = new ArrayList<>(MemoryCells.all());
    masking.removeIf(cell -> cell.toString().equals("maximum")); // its maximum includes padding
    for (Cell cell : masking) {
      MemoryRun some =
          MemoryRun.of(cell, sizes, "simd", Workers.ALONE, new PlanUnroller(_ -> {}), 0.25f);
      MemoryRun others =
          MemoryRun.of(cell, sizes, "simd", Workers.ALONE, new PlanUnroller(_ -> {}), -3);
      some.outputs()
          .forEach((name, it) ->
              assertThat(others.outputs().get(name)).as(cell + " " + name).isEqualTo(it));
      some.gradients()
          .forEach((name, it) ->
              assertThat(others.gradients().get(name)).as(cell + " " + name).isEqualTo(it));
    }
  }

  @Test
  void aStepThatReadsPaddingIsPlannedWithIt() {
    List<Cell> cells =
        List.of(
            MemoryCells.unmasked(),
            MemoryCells.behind(),
            MemoryCells.beyond(),
            MemoryCells.spread());
    for (Cell cell : cells) {
      for (Sizes sizes : SIZES) {
        List<String> log = new ArrayList<>();
        MemoryRun plan = run(cell, sizes, "simd", new PlanUnroller(log::add));
        requireEqual(plan, run(cell, sizes, "simd", new DefinitionUnroller()));
        assertThat(log).as(cell.toString()).isEmpty();
      }
    }
  }

  @Test
  void bitsDoNotDependOnThreads() {
    Sizes sizes = new Sizes(9, 17, 20, null, null, false);
    for (Cell cell : MemoryCells.all()) {
      MemoryRun alone =
          MemoryRun.of(cell, sizes, "simd", Workers.ALONE, new PlanUnroller(_ -> {}), 0);
      try (WorkerPool pool = new WorkerPool(3)) {
        MemoryRun shared = MemoryRun.of(cell, sizes, "simd", pool, new PlanUnroller(_ -> {}), 0);
        alone.outputs().forEach((name, it) -> assertThat(shared.outputs().get(name)).isEqualTo(it));
        alone
            .gradients()
            .forEach((name, it) -> assertThat(shared.gradients().get(name)).isEqualTo(it));
      }
    }
  }

  @Test
  void aPlanSupportsAnyNumberOfPositions() {
    List<String> log = new ArrayList<>();
    Unroller unroller = new PlanUnroller(log::add);
    Cell cell = MemoryCells.additive();
    for (int positions : new int[] {1, 4, 13, 17, 19, 40}) {
      Sizes sizes = new Sizes(3, 4, positions, null, null, false);
      requireEqual(
          run(cell, sizes, "simd", unroller), run(cell, sizes, "simd", new DefinitionUnroller()));
    }
    assertThat(log).isEmpty();
  }

  @Test
  void anUnchangedStateOfPositionsRunsByDefinition() {
    List<String> log = new ArrayList<>();
    Cell cell = MemoryCells.idle();
    Sizes sizes = SIZES.get(1);
    MemoryRun plan = run(cell, sizes, "simd", new PlanUnroller(log::add));
    requireEqual(plan, run(cell, sizes, "simd", new DefinitionUnroller()));
    assertThat(log).singleElement().asString().contains("a state 'past' of positions");
  }

  @Test
  void aStepThatDependsOnTheNumberOfPositionsRunsByDefinition() {
    List<String> log = new ArrayList<>();
    Cell cell = MemoryCells.mean();
    Sizes sizes = SIZES.get(1);
    MemoryRun plan = run(cell, sizes, "simd", new PlanUnroller(log::add));
    requireEqual(plan, run(cell, sizes, "simd", new DefinitionUnroller()));
    assertThat(log).singleElement().asString().contains("number of positions of a memory");
  }
}
