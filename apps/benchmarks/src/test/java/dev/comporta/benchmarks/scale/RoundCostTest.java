package dev.comporta.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.benchmarks.scale.RoundCost.Network;
import dev.comporta.training.Compression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundCostTest {
  private static final String[] COMPRESSIONS = {"none", "bf16", "top-10%", "top-1%"};
  private static final Network GIGABIT = new Network(125e6, 100e-6, 5e-6);
  private static final Network TEN_GIGABIT = new Network(1.25e9, 50e-6, 5e-6);
  private static final Network HUNDRED_GIGABIT = new Network(12.5e9, 20e-6, 5e-6);

  @ParameterizedTest
  @CsvSource({"1,1", "2,1", "3,10", "4,100", "16,1", "100,10", "300,100"})
  void theSimulationAgreesWithTheFormula(int ranks, int localSteps) {
    for (Network network : new Network[] {GIGABIT, TEN_GIGABIT}) {
      for (String compression : COMPRESSIONS) {
        RoundCost cost =
            new RoundCost(
                900_000,
                ranks,
                network,
                0.04,
                localSteps,
                Compression.of(compression).bytesPerValue());
        assertThat(RoundSimulation.seconds(cost, 3, 0, 1))
            .isCloseTo(cost.seconds(), within(1e-9 + 0.02 * cost.exchangeSeconds()));
      }
    }
  }

  @Test
  void ranksThatAreSlowerNowAndThenMakeAllWait() {
    RoundCost cost = new RoundCost(900_000, 16, TEN_GIGABIT, 0.04, 10, Float.BYTES);
    double even = RoundSimulation.seconds(cost, 20, 0, 1);
    double uneven = RoundSimulation.seconds(cost, 20, 0.2, 1);
    // The slowest of 16 ranks: the expectation of the largest of 16 uniform numbers is 16 / 17.
    assertThat(uneven - even).isCloseTo(0.2 * 16 / 17 * 10 * 0.04, within(0.01));
  }

  @Test
  void twoRanksExchangeHalfOfTheArrayTwice() {
    RoundCost cost = new RoundCost(1000, 2, new Network(1e6, 0, 0), 1, 1, Float.BYTES);
    assertThat(cost.bytes()).isEqualTo(4000);
    assertThat(cost.exchangeSeconds()).isCloseTo(0.004, within(1e-12));
    assertThat(cost.enoughLocalSteps()).isEqualTo(1);
    assertThat(new RoundCost(1000, 1, GIGABIT, 1, 1, Float.BYTES).exchangeSeconds()).isZero();
  }

  /** The table of docs/scale.md; after a change, copy what this test expects. */
  @Test
  void theTableInTheDocumentsIsThatOfTheFormula() throws IOException {
    StringBuilder table =
        new StringBuilder(
            "| parameters | step | ranks | network | sent by a rank | exchange | every step: share of the time | K for 10 % |\n|---|---|---|---|---|---|---|---|\n");
    for (Model model : MODELS) {
      for (int ranks : new int[] {4, 32, 1000}) {
        add(table, model, ranks, "1 Gbit/s", GIGABIT);
        add(table, model, ranks, "10 Gbit/s", TEN_GIGABIT);
        add(table, model, ranks, "100 Gbit/s", HUNDRED_GIGABIT);
      }
    }
    assertThat(Files.readString(Path.of("../../docs/scale.md"))).contains(table);
  }

  /** The second table of docs/scale.md, for the model in the middle; after a change, copy it. */
  @Test
  void theTableOfCompressionsIsThatOfTheFormula() throws IOException {
    StringBuilder table =
        new StringBuilder(
            "| compression | ranks | sent by a rank | 1 Gbit/s: exchange | share of the time | 10 Gbit/s: exchange | share of the time |\n|---|---|---|---|---|---|---|\n");
    for (String compression : COMPRESSIONS) {
      for (int ranks : new int[] {4, 32}) {
        RoundCost slow = cost(compression, ranks, GIGABIT);
        RoundCost fast = cost(compression, ranks, TEN_GIGABIT);
        table.append(
            String.format(
                Locale.ROOT,
                "| %s | %d | %.2f MB | %.1f ms | %.0f %% | %.1f ms | %.0f %% |%n",
                compression,
                ranks,
                slow.bytes() / 1e6,
                1000 * slow.exchangeSeconds(),
                100 * slow.exchangeSeconds() / slow.seconds(),
                1000 * fast.exchangeSeconds(),
                100 * fast.exchangeSeconds() / fast.seconds()));
      }
    }
    assertThat(Files.readString(Path.of("../../docs/scale.md"))).contains(table);
  }

  private static RoundCost cost(String compression, int ranks, Network network) {
    return new RoundCost(
        MODELS[1].parameters,
        ranks,
        network,
        MODELS[1].stepSeconds,
        1,
        Compression.of(compression).bytesPerValue());
  }

  private record Model(long parameters, double stepSeconds) {}

  /** The second was measured (docs/performance.md); the others are in proportion. */
  private static final Model[] MODELS = {
    new Model(111_361, 0.0109), new Model(874_881, 0.086), new Model(20_000_000, 1.97)
  };

  private static void add(
      StringBuilder table, Model model, int ranks, String name, Network network) {
    RoundCost cost =
        new RoundCost(model.parameters, ranks, network, model.stepSeconds, 1, Float.BYTES);
    table.append(
        String.format(
            Locale.ROOT,
            "| %,d | %.0f ms | %,d | %s | %.2f MB | %.1f ms | %.0f %% | %d |%n",
            model.parameters,
            1000 * model.stepSeconds,
            ranks,
            name,
            cost.bytes() / 1e6,
            1000 * cost.exchangeSeconds(),
            100 * cost.exchangeSeconds() / cost.seconds(),
            cost.enoughLocalSteps()));
  }
}
