package dev.comporta.api.training;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.model.OptionReader;
import org.apiguardian.api.API;

/** Makes losses of one kind by its name. */
@API(status = API.Status.EXPERIMENTAL)
public interface LossProvider extends NamedProvider {
  /**
   * Makes a loss.
   *
   * @param options what the loss understands; options that are left unread are refused
   * @return the loss
   * @throws dev.comporta.api.InvalidOptionException if an option is out of range
   */
  Loss create(OptionReader options);
}
