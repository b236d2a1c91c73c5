package dev.comporta.api.training;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.model.OptionReader;
import org.apiguardian.api.API;

/** Makes initialisers of one kind by its name. */
@API(status = API.Status.EXPERIMENTAL)
public interface InitializerProvider extends NamedProvider {
  /**
   * Makes an initialiser.
   *
   * @param options what the initialiser understands; options that are left unread are refused
   * @return the initialiser
   * @throws dev.comporta.api.InvalidOptionException if an option is out of range
   */
  Initializer create(OptionReader options);
}
