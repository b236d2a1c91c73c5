package dev.comporta.frame;

import com.google.inject.AbstractModule;
import dev.comporta.api.catalog.Catalog;

/**
 * Binds a {@link Catalog} that was made before, so that what is wrong with an installed jar is
 * reported by the catalog and not by Guice. A task that is not installed as a provider is added to
 * the catalog:
 *
 * <pre>{@code
 * Catalog catalog = Catalog.load(Task.KIND).with(Task.KIND, List.of(new MyTask()));
 * Injector injector = Guice.createInjector(new FrameModule(catalog));
 * }</pre>
 */
public final class FrameModule extends AbstractModule {
  private final Catalog catalog;

  /**
   * Creates the module.
   *
   * @param catalog the providers, those of {@link Task#KIND} among them
   */
  public FrameModule(Catalog catalog) {
    this.catalog = catalog;
  }

  @Override
  protected void configure() {
    bind(Catalog.class).toInstance(catalog);
  }
}
