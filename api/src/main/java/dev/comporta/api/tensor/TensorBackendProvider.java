package dev.comporta.api.tensor;

import dev.comporta.api.NamedProvider;
import java.util.Optional;
import org.apiguardian.api.API;

/** Makes a backend, or says why this machine or this launch cannot run it. */
@API(status = API.Status.EXPERIMENTAL)
public interface TensorBackendProvider extends NamedProvider {
  /**
   * Where this backend stands when none is asked for by name: the available one with the highest
   * preference is taken.
   *
   * @return larger is preferred; the reference backend has 0
   */
  int preference();

  /**
   * Why the backend cannot run here.
   *
   * @return one sentence with what to change, or empty if it can run
   */
  Optional<String> unavailable();

  /**
   * The backend; stateless and shared.
   *
   * @return the backend
   * @throws dev.comporta.api.ComportaException if it is unavailable
   */
  TensorBackend backend();
}
