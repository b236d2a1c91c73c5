package dev.comporta.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.training.Initializer;
import dev.comporta.api.training.InitializerProvider;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract of an initialiser: it fills its parameter and nothing else, with numbers that depend
 * on the specification and its random stream only.
 *
 * <pre>{@code
 * class SparseTest extends InitializerContract {
 *   @Override
 *   protected List<Spec> specs() {
 *     return List.of(Spec.of("sparse").with("share", 0.1));
 *   }
 * }
 * }</pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public abstract class InitializerContract extends ProviderContract<InitializerProvider> {
  private static final int OFFSET = 3;

  /** For subclasses. */
  protected InitializerContract() {
    super(Kind.INITIALIZER);
  }

  /**
   * The parameters to fill.
   *
   * @param spec one of the specifications
   * @return matrices and a bias by default; an initialiser for a shape of its own overrides it
   */
  protected List<ParameterSpec> parameters(Spec spec) {
    return List.of(
        ParameterSpec.matrix("W", 1, 1),
        ParameterSpec.matrix("W", 7, 12),
        ParameterSpec.matrix("W", 12, 12),
        ParameterSpec.matrix("W", 30, 4),
        ParameterSpec.bias("b", 12));
  }

  @Override
  final Initializer build(Spec spec) {
    return catalog().initializer(spec);
  }

  @Override
  final void create(InitializerProvider provider, OptionReader options) {
    provider.create(options);
  }

  private static float[] fill(
      Initializer initializer, ParameterSpec parameter, int offset, long seed) {
    float[] values = new float[offset + parameter.shape().count() + 2];
    Arrays.fill(values, Float.NaN);
    RandomSource random = LayerRuns.RANDOM.stream(seed);
    initializer.fill(parameter, values, offset, random);
    return values;
  }

  /**
   * Every number of the parameter is filled with a finite value, and no other.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void theParameterIsFilledAndNothingElse(Spec spec) {
    for (ParameterSpec parameter : parameters(spec)) {
      float[] values = fill(build(spec), parameter, OFFSET, 1);
      for (int i = 0; i < values.length; i++) {
        boolean inside = i >= OFFSET && i < OFFSET + parameter.shape().count();
        assertThat(Float.isFinite(values[i]))
            .as("%s %s: [%d] is filled", parameter.name(), parameter.shape(), i - OFFSET)
            .isEqualTo(inside);
      }
    }
  }

  /**
   * The same stream gives the same numbers, from another initialiser and at another offset.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void numbersDependOnTheStreamOnly(Spec spec) {
    for (ParameterSpec parameter : parameters(spec)) {
      int count = parameter.shape().count();
      Initializer first = build(spec);
      float[] expected =
          Arrays.copyOfRange(fill(first, parameter, OFFSET, 1), OFFSET, OFFSET + count);
      requireSame(
          "a second parameter of the same initialiser",
          expected,
          Arrays.copyOfRange(fill(first, parameter, OFFSET, 1), OFFSET, OFFSET + count));
      requireSame(
          "another initialiser at another offset",
          expected,
          Arrays.copyOfRange(fill(build(spec), parameter, 0, 1), 0, count));
    }
  }
}
