package dev.comporta.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.onnx.export.OnnxExport;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.testkit.CellSpecs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every cell of the catalog as an operator or a Scan, read back at other sizes and lengths. */
class ScanExportTest {
  private static final int HIDDEN = 4;

  /** Cells with cumulative sums, which ONNX has since operator set 11. */
  private static final Set<String> SUMMING = Set.of("plug-in");

  /** What a plug-in would have: a cell of its own with two parts of state, one of them learned. */
  private record PlugInCell(int inputSize, int outputSize, boolean reads) implements Cell {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          ParameterSpec.matrix("W", inputSize, outputSize),
          ParameterSpec.matrix("U", outputSize, outputSize),
          ParameterSpec.bias("start", 1));
    }

    @Override
    public List<StateSpec> state() {
      return List.of(StateSpec.zeros("h", outputSize), new StateSpec("count", 1, "start"));
    }

    @Override
    public Step step(Tensor x, CellState state, StepContext context) {
      Tensor h = state.get("h");
      Tensor count = state.get("count").plus(1);
      Tensor a = x.matmul(context.parameter("W")).plus(h.matmulTransposed(context.parameter("U")));
      if (reads && a.toArray()[0] > 0) {
        return new Step(a, CellState.of("h", a, "count", count));
      }
      Tensor next =
          a.softmax().plus(a.shift(1).times(a.maxLast())).dividedBy(count.square().plus(1));
      Tensor y = next.step().select(next, next.abs().sqrt().negate());
      Tensor fromTheEnd = h.shift(-2).apply(new Op.CumulativeSum(true));
      y = y.plus(h.cumulativeSum().erf()).plus(fromTheEnd.times(0.25f));
      return new Step(y, CellState.of("h", y.sin(), "count", count));
    }
  }

  private record PlugIn(String name, boolean reads) implements CellProvider {
    @Override
    public String description() {
      return "A cell of a test";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new PlugInCell(inputSize, hiddenSize, reads);
    }
  }

  private static final Catalog CATALOG =
      Catalog.load()
          .with(Kind.CELL, List.of(new PlugIn("plug-in", false), new PlugIn("reader", true)));

  static Stream<Map.Entry<String, Spec>> cells() {
    Map<String, Spec> cells = new LinkedHashMap<>(CellSpecs.all());
    for (String name : CATALOG.names(Kind.CELL)) {
      if (!name.equals("reader")) {
        cells.putIfAbsent(name, CellSpecs.small(name));
        cells.put(name + " from a learned state", CellSpecs.small(name));
      }
    }
    cells.putAll(CellSpecs.noisy(Catalog.load().names(Kind.CELL)));
    return cells.entrySet().stream();
  }

  private static Spec recurrent(String layer, Map.Entry<String, Spec> cell) {
    Spec spec = Spec.of(layer).with("cell", cell.getValue()).with("hidden", HIDDEN);
    return cell.getKey().contains("learned") ? spec.with("learn-initial-state", true) : spec;
  }

  private static SequenceModel build(int inputs, List<Spec> layers) {
    return Exports.model(CATALOG, inputs, layers, 7, 0.4f);
  }

  private static OnnxExport.Verdict verdict(SequenceModel model, int version) {
    return Exports.verify(Exports.export(model, version), model);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void everyCellIsExported(Map.Entry<String, Spec> cell) {
    Spec dense = Spec.of("dense").with("units", 3);
    SequenceModel forward = build(4, List.of(recurrent("recurrent", cell), dense));
    for (int version : new int[] {9, 10, 11, 13, 17, 22}) {
      if (version < 11 && SUMMING.contains(cell.getValue().name())) {
        assertThatThrownBy(() -> verdict(forward, version))
            .isInstanceOf(OnnxException.class)
            .hasMessageContaining("need operator set 11 or newer");
        continue;
      }
      OnnxExport.Verdict verdict = verdict(forward, version);
      assertThat(verdict.difference()).as("operator set %d", version).isLessThan(1e-5);
      assertThat(verdict.streamed()).isTrue();
    }
    Spec back = recurrent("recurrent", cell).with("reverse", true).with("returns", "last");
    assertThat(verdict(build(4, List.of(back)), 17).difference()).isLessThan(1e-5);
    Spec both = recurrent("bidirectional", cell);
    assertThat(verdict(build(4, List.of(both, dense)), 17).difference()).isLessThan(1e-5);
  }

  @ParameterizedTest
  @MethodSource("returned")
  void everythingThatALayerReturnsIsExported(Spec layer) {
    assertThat(verdict(build(4, List.of(layer)), 17).difference()).isLessThan(1e-5);
    assertThat(verdict(build(4, List.of(layer)), 11).difference()).isLessThan(1e-5);
  }

  static Stream<Spec> returned() {
    return Stream.of("lstm", "mgu", "plug-in", "lru")
        .flatMap(cell ->
            Stream.of("sequence", "last", "states", "state")
                .flatMap(returns ->
                    Stream.of(
                        Spec.of("recurrent")
                            .with("cell", cell)
                            .with("hidden", HIDDEN)
                            .with("returns", returns),
                        Spec.of("bidirectional")
                            .with("cell", cell)
                            .with("hidden", HIDDEN)
                            .with("merge", "mean")
                            .with("returns", returns))));
  }

  @Test
  void convolutionsInAStepAndStacksAreExported() {
    Spec maps =
        Spec.of("conv-lstm")
            .with("height", 4)
            .with("width", 3)
            .with("kernel", 3)
            .with("peepholes", true);
    Spec layer = Spec.of("recurrent").with("cell", maps).with("hidden", 24);
    assertThat(verdict(build(12, List.of(layer)), 17).difference()).isLessThan(1e-5);
    Spec stack =
        Spec.of("stack")
            .with("layer", Spec.of("recurrent").with("cell", "mgu").with("hidden", HIDDEN))
            .with("depth", 3)
            .with("around", "residual");
    assertThat(verdict(build(HIDDEN, List.of(stack)), 17).difference()).isLessThan(1e-5);
  }

  /** A prime stands for the batch while a step is traced; no size of the model may be mistaken. */
  @Test
  void anySizeIsExported() {
    Spec layer = Spec.of("recurrent").with("cell", "mgu").with("hidden", HIDDEN);
    assertThat(verdict(build(8191, List.of(layer)), 17).difference())
        .isLessThan(1e-4); // sums of 8,191
  }

  @Test
  void aStepThatReadsValuesIsRefused() {
    Spec layer = Spec.of("recurrent").with("cell", "reader").with("hidden", HIDDEN);
    assertThatThrownBy(() -> verdict(build(4, List.of(layer)), 17))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("layers.0.cell")
        .hasMessageContaining("PlugInCell");
  }
}
