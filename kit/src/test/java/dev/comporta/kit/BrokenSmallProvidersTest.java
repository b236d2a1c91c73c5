package dev.comporta.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.attention.Attention;
import dev.comporta.api.attention.AttentionProvider;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Initializer;
import dev.comporta.api.training.InitializerProvider;
import dev.comporta.api.training.Schedule;
import dev.comporta.api.training.ScheduleProvider;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each check of the contracts of schedules, initialisers and attention catches its fault. */
class BrokenSmallProvidersTest {
  private static final List<Spec> SPECS = List.of(Spec.of("broken"));

  // ---- schedules --------------------------------------------------------------------------------

  private enum ScheduleFault {
    FALLS_BELOW_ZERO("everyRateIsFiniteAndNotNegative"),
    COUNTS_ITS_CALLS("aScheduleIsAPureFunction"),
    IS_ALWAYS_ZERO("someRateIsPositive");

    private final String caughtBy;

    ScheduleFault(String caughtBy) {
      this.caughtBy = caughtBy;
    }
  }

  private record BrokenSchedule(ScheduleFault fault) implements ScheduleProvider {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public String description() {
      return "a broken schedule";
    }

    @Override
    public Schedule create(OptionReader options) {
      AtomicInteger calls = new AtomicInteger();
      return switch (fault) {
        case FALLS_BELOW_ZERO ->
            (base, progress) -> base * (1 - 1.01 * progress.step() / progress.totalSteps());
        case COUNTS_ITS_CALLS -> (base, progress) -> base / calls.incrementAndGet();
        case IS_ALWAYS_ZERO -> (base, progress) -> 0;
      };
    }
  }

  static final class OfSchedules extends ScheduleContract {
    private static ScheduleFault fault = ScheduleFault.IS_ALWAYS_ZERO;

    @Override
    protected Catalog catalog() {
      return Catalog.load().with(Kind.SCHEDULE, List.of(new BrokenSchedule(fault)));
    }

    @Override
    protected List<Spec> specs() {
      return SPECS;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBrokenScheduleIsCaught(ScheduleFault fault) {
    OfSchedules.fault = fault;
    assertThat(Faults.failing(OfSchedules.class)).containsExactly(fault.caughtBy);
  }

  // ---- initialisers -----------------------------------------------------------------------------

  private enum InitializerFault {
    WRITES_ONE_NUMBER_TOO_MANY("theParameterIsFilledAndNothingElse"),
    USES_OTHER_RANDOM_NUMBERS("numbersDependOnTheStreamOnly");

    private final String caughtBy;

    InitializerFault(String caughtBy) {
      this.caughtBy = caughtBy;
    }
  }

  private record BrokenInitializer(InitializerFault fault) implements InitializerProvider {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public String description() {
      return "a broken initialiser";
    }

    @Override
    public Initializer create(OptionReader options) {
      AtomicInteger calls = new AtomicInteger();
      return (spec, values, offset, random) -> {
        boolean more = fault == InitializerFault.WRITES_ONE_NUMBER_TOO_MANY;
        for (int i = 0; i < spec.shape().count() + (more ? 1 : 0); i++) {
          values[offset + i] = more ? random.uniform(i) : calls.incrementAndGet();
        }
      };
    }
  }

  static final class OfInitializers extends InitializerContract {
    private static InitializerFault fault = InitializerFault.WRITES_ONE_NUMBER_TOO_MANY;

    @Override
    protected Catalog catalog() {
      return Catalog.load().with(Kind.INITIALIZER, List.of(new BrokenInitializer(fault)));
    }

    @Override
    protected List<Spec> specs() {
      return SPECS;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBrokenInitialiserIsCaught(InitializerFault fault) {
    OfInitializers.fault = fault;
    assertThat(Faults.failing(OfInitializers.class)).containsExactly(fault.caughtBy);
  }

  // ---- attention --------------------------------------------------------------------------------

  private enum AttentionFault {
    SCORES_IN_A_COLUMN("scoresHaveOneNumberPerPosition"),
    CANCELS("valuesAreExact"),
    STOPS_A_GRADIENT("gradientsAreCentralDifferences"),
    COUNTS_THE_POSITIONS_OF_ALL("paddingHasNoEffect"),
    MIXES_ROWS("rowsAreIndependent"),
    COUNTS_ITS_CALLS("withoutAMaskAllPositionsCount");

    private final String caughtBy;

    AttentionFault(String caughtBy) {
      this.caughtBy = caughtBy;
    }
  }

  private static final AtomicInteger SCORED = new AtomicInteger();

  /** The score {@code (keys W) query}, apart from the fault. */
  private record BrokenAttention(AttentionFault fault, int querySize, int keySize)
      implements Attention {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of(ParameterSpec.matrix("W", keySize, querySize));
    }

    @Override
    public Tensor scores(Tensor query, Tensor projected, Function<String, Tensor> parameters) {
      int rows = projected.shape().size(0);
      int positions = projected.shape().size(1);
      Tensor scores = // [B, S, 1]
          projected.matmul(parameters.apply("W")).times(query.reshape(rows, 1, querySize)).sum(-1);
      Tensor flat = scores.reshape(rows, positions);
      return switch (fault) {
        case SCORES_IN_A_COLUMN -> scores;
        case CANCELS -> flat.plus(30_000).plus(-30_000);
        case STOPS_A_GRADIENT -> flat.plus(flat.stopGradient().times(0.5f));
        case COUNTS_THE_POSITIONS_OF_ALL -> flat.plus(SCORED.incrementAndGet() * 0.1f).square();
        case MIXES_ROWS -> flat.plus(flat.mean(0));
        case COUNTS_ITS_CALLS -> flat.times(SCORED.incrementAndGet() % 7);
      };
    }
  }

  private record BrokenAttentionProvider(AttentionFault fault) implements AttentionProvider {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public String description() {
      return "a broken score";
    }

    @Override
    public Attention create(int querySize, int keySize, OptionReader options) {
      return new BrokenAttention(fault, querySize, keySize);
    }
  }

  static final class OfAttention extends AttentionContract {
    private static AttentionFault fault = AttentionFault.CANCELS;

    @Override
    protected Catalog catalog() {
      return Catalog.load().with(Kind.ATTENTION, List.of(new BrokenAttentionProvider(fault)));
    }

    @Override
    protected List<Spec> specs() {
      return SPECS;
    }
  }

  @ParameterizedTest
  @EnumSource
  void brokenAttentionIsCaught(AttentionFault fault) {
    OfAttention.fault = fault;
    assertThat(Faults.failing(OfAttention.class)).contains(fault.caughtBy);
  }

  @Test
  void everyCheckHasItsFault() {
    Faults.requireEachCaught(
        ScheduleContract.class, Arrays.stream(ScheduleFault.values()).map(fault -> fault.caughtBy));
    Faults.requireEachCaught(
        InitializerContract.class,
        Arrays.stream(InitializerFault.values()).map(fault -> fault.caughtBy));
    Faults.requireEachCaught(
        AttentionContract.class,
        Arrays.stream(AttentionFault.values()).map(fault -> fault.caughtBy));
  }
}
