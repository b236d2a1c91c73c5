package dev.comporta.inference.compute;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.cells.model.Execution;
import dev.comporta.tensor.WorkerPool;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens what a job computes with, from the names that a user gives. */
public final class ComputeFactory {
  /** The name that stands for the most preferred backend that can run. */
  public static final String PREFERRED = "preferred";

  /** The most threads that a user may ask for. */
  public static final int MOST_THREADS = 1024;

  private static final Logger LOG = LoggerFactory.getLogger(ComputeFactory.class);

  private final Catalog catalog;

  /**
   * Creates the factory.
   *
   * @param catalog where backends are found
   */
  public ComputeFactory(Catalog catalog) {
    this.catalog = catalog;
  }

  /** {@return the number of threads where none is given: the processors that the JVM may use} */
  public static int defaultThreads() {
    return Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Opens what was chosen.
   *
   * @param choice backend, threads, execution
   * @return to be closed after use
   * @throws InvalidOptionException if the number of threads is out of range
   * @throws UnknownNameException if a name is unknown
   */
  public Compute open(ComputeChoice choice) {
    int threads = choice.threads();
    if (threads < 1 || threads > MOST_THREADS) {
      throw new InvalidOptionException(
          formatted(
              "--threads expected a whole number between 1 and %d but got %d",
              MOST_THREADS, threads));
    }
    Execution how = execution(choice.execution());
    String backend = choice.backend();
    TensorBackend chosen =
        backend.equals(PREFERRED) ? catalog.preferredBackend(LOG::info) : catalog.backend(backend);
    Compute compute = new Compute(chosen, new WorkerPool(threads), how);
    LOG.debug("computing on {} by {}", compute.description(), how.name().toLowerCase(Locale.ROOT));
    return compute;
  }

  /**
   * {@return how cells are run}
   *
   * @param name {@code plan} or {@code definition}
   * @throws UnknownNameException if it is another word
   */
  public static Execution execution(String name) {
    return switch (name) {
      case "plan" -> Execution.PLAN;
      case "definition" -> Execution.DEFINITION;
      default -> throw new UnknownNameException("execution", name, List.of("plan", "definition"));
    };
  }
}
