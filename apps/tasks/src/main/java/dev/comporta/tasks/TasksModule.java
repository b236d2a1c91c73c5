package dev.comporta.tasks;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import dev.comporta.tasks.adding.Adding;
import dev.comporta.tasks.captions.Captions;
import dev.comporta.tasks.charlm.CharLm;
import dev.comporta.tasks.forecast.Forecast;
import dev.comporta.tasks.translation.Dates;
import dev.comporta.tasks.translation.Numbers;
import dev.comporta.tasks.translation.TranslationTask;
import dev.comporta.tasks.wordlm.WordLm;
import org.apiguardian.api.API;

/**
 * Binds the tasks that come with Comporta. Another application adds its own to the same set:
 *
 * <pre>{@code
 * Multibinder.newSetBinder(binder(), Task.class).addBinding().to(MyTask.class);
 * }</pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public final class TasksModule extends AbstractModule {
  /** Creates the module. */
  public TasksModule() {}

  @Override
  protected void configure() {
    Multibinder<Task> tasks = Multibinder.newSetBinder(binder(), Task.class);
    tasks.addBinding().to(Adding.class);
    tasks.addBinding().to(Captions.class);
    tasks.addBinding().to(CharLm.class);
    tasks.addBinding().to(Forecast.class);

    tasks.addBinding().to(Dates.class);
    tasks.addBinding().to(Numbers.class);
    tasks.addBinding().to(TranslationTask.class);
    tasks.addBinding().to(WordLm.class);
  }
}
