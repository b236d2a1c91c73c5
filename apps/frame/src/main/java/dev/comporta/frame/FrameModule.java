package dev.comporta.frame;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import dev.comporta.api.catalog.Catalog;
import java.util.Set;

/**
 * Binds the {@link Catalog} of the installed providers, tasks among them. Another module adds a
 * task that is not installed as a provider:
 *
 * <pre>{@code
 * Multibinder.newSetBinder(binder(), Task.class).addBinding().to(MyTask.class);
 * }</pre>
 */
public final class FrameModule extends AbstractModule {
  /** Creates the module. */
  public FrameModule() {}

  @Override
  protected void configure() {
    Multibinder.newSetBinder(binder(), Task.class);
  }

  @Provides
  @Singleton
  Catalog catalog(Set<Task> added) {
    return Catalog.load(Task.KIND).with(Task.KIND, added);
  }
}
