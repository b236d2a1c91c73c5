package dev.comporta.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.OptimizerProvider;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each check of the optimizer contract catches the fault that it is there for. */
class BrokenOptimizersTest {
  /** A fault, and the check that has to catch it. */
  private enum Fault {
    HAS_TWO_SLOTS_OF_ONE_NAME("stateAndRateAreDeclared"),
    FORGETS_THE_MOMENTUM("updatesFollowTheFormula"),
    LOOKS_AT_THE_ELEMENT_BEFORE("theDivisionIntoRangesChangesNoBit"),
    WRITES_BEYOND_THE_RANGE("nothingOutsideTheRangeIsTouched"),
    COUNTS_ITS_UPDATES("aResumedRunGivesTheSameBits"),
    KEEPS_A_SUM_ITSELF("twoModelsMayShareIt"),
    IGNORES_THE_LEARNING_RATE("theLearningRateScalesTheUpdate"),
    CLIMBS("aSumOfSquaresBecomesSmaller");

    private final String caughtBy;

    Fault(String caughtBy) {
      this.caughtBy = caughtBy;
    }
  }

  /** Gradient descent with momentum, apart from the fault. */
  private static final class BrokenOptimizer implements Optimizer {
    private final Fault fault;
    private final AtomicInteger updates = new AtomicInteger();

    BrokenOptimizer(Fault fault) {
      this.fault = fault;
    }

    @Override
    public double defaultLearningRate() {
      return 0.01;
    }

    @Override
    public List<String> slots() {
      return fault == Fault.HAS_TWO_SLOTS_OF_ONE_NAME ? List.of("v", "v") : List.of("v");
    }

    @Override
    public void update(Update update) {
      float[] v = update.slots().getFirst();
      float rate = (float) update.learningRate();
      int count = updates.incrementAndGet();
      for (int i = update.from(); i < update.to(); i++) {
        float g = update.gradients()[i];
        v[i] = fault == Fault.FORGETS_THE_MOMENTUM ? g : 0.5f * v[i] + g;
        float change =
            switch (fault) {
              case LOOKS_AT_THE_ELEMENT_BEFORE -> i > update.from() ? v[i] + v[i - 1] : v[i];
              case COUNTS_ITS_UPDATES, KEEPS_A_SUM_ITSELF -> v[i] / count;
              case CLIMBS -> -v[i];
              default -> v[i];
            };
        update.values()[i] -= (fault == Fault.IGNORES_THE_LEARNING_RATE ? 0.01f : rate) * change;
      }
      if (fault == Fault.WRITES_BEYOND_THE_RANGE && update.to() < v.length) {
        v[update.to()] = 1;
      }
    }
  }

  private record Provider(Fault fault) implements OptimizerProvider {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public String description() {
      return "A broken optimizer";
    }

    @Override
    public Optimizer create(OptionReader options) {
      return new BrokenOptimizer(fault);
    }
  }

  /** The contract under test, with the fault that is tried now. */
  static final class Contract extends OptimizerContract {
    private static Fault fault = Fault.CLIMBS;

    @Override
    protected Catalog catalog() {
      return Catalog.load().with(Kind.OPTIMIZER, List.of(new Provider(fault)));
    }

    @Override
    protected List<Spec> specs() {
      return List.of(Spec.of("broken"));
    }

    @Override
    protected Double path(Spec spec, double start, double[] gradients) {
      double p = start;
      double v = 0;
      for (double g : gradients) {
        v = 0.5 * v + g;
        p -= 0.01 * v;
      }
      return p;
    }
  }

  @ParameterizedTest
  @EnumSource
  void theFaultIsCaught(Fault fault) {
    Contract.fault = fault;
    assertThat(Faults.failing(Contract.class)).contains(fault.caughtBy);
  }

  @Test
  void onlyTheFormulaFailsIfNothingElseIsWrong() {
    Contract.fault = Fault.FORGETS_THE_MOMENTUM;
    assertThat(Faults.failing(Contract.class)).containsExactly("updatesFollowTheFormula");
  }

  @Test
  void everyCheckOfOptimizersHasItsFault() {
    Faults.requireEachCaught(
        OptimizerContract.class, Arrays.stream(Fault.values()).map(fault -> fault.caughtBy));
  }
}
