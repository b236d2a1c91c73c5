package dev.comporta.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.InvalidOptionException;
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
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.UntraceableException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each check of the cell contract catches the fault that it is there for. */
@Tag("full")
class BrokenCellsTest {
  /** A fault, and the check that has to catch it. */
  private enum Fault {
    DESCRIPTION_OF_TWO_LINES("nameAndDescriptionKeepTheRules"),
    TAKES_A_MISSPELT_OPTION("anUnknownOptionIsRefused"),
    TAKES_A_NUMBER_FOR_A_FLAG("aValueOfAnotherTypeIsRefused"),
    CORRECTS_A_NUMBER_SILENTLY("aNumberOutOfRangeIsRefused"),
    FAILS_AT_A_LARGE_NUMBER("extremeNumbersAreAcceptedOrRefusedInOneSentence"),
    RENAMES_ITS_PARAMETERS("sizesAndParametersAreDeclared"),
    RETURNS_ANOTHER_PART("aStepReturnsWhatIsDeclared"),
    COUNTS_ITS_STEPS("aStepIsAPureFunction"),
    CANCELS("valuesAreExact"),
    STOPS_A_GRADIENT("gradientsAreCentralDifferences"),
    READS_VALUES("theCellIsPlanned"),
    DIFFERS_WHEN_TRACED("thePlanComputesTheDefinition"),
    SEES_PADDING("paddingHasNoEffect"),
    KEEPS_A_STATE_OF_ITS_OWN("aRunMayBeDividedIntoChunks"),
    MIXES_ROWS("rowsAreIndependent"),
    DEPENDS_ON_THE_BATCH_SIZE("aStreamEqualsTheBatch"),
    DEPENDS_ON_THE_CLOCK("theNumberOfThreadsChangesNoBit"),
    CHANGES_FROM_CELL_TO_CELL("aLoadedModelGivesTheSameBits"),
    HAS_A_FIXED_SIZE("theCellHasNoSizeOfItsOwn");

    private final String caughtBy;

    Fault(String caughtBy) {
      this.caughtBy = caughtBy;
    }
  }

  private static final AtomicInteger MADE = new AtomicInteger();

  /** The simple recurrent network, apart from the fault. */
  private static final class BrokenCell implements Cell {
    private final int inputSize;
    private final int hiddenSize;
    private final Fault fault;
    private final int number = MADE.incrementAndGet();
    private final AtomicInteger steps = new AtomicInteger();

    BrokenCell(int inputSize, int hiddenSize, Fault fault) {
      this.inputSize = inputSize;
      this.hiddenSize = fault == Fault.HAS_A_FIXED_SIZE ? 5 : hiddenSize;
      this.fault = fault;
    }

    @Override
    public int inputSize() {
      return fault == Fault.HAS_A_FIXED_SIZE ? 4 : inputSize;
    }

    @Override
    public int outputSize() {
      return hiddenSize;
    }

    private String bias() {
      return fault == Fault.RENAMES_ITS_PARAMETERS ? "b" + number : "b";
    }

    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          ParameterSpec.matrix("W", inputSize(), hiddenSize),
          ParameterSpec.matrix("U", hiddenSize, hiddenSize),
          ParameterSpec.bias(bias(), hiddenSize));
    }

    @Override
    public List<StateSpec> state() {
      return List.of(StateSpec.zeros("h", hiddenSize));
    }

    @Override
    public Step step(Tensor x, CellState state, StepContext context) {
      Tensor h = state.get("h");
      Tensor a =
          x.matmul(context.parameter("W"))
              .plus(context.parameter(bias()))
              .plus(h.matmul(context.parameter("U")));
      Tensor hNext = broken(a, x, h).tanh();
      CellState next =
          fault == Fault.RETURNS_ANOTHER_PART
              ? CellState.of("h", hNext, "c", hNext)
              : CellState.of("h", hNext);
      return new Step(hNext, next);
    }

    private Tensor broken(Tensor a, Tensor x, Tensor h) {
      return switch (fault) {
        case COUNTS_ITS_STEPS, KEEPS_A_STATE_OF_ITS_OWN ->
            a.times(1 + 0.01f * steps.incrementAndGet());
        case CANCELS -> a.plus(30_000).plus(-30_000);
        case STOPS_A_GRADIENT -> a.plus(h.stopGradient().times(0.5f));
        case READS_VALUES -> x.toArray().length == 0 ? x : a;
        case DIFFERS_WHEN_TRACED -> {
          try {
            yield x.toArray().length == 0 ? x : a;
          } catch (UntraceableException e) {
            yield a.times(0.5f);
          }
        }
        case MIXES_ROWS, SEES_PADDING -> a.plus(a.mean(0));
        case DEPENDS_ON_THE_BATCH_SIZE -> a.times(1f / x.shape().size(0));
        case DEPENDS_ON_THE_CLOCK -> a.times(1 + (System.nanoTime() & 1023));
        case CHANGES_FROM_CELL_TO_CELL -> a.times(number % 7);
        default -> a;
      };
    }
  }

  static Cell thatDiffersWhenTraced(int inputSize) {
    return new BrokenCell(inputSize, 3, Fault.DIFFERS_WHEN_TRACED);
  }

  private record Provider(Fault fault) implements CellProvider {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public String description() {
      return fault == Fault.DESCRIPTION_OF_TWO_LINES ? "a cell\nin two lines" : "A broken cell";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      switch (fault) {
        case TAKES_A_MISSPELT_OPTION -> {
          options.flag("fast", false);
          options.whole("fastx", 0, 9, 0);
        }
        case TAKES_A_NUMBER_FOR_A_FLAG -> {
          try {
            options.flag("fast", false);
          } catch (InvalidOptionException e) {
            break; // as if it were not given
          }
        }
        case CORRECTS_A_NUMBER_SILENTLY -> {
          try {
            options.real("scale", 1, 0, 1);
          } catch (InvalidOptionException e) {
            break; // as if it were the default
          }
        }
        case FAILS_AT_A_LARGE_NUMBER -> {
          int scale = options.whole("scale", 0, Integer.MAX_VALUE, 1);
          Math.multiplyExact(scale, 1024);
        }
        default -> options.real("scale", 1, 0, 1);
      }
      return new BrokenCell(inputSize, hiddenSize, fault);
    }
  }

  /** The contract under test, with the fault that is tried now. */
  static final class Contract extends CellContract {
    private static Fault fault = Fault.DESCRIPTION_OF_TWO_LINES;

    @Override
    protected Catalog catalog() {
      return Catalog.load().with(Kind.CELL, List.of(new Provider(fault)));
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
  void onlyTheCheckOfTheDescriptionFailsIfNothingElseIsWrong() {
    Contract.fault = Fault.DESCRIPTION_OF_TWO_LINES;
    assertThat(Faults.failing(Contract.class)).containsExactly("nameAndDescriptionKeepTheRules");
    Contract.fault = Fault.STOPS_A_GRADIENT;
    assertThat(Faults.failing(Contract.class)).containsExactly("gradientsAreCentralDifferences");
  }

  @Test
  void everyCheckHasItsFault() {
    Set<String> caught = new TreeSet<>();
    for (Fault fault : Fault.values()) {
      caught.add(fault.caughtBy);
    }
    assertThat(caught).isEqualTo(Faults.checks(CellContract.class));
  }
}
