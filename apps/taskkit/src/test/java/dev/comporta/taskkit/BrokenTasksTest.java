package dev.comporta.taskkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingOptions;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Each check of the task contract catches the fault that it is there for. */
@Tag("full")
class BrokenTasksTest {
  /** A fault, and the check that has to catch it. */
  private enum Fault {
    DESCRIPTION_OF_TWO_LINES("nameAndDescriptionKeepTheRules"),
    OPTION_WITHOUT_HELP("optionsAreDeclaredOnce"),
    TAKES_THE_UNKNOWN_OPTION("anUnknownSettingIsRefused"),
    STEPS_OF_NOTHING("theSizeOfAStepIsPositive"),
    PREDICTS_TWICE("abilitiesHaveNames"),
    UPGRADES_NEW_SETTINGS("aRunWritesAModel"),
    OTHER_DATA_EVERY_TIME("theSameRunWritesTheSameBytes"),
    OTHER_DATA_WHEN_RESUMED("aResumedRunWritesTheSameBytes");

    private final String caughtBy;

    Fault(String caughtBy) {
      this.caughtBy = caughtBy;
    }
  }

  private static final AtomicInteger OPENED = new AtomicInteger();

  /** The adding problem, apart from the fault. */
  private record BrokenTask(Task adding, Fault fault) implements Task {
    @Override
    public String name() {
      return "adding";
    }

    @Override
    public String description() {
      return fault == Fault.DESCRIPTION_OF_TWO_LINES ? "two\nlines" : adding.description();
    }

    @Override
    public Options options() {
      return switch (fault) {
        case OPTION_WITHOUT_HELP ->
            adding.options().and(Option.whole("more", 0).or(1).in(Group.DATA).help(""));
        case TAKES_THE_UNKNOWN_OPTION ->
            adding.options().and(Option.whole("no-such-option", 0).or(1).help("anything"));
        default -> adding.options();
      };
    }

    @Override
    public Experiment open(Settings settings, TaskContext context) {
      boolean other =
          fault == Fault.OTHER_DATA_EVERY_TIME || fault == Fault.OTHER_DATA_WHEN_RESUMED;
      return adding.open(
          other ? settings.with(TrainingOptions.SEED, OPENED.incrementAndGet()) : settings,
          context);
    }

    @Override
    public StepSize stepSize(Settings settings) {
      return fault == Fault.STEPS_OF_NOTHING ? new StepSize(0, 0) : adding.stepSize(settings);
    }

    @Override
    public Evaluator evaluator() {
      return adding.evaluator();
    }

    @Override
    public List<Ability> abilities() {
      Ability first = adding.abilities().getFirst();
      return fault == Fault.PREDICTS_TWICE ? List.of(first, first) : adding.abilities();
    }

    @Override
    public Spec upgraded(Spec kept) {
      return fault == Fault.UPGRADES_NEW_SETTINGS ? kept.with("length", 7) : kept;
    }
  }

  /** The contract under test, with the fault that is tried now. */
  static final class Contract extends TaskContract {
    private static Fault fault = Fault.DESCRIPTION_OF_TWO_LINES;

    @Override
    protected Task task() {
      return new BrokenTask(Catalog.load(Task.KIND).find(Task.KIND, "adding"), fault);
    }

    @Override
    protected Map<String, Object> settings() {
      return Map.of("hidden", 4, "batch", 2, "length", 6);
    }
  }

  private static Set<String> failing() {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(Contract.class))
        .execute()
        .testEvents()
        .failed()
        .stream()
        .map(event ->
            ((MethodSource) event.getTestDescriptor().getSource().orElseThrow()).getMethodName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @EnumSource
  void theFaultIsCaught(Fault fault) {
    Contract.fault = fault;
    assertThat(failing()).contains(fault.caughtBy);
  }

  @Test
  void onlyTheDescriptionFailsIfNothingElseIsWrong() {
    Contract.fault = Fault.DESCRIPTION_OF_TWO_LINES;
    assertThat(failing()).containsExactly("nameAndDescriptionKeepTheRules");
  }

  @Test
  void everyCheckHasItsFault() {
    Set<String> checks =
        Arrays.stream(TaskContract.class.getMethods())
            .filter(method -> method.isAnnotationPresent(Test.class))
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(Arrays.stream(Fault.values()).map(fault -> fault.caughtBy).toList())
        .containsExactlyInAnyOrderElementsOf(checks);
  }
}
