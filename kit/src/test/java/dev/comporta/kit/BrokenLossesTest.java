package dev.comporta.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.LabelLoss;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;
import dev.comporta.api.training.Target;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each check of the loss contract catches the fault that it is there for. */
class BrokenLossesTest {
  /** A fault, and the check that has to catch it. */
  private enum Fault {
    CANCELS("valuesAreExact"),
    STOPS_A_GRADIENT("gradientsAreCentralDifferences"),
    COUNTS_PADDING("paddingHasNoEffect"),
    AVERAGES_ITSELF("rowsAddUp"),
    COUNTS_ITS_CALLS("aLossIsAPureFunction"),
    TAKES_ANY_LENGTHS("aTargetThatDoesNotFitIsRefused"),
    DIFFERS_FOR_LABELS_ALONE("labelsAloneGiveTheSameValue");

    private final String caughtBy;

    Fault(String caughtBy) {
      this.caughtBy = caughtBy;
    }
  }

  /** Wraps the framework's own loss and breaks it. */
  private static Loss broken(Fault fault) {
    AtomicInteger calls = new AtomicInteger();
    Loss mse = Catalog.load().loss(Spec.of("mse"));
    return switch (fault) {
      case CANCELS ->
          (x, target) -> {
            Loss.Value value = mse.of(x, target);
            return new Loss.Value(value.sum().plus(1e7f).plus(-1e7f), value.weight());
          };
      case STOPS_A_GRADIENT ->
          (x, target) -> {
            Loss.Value value = mse.of(x, target);
            return new Loss.Value(
                value.sum().plus(mse.of(x.stopGradient(), target).sum()), value.weight());
          };
      case COUNTS_PADDING -> (x, target) -> mse.of(x, Target.values(target.values(), null));
      case AVERAGES_ITSELF ->
          (x, target) -> {
            Loss.Value value = mse.of(x, target);
            double weight = Math.max(1, value.weight());
            return new Loss.Value(value.sum().times((float) (1 / weight)), 1);
          };
      case COUNTS_ITS_CALLS ->
          (x, target) -> {
            Loss.Value value = mse.of(x, target);
            return new Loss.Value(value.sum().times(calls.incrementAndGet()), value.weight());
          };
      case TAKES_ANY_LENGTHS ->
          (x, target) -> {
            int[] lengths = target.lengths();
            boolean fit = lengths == null || lengths.length == x.shape().size(1);
            return mse.of(x, fit ? target : Target.values(target.values(), null));
          };
      case DIFFERS_FOR_LABELS_ALONE -> new LabelsAlone(Catalog.load().loss(Spec.of("nll")));
    };
  }

  private record LabelsAlone(Loss nll) implements LabelLoss {
    @Override
    public Value of(Tensor prediction, Target target) {
      return nll.of(prediction, target);
    }

    @Override
    public Value ofLabels(Function<Ids, Tensor> logProbabilities, Target target, Shape prediction) {
      return new Value(logProbabilities.apply(target.labels()).sum(), target.labels().count());
    }
  }

  private record Provider(Fault fault) implements LossProvider {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public String description() {
      return "a broken loss";
    }

    @Override
    public Loss create(OptionReader options) {
      return broken(fault);
    }
  }

  /** The contract under test, with the fault that is tried now. */
  static final class Contract extends LossContract {
    private static Fault fault = Fault.CANCELS;

    @Override
    protected Catalog catalog() {
      return Catalog.load().with(Kind.LOSS, List.of(new Provider(fault)));
    }

    @Override
    protected List<Spec> specs() {
      return List.of(Spec.of("broken"));
    }

    @Override
    protected boolean ofLabels() {
      return fault == Fault.DIFFERS_FOR_LABELS_ALONE;
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
  void everyCheckOfLossesHasItsFault() {
    Faults.requireEachCaught(
        LossContract.class, Arrays.stream(Fault.values()).map(fault -> fault.caughtBy));
  }
}
