package dev.comporta.api.training;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.model.OptionReader;
import org.apiguardian.api.API;

/** Creates optimizers of one kind. */
@API(status = API.Status.STABLE)
public interface OptimizerProvider extends NamedProvider {
  /**
   * Creates an optimizer.
   *
   * @param options the options of the optimizer; unread options are rejected
   * @return the optimizer
   * @throws dev.comporta.api.InvalidOptionException if an option is out of range
   */
  Optimizer create(OptionReader options);
}
