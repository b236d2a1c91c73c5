package dev.comporta.tensor.simd;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.TensorBackendProvider;
import java.util.Optional;
import org.apiguardian.api.API;

/** Provides the backend {@code simd} where the module {@code jdk.incubator.vector} is resolved. */
@API(status = API.Status.INTERNAL)
public final class SimdBackendProvider implements TensorBackendProvider {
  private static final String MODULE = "jdk.incubator.vector";

  /** Called by the service loader. */
  public SimdBackendProvider() {}

  @Override
  public String name() {
    return "simd";
  }

  @Override
  public String description() {
    return "Vector API kernels: packed matrix products and vectorised functions";
  }

  @Override
  public int preference() {
    return 10;
  }

  @Override
  public Optional<String> unavailable() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return Optional.of(
          formatted(
              "the module %s is not resolved; pass --add-modules %s to java", MODULE, MODULE));
    }
    return LaneWidth.problem();
  }

  @Override
  public TensorBackend backend() {
    unavailable()
        .ifPresent(reason -> {
          throw new ComportaException("backend 'simd' cannot run: " + reason);
        });
    return Holder.BACKEND;
  }

  /** Loads the Vector API on first use. */
  private static final class Holder {
    static final TensorBackend BACKEND = new SimdBackend();
  }
}
