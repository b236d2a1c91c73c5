package dev.comporta.frame.training;

import dev.comporta.frame.options.Settings;
import java.nio.file.Path;

/**
 * The names of the files that a run writes.
 *
 * @param out the model
 * @param keepsBest whether the best model so far is written as well
 * @param recording where the course of the run is recorded
 */
record RunFiles(Path out, boolean keepsBest, Recording recording) {
  static final String CHECKPOINT = ".checkpoint";
  static final String BEST = ".best";

  static RunFiles of(Settings settings) {
    return new RunFiles(
        settings.get(TrainingOptions.OUT),
        RunRules.keepsBest(settings),
        new Recording(
            settings.find(TrainingOptions.CSV).orElse(null),
            settings.find(TrainingOptions.TENSORBOARD).orElse(null)));
  }

  /** Where checkpoints are written: next to the model. */
  Path checkpoint() {
    return out.resolveSibling(out.getFileName() + CHECKPOINT);
  }

  /** Where the best model so far is written: next to the model. */
  Path best() {
    return out.resolveSibling(out.getFileName() + BEST);
  }
}
