package dev.comporta.cli;

import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.frame.FrameModule;
import dev.comporta.frame.Task;
import dev.comporta.frame.model.OpenModel;
import java.util.List;

/** This application, composed: the catalog of the installed providers, tasks among them. */
final class Application {
  static {
    // A handful of objects need no classes made at run time, and the way in which Guice 7 defines
    // such classes makes JDK 25 print warnings. Guice reads this once.
    System.setProperty("guice_bytecode_gen_option", "DISABLED");
  }

  private final Injector injector = Guice.createInjector(new FrameModule());

  Catalog catalog() {
    return injector.getInstance(Catalog.class);
  }

  List<Task> tasks() {
    return catalog().all(Task.KIND);
  }

  /** The task that trained a model. */
  Task task(OpenModel model) {
    return catalog().find(Task.KIND, model.task());
  }
}
