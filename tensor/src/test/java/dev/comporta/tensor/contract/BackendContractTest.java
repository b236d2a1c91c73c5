package dev.comporta.tensor.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.TensorBackendProvider;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs the same contract tests for every backend of the catalog. The primitives are the methods of
 * {@link TensorBackend}: the test fails for a new one until it has a contract test.
 */
@Tag("lanes")
class BackendContractTest {
  private static final Catalog CATALOG = Catalog.load();

  private static final Map<String, Consumer<TensorBackend>> CONTRACTS =
      Map.ofEntries(
          Map.entry("name", BackendContractTest::name),
          Map.entry("description", BackendContractTest::description),
          Map.entry("multiply", backend -> new ProductContract(backend).multiply()),
          Map.entry("packed", backend -> new ProductContract(backend).packed()),
          Map.entry("packedCapacity", backend -> new ProductContract(backend).packedCapacity()),
          Map.entry("productCapacity", backend -> new ProductContract(backend).productCapacity()),
          Map.entry("pack", backend -> new ProductContract(backend).pack()),
          Map.entry("multiplyPacked", backend -> new ProductContract(backend).multiplyPacked()),
          Map.entry("unary", backend -> new ElementContract(backend).unary()),
          Map.entry("affine", backend -> new ElementContract(backend).affine()),
          Map.entry("binary", backend -> new ElementContract(backend).binary()),
          Map.entry("binaryNumber", backend -> new ElementContract(backend).binaryNumber()),
          Map.entry("multiplyAdd", backend -> new ElementContract(backend).multiplyAdd()),
          Map.entry("select", backend -> new ElementContract(backend).select()),
          Map.entry("sum", backend -> new ReductionContract(backend).sum()),
          Map.entry("sumOfSquares", backend -> new ReductionContract(backend).sumOfSquares()),
          Map.entry("max", backend -> new ReductionContract(backend).max()),
          Map.entry("sumColumns", backend -> new ReductionContract(backend).sumColumns()),
          Map.entry("rowProducts", backend -> new VectorContract(backend).rowProducts()),
          Map.entry("weightedRows", backend -> new VectorContract(backend).weightedRows()),
          Map.entry("addOuter", backend -> new VectorContract(backend).addOuter()),
          Map.entry("softmax", backend -> new ReductionContract(backend).softmax()),
          Map.entry("logSoftmax", backend -> new ReductionContract(backend).logSoftmax()),
          Map.entry("logSumExp", backend -> new ReductionContract(backend).logSumExp()),
          Map.entry("transpose", backend -> new ReductionContract(backend).transpose()));

  @Test
  void bothBackendsAreTested() {
    assertThat(CATALOG.names(Kind.BACKEND)).containsExactly("reference", "simd");
    for (TensorBackendProvider provider : CATALOG.all(Kind.BACKEND)) {
      assertThat(provider.unavailable()).as(provider.name()).isEmpty();
    }
    assertThat(CATALOG.preferredBackend(line -> assertThat(line).isNull()).name())
        .isEqualTo("simd");
  }

  @TestFactory
  Stream<DynamicNode> everyBackendKeepsTheContractOfEveryPrimitive() {
    return CATALOG.all(Kind.BACKEND).stream()
        .map(provider -> dynamicContainer(provider.backend().description(), contracts(provider)));
  }

  private static Stream<DynamicNode> contracts(TensorBackendProvider provider) {
    return Arrays.stream(TensorBackend.class.getMethods())
        .map(Method::getName)
        .sorted()
        .map(primitive -> dynamicTest(primitive, () -> check(primitive, provider)));
  }

  private static void check(String primitive, TensorBackendProvider provider) {
    assertThat(CONTRACTS).as("the contract of every primitive").containsKey(primitive);
    TensorBackend backend = provider.backend();
    assertThat(backend.name()).isEqualTo(provider.name());
    CONTRACTS.get(primitive).accept(backend);
  }

  @Test
  void everyPrimitiveHasExactlyOneContract() {
    assertThat(Arrays.stream(TensorBackend.class.getMethods()).map(Method::getName))
        .containsExactlyInAnyOrderElementsOf(CONTRACTS.keySet());
  }

  private static void name(TensorBackend backend) {
    assertThat(CATALOG.find(Kind.BACKEND, backend.name()).backend()).isSameAs(backend);
  }

  private static void description(TensorBackend backend) {
    assertThat(backend.description()).startsWith(backend.name() + " (");
  }
}
