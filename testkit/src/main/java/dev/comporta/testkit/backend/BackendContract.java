package dev.comporta.testkit.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.TensorBackendProvider;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;

/**
 * The contract of a backend: one test for each primitive of {@link TensorBackend}, named like it,
 * over many sizes, offsets, transpositions and special values. Results are compared with the exact
 * ones within the tolerances of {@link Tolerance}; nothing beside the result is read or written; an
 * element has the same bits at every position, a row the same bits alone and in a batch, and a
 * product the same bits on any number of threads.
 *
 * <pre>{@code
 * class MyBackendTest extends BackendContract {
 *   @Override
 *   protected String name() {
 *     return "mine";
 *   }
 * }
 * }</pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public abstract class BackendContract {
  /** For subclasses. */
  protected BackendContract() {}

  /**
   * The name of the backend under test.
   *
   * @return its name in the {@link #catalog}
   */
  protected abstract String name();

  /**
   * The catalog that has the backend.
   *
   * @return the installed providers by default
   */
  protected Catalog catalog() {
    return Catalog.load();
  }

  private TensorBackend backend() {
    return catalog().backend(name());
  }

  /** The provider is registered, can run here, and gives the backend of its name every time. */
  @Test
  public void theProviderGivesTheBackendOfItsName() {
    TensorBackendProvider provider = catalog().find(Kind.BACKEND, name());
    assertThat(provider.unavailable()).as("why %s is not available", name()).isEmpty();
    assertThat(provider.backend().name()).isEqualTo(name());
    assertThat(provider.backend()).isSameAs(provider.backend());
    assertThat(provider.backend().description()).startsWith(name() + " (");
    assertThat(provider.description()).isNotBlank().doesNotContain("\n");
  }

  /** Every primitive is tested: a new one needs a method of its name in this class. */
  @Test
  public void everyPrimitiveHasATest() {
    Set<String> tested = new TreeSet<>(Set.of("name", "description"));
    for (Method method : BackendContract.class.getMethods()) {
      if (method.isAnnotationPresent(Test.class)) {
        tested.add(method.getName());
      }
    }
    assertThat(tested)
        .containsAll(Arrays.stream(TensorBackend.class.getMethods()).map(Method::getName).toList());
  }

  /** {@code multiply}. */
  @Test
  public void multiply() {
    new ProductContract(backend()).multiply();
  }

  /** {@code packed}. */
  @Test
  public void packed() {
    new ProductContract(backend()).packed();
  }

  /** {@code packedCapacity}. */
  @Test
  public void packedCapacity() {
    new ProductContract(backend()).packedCapacity();
  }

  /** {@code productCapacity}. */
  @Test
  public void productCapacity() {
    new ProductContract(backend()).productCapacity();
  }

  /** {@code threadCapacity}. */
  @Test
  public void threadCapacity() {
    new ProductContract(backend()).threadCapacity();
  }

  /** {@code pack}. */
  @Test
  public void pack() {
    new ProductContract(backend()).pack();
  }

  /** {@code packFrozen}. */
  @Test
  public void packFrozen() {
    new ProductContract(backend()).packFrozen();
  }

  /** {@code multiplyPacked}. */
  @Test
  public void multiplyPacked() {
    new ProductContract(backend()).multiplyPacked();
  }

  /** {@code unary}. */
  @Test
  public void unary() {
    new ElementContract(backend()).unary();
  }

  /** {@code affine}. */
  @Test
  public void affine() {
    new ElementContract(backend()).affine();
  }

  /** {@code binary}. */
  @Test
  public void binary() {
    new ElementContract(backend()).binary();
  }

  /** {@code binaryNumber}. */
  @Test
  public void binaryNumber() {
    new ElementContract(backend()).binaryNumber();
  }

  /** {@code multiplyAdd}. */
  @Test
  public void multiplyAdd() {
    new ElementContract(backend()).multiplyAdd();
  }

  /** {@code select}. */
  @Test
  public void select() {
    new ElementContract(backend()).select();
  }

  /** {@code sum}. */
  @Test
  public void sum() {
    new ReductionContract(backend()).sum();
  }

  /** {@code sumOfSquares}. */
  @Test
  public void sumOfSquares() {
    new ReductionContract(backend()).sumOfSquares();
  }

  /** {@code max}. */
  @Test
  public void max() {
    new ReductionContract(backend()).max();
  }

  /** {@code sumColumns}. */
  @Test
  public void sumColumns() {
    new ReductionContract(backend()).sumColumns();
  }

  /** {@code sumProducts}. */
  @Test
  public void sumProducts() {
    new ReductionContract(backend()).sumProducts();
  }

  /** {@code softmax}. */
  @Test
  public void softmax() {
    new ReductionContract(backend()).softmax();
  }

  /** {@code logSoftmax}. */
  @Test
  public void logSoftmax() {
    new ReductionContract(backend()).logSoftmax();
  }

  /** {@code logSumExp}. */
  @Test
  public void logSumExp() {
    new ReductionContract(backend()).logSumExp();
  }

  /** {@code transpose}. */
  @Test
  public void transpose() {
    new ReductionContract(backend()).transpose();
  }

  /** {@code rowProducts}. */
  @Test
  public void rowProducts() {
    new VectorContract(backend()).rowProducts();
  }

  /** {@code weightedRows}. */
  @Test
  public void weightedRows() {
    new VectorContract(backend()).weightedRows();
  }

  /** {@code addOuter}. */
  @Test
  public void addOuter() {
    new VectorContract(backend()).addOuter();
  }
}
