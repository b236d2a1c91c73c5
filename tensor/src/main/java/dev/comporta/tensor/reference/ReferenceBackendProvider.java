package dev.comporta.tensor.reference;

import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.TensorBackendProvider;
import java.util.Optional;
import org.apiguardian.api.API;

/** Provides the backend {@code reference}, which runs everywhere. */
@API(status = API.Status.INTERNAL)
public final class ReferenceBackendProvider implements TensorBackendProvider {
  private static final TensorBackend BACKEND = new ReferenceBackend();

  /** Called by the service loader. */
  public ReferenceBackendProvider() {}

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public String description() {
    return "plain loops in double precision: the executable definition of every primitive";
  }

  @Override
  public int preference() {
    return 0;
  }

  @Override
  public Optional<String> unavailable() {
    return Optional.empty();
  }

  @Override
  public TensorBackend backend() {
    return BACKEND;
  }
}
