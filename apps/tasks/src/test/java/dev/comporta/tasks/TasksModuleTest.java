package dev.comporta.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.ProvisionException;
import com.google.inject.multibindings.Multibinder;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.model.Spec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TasksModuleTest {
  /** What another application brings. */
  private record CountTo(String name) implements Task {
    @Override
    public String description() {
      return "counts";
    }

    @Override
    public List<TaskOption> options() {
      return List.of(new TaskOption("last", TaskOption.Type.WHOLE, "3", "where to stop"));
    }

    @Override
    public TaskReport run(Spec settings, TaskContext context) {
      return new TaskReport(Map.of("last", settings.reader().size("last", 1, 3)), "", false);
    }
  }

  private static Tasks tasksWith(Task more) {
    return Guice.createInjector(
            new FrameworkModule(),
            new TasksModule(),
            new AbstractModule() {
              @Override
              protected void configure() {
                Multibinder.newSetBinder(binder(), Task.class).addBinding().toInstance(more);
              }
            })
        .getInstance(Tasks.class);
  }

  @Test
  void anotherApplicationAddsItsTaskToTheSet() {
    Tasks tasks = tasksWith(new CountTo("count-to"));
    assertThat(tasks.all())
        .extracting(Task::name)
        .containsExactly(
            "adding",
            "captions",
            "char-lm",
            "count-to",
            "dates",
            "forecast",
            "numbers",
            "translation",
            "word-lm");
    TaskContext context = new TaskContext("0", line -> {}, event -> {}, new Interruption());
    assertThat(tasks.get("count-to").run(Spec.of("count-to").with("last", 7), context).figures())
        .containsEntry("last", 7);
  }

  @Test
  void anUnknownTaskIsAnErrorWithTheNearest() {
    Tasks tasks = tasksWith(new CountTo("count-to"));
    assertThatThrownBy(() -> tasks.get("count"))
        .isInstanceOf(UnknownNameException.class)
        .hasMessage(
            "unknown task 'count': expected one of adding, captions, char-lm, count-to, dates, forecast, numbers, translation, word-lm; did you mean 'count-to'?");
  }

  @Test
  void twoTasksOfOneNameAreAnError() {
    assertThatThrownBy(() -> tasksWith(new CountTo("char-lm")))
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining("two tasks are called 'char-lm'");
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
