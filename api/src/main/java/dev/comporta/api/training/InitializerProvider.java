package dev.comporta.api.training;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.model.OptionReader;
import org.apiguardian.api.API;

/** Creates initialisers of one kind. */
@API(status = API.Status.STABLE)
public interface InitializerProvider extends NamedProvider {
  /**
   * Creates an initialiser.
   *
   * @param options the options of the initialiser; unread options are rejected
   * @return the initialiser
   * @throws dev.comporta.api.InvalidOptionException if an option is out of range
   */
  Initializer create(OptionReader options);
}
