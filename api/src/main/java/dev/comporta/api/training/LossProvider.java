package dev.comporta.api.training;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.model.OptionReader;
import org.apiguardian.api.API;

/** Creates losses of one kind. */
@API(status = API.Status.STABLE)
public interface LossProvider extends NamedProvider {
  /**
   * Creates a loss.
   *
   * @param options the options of the loss; unread options are rejected
   * @return the loss
   * @throws dev.comporta.api.InvalidOptionException if an option is out of range
   */
  Loss create(OptionReader options);
}
