package dev.comporta.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.layers.RecurrentLayer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each check of the layer contract catches the fault that it is there for. */
class BrokenLayersTest {
  /** A fault, and the check that has to catch it. */
  private enum Fault {
    RENAMES_ITS_PARAMETERS("sizesAndParametersAreDeclared"),
    HAS_ANOTHER_SIZE("aRunReturnsWhatIsDeclared"),
    COUNTS_ITS_RUNS("aLayerIsAPureFunction"),
    CANCELS("valuesAreExact"),
    STOPS_A_GRADIENT("gradientsAreCentralDifferences"),
    HAS_A_CELL_THAT_DIFFERS_WHEN_TRACED("thePlanComputesTheDefinition"),
    SEES_PADDING("paddingHasNoEffect"),
    READS_FROM_THE_END("aRunMayBeDividedIntoChunks"),
    MIXES_ROWS("rowsAreIndependent"),
    DEPENDS_ON_THE_BATCH_SIZE("aStreamEqualsTheBatch"),
    DEPENDS_ON_THE_CLOCK("theNumberOfThreadsChangesNoBit"),
    CHANGES_FROM_LAYER_TO_LAYER("aLoadedModelGivesTheSameBits");

    private final String caughtBy;

    Fault(String caughtBy) {
      this.caughtBy = caughtBy;
    }
  }

  private static final AtomicInteger MADE = new AtomicInteger();

  /** A dense layer, apart from the fault. */
  private static final class BrokenLayer implements Layer {
    private static final int UNITS = 3;
    private final int inputSize;
    private final Fault fault;
    private final int number = MADE.incrementAndGet();
    private final AtomicInteger runs = new AtomicInteger();

    BrokenLayer(int inputSize, Fault fault) {
      this.inputSize = inputSize;
      this.fault = fault;
    }

    @Override
    public int outputSize() {
      return fault == Fault.HAS_ANOTHER_SIZE ? UNITS + 1 : UNITS;
    }

    private String bias() {
      return fault == Fault.RENAMES_ITS_PARAMETERS ? "b" + number : "b";
    }

    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          ParameterSpec.matrix("W", inputSize, UNITS), ParameterSpec.bias(bias(), UNITS));
    }

    @Override
    public List<StateSpec> carry() {
      return List.of();
    }

    @Override
    public Output forward(Sequence input, CellState carry, LayerContext context) {
      Tensor x = input.values();
      Tensor a = x.matmul(context.parameter("W")).plus(context.parameter(bias())); // [T, B, U]
      return new Output(input.withValues(broken(a, x, context).tanh()), carry);
    }

    private Tensor broken(Tensor a, Tensor x, LayerContext context) {
      return switch (fault) {
        case COUNTS_ITS_RUNS -> a.times(1 + 0.01f * runs.incrementAndGet());
        case CANCELS -> a.plus(30_000).plus(-30_000);
        case STOPS_A_GRADIENT ->
            a.plus(x.stopGradient().matmul(context.parameter("W")).times(0.5f));
        case SEES_PADDING, READS_FROM_THE_END -> a.plus(a.mean(0));
        case MIXES_ROWS -> a.plus(a.mean(1));
        case DEPENDS_ON_THE_BATCH_SIZE -> a.times(1f / x.shape().size(1));
        case DEPENDS_ON_THE_CLOCK -> a.times(1 + (System.nanoTime() & 1023));
        case CHANGES_FROM_LAYER_TO_LAYER -> a.times(number % 7);
        default -> a;
      };
    }
  }

  private record Provider(Fault fault) implements LayerProvider {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public String description() {
      return "A broken layer";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return fault == Fault.HAS_A_CELL_THAT_DIFFERS_WHEN_TRACED
          ? new RecurrentLayer(BrokenCellsTest.thatDiffersWhenTraced(inputSize), false)
          : new BrokenLayer(inputSize, fault);
    }
  }

  /** The contract under test, with the fault that is tried now. */
  static final class Contract extends LayerContract {
    private static Fault fault = Fault.CANCELS;

    @Override
    protected Catalog catalog() {
      return Catalog.load().with(Kind.LAYER, List.of(new Provider(fault)));
    }

    @Override
    protected List<Spec> specs() {
      return List.of(Spec.of("broken"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theFaultIsCaught(Fault fault) {
    Contract.fault = fault;
    assertThat(Faults.failing(Contract.class)).contains(fault.caughtBy);
  }

  @Test
  void onlyTheCheckOfGradientsFailsIfNothingElseIsWrong() {
    Contract.fault = Fault.STOPS_A_GRADIENT;
    assertThat(Faults.failing(Contract.class)).containsExactly("gradientsAreCentralDifferences");
  }

  @Test
  void everyCheckOfLayersHasItsFault() {
    Faults.requireEachCaught(
        LayerContract.class, Arrays.stream(Fault.values()).map(fault -> fault.caughtBy));
  }
}
