package dev.comporta.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.Guice;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.ProviderException;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FrameModuleTest {
  /** What another application brings. */
  private record CountTo(String name, String description) implements Task {
    CountTo(String name) {
      this(name, "something that counts");
    }

    @Override
    public Options options() {
      return Options.of();
    }

    @Override
    public Experiment open(Settings settings, TaskContext context) {
      throw new UnsupportedOperationException();
    }

    @Override
    public StepSize stepSize(Settings settings) {
      return new StepSize(1, 1);
    }

    @Override
    public Evaluator evaluator() {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Ability> abilities() {
      return List.of();
    }
  }

  private static Catalog catalogWith(Task... more) {
    Catalog catalog = Catalog.load(Task.KIND).with(Task.KIND, List.of(more));
    return Guice.createInjector(new FrameModule(catalog)).getInstance(Catalog.class);
  }

  @Test
  void anotherApplicationAddsItsTask() {
    Catalog catalog = catalogWith(new CountTo("count-to"), new CountTo("count-down"));
    assertThat(catalog.names(Task.KIND)).contains("count-down", "count-to");
    assertThat(catalog.find(Task.KIND, "count-to").description())
        .isEqualTo("something that counts");
  }

  @Test
  void tasksOfThirdPartiesAreListedAfterThoseOfTheLectures() {
    List<Task> tasks =
        Stream.of("count-up", "answer", "char-lm", "count-down", "adding")
            .<Task>map(CountTo::new)
            .toList();
    assertThat(TaskOrder.of(tasks))
        .extracting(Task::name)
        .containsExactly("adding", "char-lm", "answer", "count-down", "count-up");
  }

  @Test
  void anUnknownTaskIsAnErrorWithTheNearest() {
    Catalog catalog = catalogWith(new CountTo("count-to"));
    assertThatThrownBy(() -> catalog.find(Task.KIND, "count"))
        .isInstanceOf(UnknownNameException.class)
        .hasMessageStartingWith("unknown task 'count': expected ")
        .hasMessageEndingWith("did you mean 'count-to'?");
  }

  @Test
  void twoTasksOfOneNameAreAnError() {
    assertThatThrownBy(() -> catalogWith(new CountTo("same"), new CountTo("same", "another")))
        .isInstanceOf(ProviderException.class)
        .hasMessageStartingWith("two providers of task 'same': ");
  }

  @Test
  void aRequestToStopIsHeededOnlyDuringTheWork() {
    Interruption interruption = new Interruption();
    assertThat(interruption.requested()).isFalse();
    assertThat(interruption.heeding(interruption::request)).isTrue();
    assertThat(interruption.requested()).isTrue();
    assertThat(interruption.request()).isFalse();
  }
}
