package dev.comporta.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.training.Distribution;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskContextTest {
  @Test
  void aHintIsACommandLineForAShell() {
    TaskContext context =
        new TaskContext(
            List.of("./comporta", "--plugins", "my cells.jar"),
            "1",
            Catalog.of(List.of()),
            line -> {},
            event -> {},
            new Interruption(),
            null,
            Distribution.ALONE);
    assertThat(context.commandLine("train", "adding", "--resume", Path.of("my model's.m")))
        .isEqualTo("./comporta --plugins 'my cells.jar' train adding --resume 'my model'\\''s.m'");
  }
}
