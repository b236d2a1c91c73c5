package dev.comporta.api.tensor;

import dev.comporta.api.NamedProvider;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Provides a backend, or the reason why it cannot run on this machine or with these JVM options.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface TensorBackendProvider extends NamedProvider {
  /**
   * The preference of this backend. If no backend is requested by name, the available one with the
   * highest preference is used.
   *
   * @return the preference; 0 for the reference backend
   */
  int preference();

  /**
   * The reason why the backend cannot run here.
   *
   * @return one sentence that says what to change, or empty if it can run
   */
  Optional<String> unavailable();

  /**
   * The backend, which is stateless and shared.
   *
   * @return the backend
   * @throws dev.comporta.api.ComportaException if it is unavailable
   */
  TensorBackend backend();
}
