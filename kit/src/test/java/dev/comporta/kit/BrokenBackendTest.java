package dev.comporta.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.TensorBackendProvider;
import dev.comporta.testkit.backend.BackendContract;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The contract of every primitive fails if the primitive gives something else. */
class BrokenBackendTest {
  static Stream<String> primitives() {
    return Arrays.stream(TensorBackend.class.getMethods())
        .map(Method::getName)
        .filter(name -> !List.of("name", "description").contains(name))
        .distinct()
        .sorted();
  }

  @ParameterizedTest
  @MethodSource("primitives")
  void theFaultIsCaught(String primitive) {
    Contract.broken = "nothing";
    assertThat(failures(primitive)).as("failures of the unbroken primitive").isZero();
    Contract.broken = primitive;
    assertThat(failures(primitive)).as("failures of the broken primitive").isEqualTo(1);
  }

  private static long failures(String primitive) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectMethod(Contract.class, primitive))
        .execute()
        .testEvents()
        .failed()
        .count();
  }

  /** The contract under test, with the primitive that is broken now. */
  static final class Contract extends BackendContract {
    private static String broken = "nothing";

    @Override
    protected String name() {
      return "broken";
    }

    @Override
    protected Catalog catalog() {
      return Catalog.load().with(Kind.BACKEND, List.of(new Provider(broken)));
    }
  }

  private record Provider(String broken) implements TensorBackendProvider {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public String description() {
      return "a backend with one broken primitive";
    }

    @Override
    public int preference() {
      return -1;
    }

    @Override
    public Optional<String> unavailable() {
      return Optional.empty();
    }

    @Override
    public TensorBackend backend() {
      TensorBackend right = Catalog.load().backend("reference");
      return (TensorBackend)
          Proxy.newProxyInstance(
              TensorBackend.class.getClassLoader(),
              new Class<?>[] {TensorBackend.class},
              (proxy, method, arguments) -> {
                try {
                  return method.getName().equals(broken)
                      ? wrong(right, method, arguments)
                      : method.invoke(right, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    /** Another result, or other numbers in the last array, which is the output or the source. */
    private static Object wrong(TensorBackend right, Method method, Object[] arguments)
        throws ReflectiveOperationException {
      if (method.getName().equals("packed")) {
        return right.packed((int) arguments[0], (int) arguments[1] + 1);
      }
      float[] last = null;
      for (Object argument : arguments) {
        last = argument instanceof float[] array ? array : last;
      }
      if (List.of("pack", "packFrozen").contains(method.getName()) && last != null) {
        damage(last);
      }
      Object result = method.invoke(right, arguments);
      if (last != null && result == null) {
        damage(last);
      }
      return switch (result) {
        case Float number -> number + 1;
        case Double number -> number + 1;
        case Integer number -> number - 1;
        case Long number -> number - 1;
        case null, default -> result;
      };
    }

    private static void damage(float[] values) {
      for (int i = 0; i < values.length; i++) {
        values[i] = 1.5f * values[i] + 1;
      }
    }
  }
}
