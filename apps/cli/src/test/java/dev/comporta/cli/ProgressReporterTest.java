package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.frame.Task;
import dev.comporta.training.TrainingEvent;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressReporterTest {
  @Test
  void theTimeLeftIsToldOnceTheStepsTakeTheSameTime() {
    StringWriter shown = new StringWriter();
    try (ProgressLines progress =
        new ProgressLines(new PrintWriter(shown), new Application().tasks().getFirst())) {
      progress.on(new TrainingEvent.Started(0, 10_000, 100));
      long now = System.nanoTime();
      long second = Duration.ofSeconds(1).toNanos();
      progress.pace(2, now + 3 * second); // cold: 1.5 s a step
      assertThat(progress.timeLeft(2)).isEmpty();
      progress.pace(22, now + 6 * second); // warmer: 0.15 s a step
      assertThat(progress.timeLeft(22)).isEmpty();
      progress.pace(322, now + 9 * second); // warm: 0.01 s a step
      assertThat(progress.timeLeft(322)).isEmpty();
      progress.pace(622, now + 12 * second); // still
      assertThat(progress.timeLeft(5_000).orElseThrow().toMillis())
          .isCloseTo(50_000L, within(1_000L));
    }
  }

  @Test
  void aLossIsPerLabelAndTheSpeedInTimesteps() {
    Task tag =
        new Application()
            .tasks().stream().filter(it -> it.name().equals("tag")).findFirst().orElseThrow();
    try (ProgressLines progress = new ProgressLines(new PrintWriter(new StringWriter()), tag)) {
      progress.on(new TrainingEvent.Started(0, 10, 10));
      progress.on(new TrainingEvent.Stepped(1, 0, 1, 1, 0.1, 17));
      assertThat(progress.figures()).contains("1.443 bits per word").endsWith(" timesteps/s");
    }
  }
}
