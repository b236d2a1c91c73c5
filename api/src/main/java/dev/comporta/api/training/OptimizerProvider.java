package dev.comporta.api.training;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.model.OptionReader;
import org.apiguardian.api.API;

/** Makes optimizers of one kind by its name. */
@API(status = API.Status.EXPERIMENTAL)
public interface OptimizerProvider extends NamedProvider {
  /**
   * Makes an optimizer.
   *
   * @param options what the optimizer understands; options that are left unread are refused
   * @return the optimizer
   * @throws dev.comporta.api.InvalidOptionException if an option is out of range
   */
  Optimizer create(OptionReader options);
}
