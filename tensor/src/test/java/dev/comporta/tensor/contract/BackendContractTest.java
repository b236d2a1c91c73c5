package dev.comporta.tensor.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.testkit.backend.BackendContract;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of both backends. */
@Tag("lanes")
@ParameterizedClass(name = "{0}")
@MethodSource("names")
class BackendContractTest extends BackendContract {
  private static final Catalog CATALOG = Catalog.load();

  @Parameter String name = "";

  static List<String> names() {
    return CATALOG.names(Kind.BACKEND);
  }

  @Override
  protected String name() {
    return name;
  }

  @Test
  void bothBackendsAreTestedAndTheFastOneIsPreferred() {
    assertThat(names()).containsExactly("reference", "simd");
    assertThat(CATALOG.preferredBackend(line -> assertThat(line).isNull()).name())
        .isEqualTo("simd");
  }
}
