package dev.comporta.tasks;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.comporta.api.catalog.Catalog;
import org.apiguardian.api.API;

/**
 * Binds what every application needs: the {@link Catalog} of the installed providers and {@link
 * ComputeFactory}. An application that wants other providers binds its own catalog instead, with
 * {@code Modules.override} or by leaving this module out.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class FrameworkModule extends AbstractModule {
  /** Creates the module. */
  public FrameworkModule() {}

  @Provides
  @Singleton
  Catalog catalog() {
    return Catalog.load();
  }
}
