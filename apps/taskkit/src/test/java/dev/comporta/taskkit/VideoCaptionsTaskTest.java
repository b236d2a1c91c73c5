package dev.comporta.taskkit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.frame.Task;
import java.util.Map;

/** The task video-captions keeps the contract. */
class VideoCaptionsTaskTest extends TaskContract {
  @Override
  protected Task task() {
    return Catalog.load(Task.KIND).find(Task.KIND, "video-captions");
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of(
        "clips", 8, "side", 8, "frames", 3, "filters", 2, "hidden", 4, "embedding", 4, "batch", 4);
  }
}
