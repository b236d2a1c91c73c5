package dev.comporta.cli;

import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.tasks.ComputeFactory;
import dev.comporta.tasks.FrameworkModule;
import dev.comporta.tasks.Tasks;
import dev.comporta.tasks.TasksModule;

/** This application, composed: the framework's bindings and the tasks that come with it. */
final class Application {
  static {
    // A handful of objects need no classes made at run time, and the way in which Guice 7 defines
    // such classes makes JDK 25 print warnings. Guice reads this once.
    System.setProperty("guice_bytecode_gen_option", "DISABLED");
  }

  private final Injector injector = Guice.createInjector(new FrameworkModule(), new TasksModule());

  Catalog catalog() {
    return injector.getInstance(Catalog.class);
  }

  ComputeFactory computers() {
    return injector.getInstance(ComputeFactory.class);
  }

  Tasks tasks() {
    return injector.getInstance(Tasks.class);
  }
}
