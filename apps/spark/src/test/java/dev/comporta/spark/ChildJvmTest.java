package dev.comporta.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs a JVM of its own. */
@Tag("full")
class ChildJvmTest {
  @Test
  void aJvmWithoutTheVectorApiScoresAndSaysSoOnce() throws Exception {
    String printed = ChildJvm.run(0, false, ChildJvm.Score.class, TestModels.golden("dates"));
    assertThat(printed)
        .containsOnlyOnce(
            "computes on the backend 'reference' because backend 'simd' is not used: the module jdk.incubator.vector is not resolved");
    assertThat(ChildJvm.run(0, true, ChildJvm.Score.class, TestModels.golden("dates")))
        .doesNotContain("reference");
  }

  @Test
  void aJvmWithoutTheVectorApiTrainsAndSaysSoOnce(@TempDir Path folder) throws Exception {
    TrainTest.text(folder.resolve("text"));
    assertThat(ChildJvm.run(0, false, ChildJvm.Train.class, folder.toString()))
        .containsOnlyOnce("computes on the backend 'reference' because backend 'simd' is not used");
    assertThat(folder.resolve("m")).isRegularFile();
  }
}
