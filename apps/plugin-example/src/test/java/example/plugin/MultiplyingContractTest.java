package example.plugin;

import dev.comporta.frame.Task;
import dev.comporta.taskkit.TaskContract;
import example.plugin.task.Multiplying;
import java.util.Map;

class MultiplyingContractTest extends TaskContract {
  @Override
  protected Task task() {
    return new Multiplying();
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of("length", 6, "hidden", 4, "batch", 4);
  }
}
