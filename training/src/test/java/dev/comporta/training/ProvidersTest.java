package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The providers of the module by name: these names are stored in files and must never change. */
class ProvidersTest {
  private static final Catalog CATALOG = Catalog.load();

  @Test
  void namesArePermanent() {
    assertThat(CATALOG.names(Kind.INITIALIZER))
        .contains(
            "chrono",
            "constant",
            "forget-bias",
            "glorot-normal",
            "glorot-uniform",
            "he-normal",
            "he-uniform",
            "identity",
            "lecun-normal",
            "lecun-uniform",
            "normal",
            "ones",
            "orthogonal",
            "uniform",
            "zeros");
    assertThat(CATALOG.names(Kind.LOSS))
        .contains(
            "binary-cross-entropy",
            "cross-entropy",
            "ctc",
            "error-rate",
            "focal",
            "huber",
            "kl-divergence",
            "mae",
            "mixture-density",
            "mse",
            "nll",
            "policy-gradient",
            "quantile",
            "smooth-l1");
    assertThat(CATALOG.names(Kind.OPTIMIZER))
        .contains(
            "adadelta",
            "adagrad",
            "adam",
            "adamax",
            "adamw",
            "amsgrad",
            "nadam",
            "radam",
            "rmsprop",
            "sgd");
    assertThat(CATALOG.names(Kind.SCHEDULE))
        .contains(
            "constant",
            "cosine",
            "epoch-decay",
            "exponential",
            "linear-warmup",
            "one-cycle",
            "reduce-on-plateau",
            "step");
  }

  @Test
  void everyProviderSaysInOneLineWhatItIs() {
    for (Kind<?> kind : List.of(Kind.INITIALIZER, Kind.LOSS, Kind.OPTIMIZER, Kind.SCHEDULE)) {
      for (NamedProvider provider : CATALOG.all(kind)) {
        assertThat(provider.description())
            .as(provider.name())
            .isNotBlank()
            .doesNotContain("\n")
            .hasSizeLessThan(100);
      }
    }
  }
}
