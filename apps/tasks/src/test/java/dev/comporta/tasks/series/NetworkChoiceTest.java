package dev.comporta.tasks.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NetworkChoiceTest {
  @Test
  void theStatisticIsThatOfItsDefinition() {
    double[] path = {3, 1, 4, 1, 5};
    double[] network = {2, 1, 2, 2, 4};
    // differences 1, 0, 2, -1, 1: mean 0.6, squares around it 0.16 + 0.36 + 1.96 + 2.56 + 0.16
    NetworkChoice one = NetworkChoice.of(path, network, 1);
    assertThat(one.network()).isCloseTo(2.2, offset(1e-12));
    assertThat(one.path()).isCloseTo(2.8, offset(1e-12));
    double expected = 0.6 / Math.sqrt(5.2 / 5 / 5) * Math.sqrt(4 / 5.0);
    assertThat(one.statistic()).isCloseTo(expected, offset(1e-12));
    // neighbours: 0.4 (-0.6) + (-0.6) 1.4 + 1.4 (-1.6) + (-1.6) 0.4 = -3.96: negative, left out
    NetworkChoice two = NetworkChoice.of(path, network, 2);
    double correction = Math.sqrt((5 + 1 - 4 + 2 / 5.0) / 5);
    assertThat(two.statistic()).isCloseTo(0.6 / Math.sqrt(5.2 / 5 / 5) * correction, offset(1e-12));
  }

  @Test
  void chanceIsRarelyTakenForSkillAndSkillIsFound() {
    int used = 0;
    int found = 0;
    for (int seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      double[] path = random.doubles(200).toArray();
      double[] same = random.doubles(200).toArray();
      double[] better = random.doubles(200, 0, 0.8).toArray();
      used += NetworkChoice.of(path, same, 1).isNetworkUsed() ? 1 : 0;
      found += NetworkChoice.of(path, better, 1).isNetworkUsed() ? 1 : 0;
    }
    assertThat(used).isBetween(8, 36); // 5 % of 400 are 20
    assertThat(found).isGreaterThan(350);
    double[] any = {1, 2, 3};
    assertThat(NetworkChoice.of(any, any, 1).isNetworkUsed()).isFalse();
  }
}
