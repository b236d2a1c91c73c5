package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Settings;
import dev.comporta.serialization.ElementType;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.NamedTensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model again, by the settings that its file holds, and compares the parameters bit by
 * bit.
 *
 * @param tensors the tensors that were compared
 * @param difference the first tensor that differs, with its first element that does; null if all
 *     bits are the same
 * @param stopped whether training was interrupted, so that nothing was compared
 */
@API(status = API.Status.EXPERIMENTAL)
public record Verification(int tensors, @Nullable String difference, boolean stopped) {
  private static final String OUT = "model.comporta";

  /**
   * Verifies a model file.
   *
   * @param model the name of the file, for messages
   * @param trained what it holds
   * @param task the task that trained it
   * @param given where the data are now, and what else the parameters do not depend on
   * @param context what surrounds the run
   * @return the result
   * @throws dev.comporta.api.ComportaException if the data are not those that the model was trained
   *     on, or a setting differs that the parameters depend on
   */
  public static Verification of(
      String model, ModelFile trained, Task task, Map<String, ?> given, TaskContext context) {
    for (NamedTensor tensor : trained.tensors()) {
      if (tensor.type() != ElementType.F32) {
        throw new ComportaException(
            formatted(
                "[verify] expected parameters as they were trained, in f32, but %s stores %s in %s; verify the model that it was converted from",
                model, tensor.name(), tensor.type().label()));
      }
    }
    Settings settings = Start.trained(task, trained.provenance().hyperParameters(), model);
    Settings changes = Settings.of(task.name(), task.options(), given);
    changes
        .firstChange(settings)
        .ifPresent(option -> {
          throw new InvalidOptionException(
              formatted(
                  "[verify] --%s is %s but %s was trained with %s; leave it out",
                  option.name(), changes.text(option), model, settings.text(option)));
        });
    Start.announceFiles(settings, changes, context.log());
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      Path out = folder.path().resolve(OUT);
      Settings again = settings.under(changes).with(TrainingOptions.OUT, out);
      TrainingRun run = new TrainingRun(task, context).requireData(trained.provenance());
      return run.run(again).stopped()
          ? new Verification(0, null, true)
          : compare(trained.tensors(), ModelFiles.read(out).tensors());
    }
  }

  private static Verification compare(List<NamedTensor> expected, List<NamedTensor> actual) {
    for (int i = 0; i < expected.size(); i++) {
      NamedTensor one = expected.get(i);
      if (i >= actual.size() || !actual.get(i).name().equals(one.name())) {
        return new Verification(i + 1, one.name() + ", which the new model lacks", false);
      }
      int at = Arrays.mismatch(one.values(), actual.get(i).values());
      if (at >= 0) {
        return new Verification(
            i + 1,
            formatted(
                "%s, element %d: %s in the file, %s when trained again",
                one.name(), at, one.values()[at], actual.get(i).values()[at]),
            false);
      }
    }
    return new Verification(expected.size(), null, false);
  }
}
