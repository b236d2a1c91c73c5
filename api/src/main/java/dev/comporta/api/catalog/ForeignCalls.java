package dev.comporta.api.catalog;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.NamedProvider;
import dev.comporta.api.attention.Attention;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.training.Optimizer;
import java.util.Collection;
import java.util.function.Supplier;

/**
 * Calls into third-party code. What they throw is reported with the jar's name; what a part of
 * Comporta throws is a bug in Comporta and passes unchanged.
 */
final class ForeignCalls {
  private ForeignCalls() {}

  /**
   * Calls a provider.
   *
   * @param kind its kind
   * @param provider the provider
   * @param method what is called, for the message
   * @param call calls it
   * @throws ProviderException if it fails or returns null, or if what it made does not say what it
   *     consists of
   */
  static <T> T result(
      Kind<?> kind, NamedProvider provider, String method, Supplier<? extends T> call) {
    if (ProviderOrigin.isBuiltIn(provider)) {
      return call.get();
    }
    String subject = formatted("%s '%s'", kind.label(), provider.name());
    try {
      T made = call.get();
      if (made == null) {
        throw new ProviderException(
            subject, ProviderOrigin.of(provider), formatted("its %s returned null", method), null);
      }
      return made;
    } catch (ComportaException e) {
      throw e;
    } catch (Throwable e) { // a jar may throw anything
      if (ProviderException.isOfTheMachine(e)) {
        throw (Error) e;
      }
      throw new ProviderException(
          subject,
          ProviderOrigin.of(provider),
          formatted("its %s failed: %s", method, ProviderException.reason(e)),
          e);
    }
  }

  /** Requires that what a provider made says what it consists of. */
  static <T> T declared(Kind<?> kind, NamedProvider provider, T made) {
    if (ProviderOrigin.isBuiltIn(provider)) {
      return made;
    }
    switch (made) {
      case Cell cell -> {
        require(kind, provider, "parameters()", cell::parameters);
        require(kind, provider, "state()", cell::state);
        require(kind, provider, "memories()", cell::memories);
      }
      case Layer layer -> {
        require(kind, provider, "parameters()", layer::parameters);
        require(kind, provider, "carry()", layer::carry);
      }
      case Optimizer optimizer -> {
        require(kind, provider, "slots()", optimizer::slots);
        require(kind, provider, "scalars()", optimizer::scalars);
      }
      case Attention attention -> require(kind, provider, "parameters()", attention::parameters);
      default -> {
        // Everything else has nothing to declare.
      }
    }
    return made;
  }

  private static void require(
      Kind<?> kind, NamedProvider provider, String method, Supplier<Collection<?>> declaration) {
    Collection<?> values = result(kind, provider, method, declaration);
    for (Object value : values) {
      if (value == null) {
        throw new ProviderException(
            formatted("%s '%s'", kind.label(), provider.name()),
            ProviderOrigin.of(provider),
            formatted("its %s holds null", method),
            null);
      }
    }
  }
}
