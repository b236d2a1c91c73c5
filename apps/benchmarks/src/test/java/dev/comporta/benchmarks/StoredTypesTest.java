package dev.comporta.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Workload;
import dev.comporta.benchmarks.peers.Workloads;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the rows of fewer bits measure. */
class StoredTypesTest {
  /** Otherwise a row would compare float32 with itself. */
  @ParameterizedTest
  @EnumSource
  void roundedMatricesAreKeptInFewerBits(StoredTypes.Type type) {
    TensorBackend backend = Catalog.load().preferredBackend(reason -> {});
    Workload.Inference workload = Workloads.stored().getFirst();
    int outputs = workload.cell().gates() * workload.hidden();
    Problem rounded = type.rounded(Problem.of(workload, 1), outputs);
    rounded
        .parameters()
        .forEach((name, values) -> {
          int inputs = values.length / outputs;
          if (inputs > 1) {
            assertThat(backend.packFrozen(inputs, outputs, true, values, 0, inputs).capacity())
                .as(name)
                .isBetween(1L, values.length / 2L + outputs);
          }
        });
  }
}
