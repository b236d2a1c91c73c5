package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.RepetitionOptions;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.frame.training.TrainingRun;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** The driver's part of a distributed training: checks, files, the barrier stage, the model. */
final class Trainings {
  private static final Logger LOG = LoggerFactory.getLogger(Trainings.class);
  private static final int KEY_BYTES = 32;

  /** Spark's own setting of how long a job waits until executors have registered. */
  private static final String WAIT = "spark.scheduler.maxRegisteredResourcesWaitingTime";

  private final JavaSparkContext context;
  private final Catalog catalog = Catalog.load(Task.KIND);
  private final Task task;
  private final Settings settings;
  private final TrainOptions options;
  private final @Nullable Supplier<byte[]> rows;

  /**
   * Checks the settings.
   *
   * @param rows the content of {@code --data}, which is only a name then; or null
   */
  Trainings(
      SparkContext context,
      String task,
      Map<String, String> given,
      TrainOptions options,
      @Nullable Supplier<byte[]> rows) {
    this.rows = rows;
    this.context = JavaSparkContext.fromSparkContext(context);
    this.task = catalog.find(Task.KIND, task);
    this.settings = Settings.of(task, this.task.options(), given);
    this.options = options;
  }

  TrainedModel train(Map<String, String> given) {
    requireOneMachinesSettings();
    String named = given.get(TrainingOptions.OUT.name()); // as a path, hdfs://x would be hdfs:/x
    Path out = qualified(named == null ? settings.get(TrainingOptions.OUT).toString() : named);
    Path staged = new Path(out.getParent(), "." + out.getName() + "." + UUID.randomUUID());
    String shown = named == null ? out.toString() : named;
    requireCheckpoints();
    RankRun run = run(given, shown, staged);
    requireTrainable(run);
    requireSlots();
    ExecutorNotes notes = ExecutorNotes.in(context.sc());
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    List<Integer> tasks = IntStream.range(0, options.tasks()).boxed().toList();
    ClassTag<RankResult> tag = ClassTag$.MODULE$.apply(RankResult.class);
    try {
      // Spark runs a barrier stage again after a failure only if a shuffle follows it.
      List<RankResult> results =
          JavaRDD.fromRDD(
                  context
                      .parallelize(tasks, options.tasks())
                      .rdd()
                      .barrier()
                      .mapPartitions(new BarrierTask(run, key, notes), false, tag),
                  tag)
              .repartition(1)
              .collect()
              .stream()
              .sorted(Comparator.comparingInt(RankResult::rank))
              .toList();
      for (RankResult result : results) {
        if (result.failure() != null) {
          throw new ComportaException(result.failure());
        }
      }
      HadoopFiles.move(staged.getFileSystem(context.hadoopConfiguration()), staged, out);
      RankResult most = Collections.max(results, Comparator.comparingLong(RankResult::bytesSent));
      Map<String, Object> figures = new LinkedHashMap<>(results.getFirst().figures());
      figures.put("model", shown);
      return new TrainedModel(
          shown,
          results.getFirst().text(),
          figures,
          most.bytesSent(),
          most.exchangeSeconds(),
          most.exchanges(),
          most.leftOut());
    } catch (IOException e) {
      throw new ComportaException(
          formatted("[train] cannot write the model file %s: %s", out, e.getMessage()), e);
    } finally {
      discard(staged);
    }
  }

  /** Deletes what a run that failed has left. */
  private void discard(Path staged) {
    try {
      staged.getFileSystem(context.hadoopConfiguration()).delete(staged, false);
    } catch (IOException e) {
      LOG.warn("cannot delete {}: {}", staged, e.getMessage());
    }
  }

  /** A path that is the same on all executors. */
  private Path qualified(String file) {
    try {
      Path path = new Path(file);
      return path.getFileSystem(context.hadoopConfiguration()).makeQualified(path);
    } catch (IOException | IllegalArgumentException e) {
      throw new ComportaException(
          formatted(
              "[train] expected a path of a file system that Hadoop knows but got %s: %s",
              file, e.getMessage()),
          e);
    }
  }

  /** Refuses what the driver decides, and files that only one machine writes. */
  private void requireOneMachinesSettings() {
    for (Option<?> option :
        List.of(
            TrainingOptions.ACCUMULATE,
            TrainingOptions.RESUME,
            RepetitionOptions.SEEDS,
            TrainingOptions.CSV,
            TrainingOptions.TENSORBOARD)) {
      if (settings.isGiven(option)) {
        throw new InvalidOptionException(
            formatted(
                "[train] --%s is for one machine; on Spark, parts are accumulated, and the folder of checkpoints is resumed",
                option.name()));
      }
    }
  }

  /** What all ranks get: settings, and the files among them with their content. */
  private RankRun run(Map<String, String> given, String out, Path staged) {
    LinkedHashMap<String, String> plain = new LinkedHashMap<>();
    LinkedHashMap<String, RankRun.ShippedFile> files = new LinkedHashMap<>();
    given.forEach((name, value) -> {
      Option<?> option = task.options().find(task.name(), name);
      if (settings.find(option).orElse(null) instanceof java.nio.file.Path) {
        if (option.group() != Group.FILES) {
          byte[] bytes =
              rows != null && option.name().equals(TrainingOptions.DATA.name())
                  ? rows.get()
                  : HadoopFiles.read(
                      context.hadoopConfiguration(), value, "the file of --" + option.name());
          files.put(option.name(), new RankRun.ShippedFile(value, context.broadcast(bytes)));
        }
      } else {
        plain.put(option.name(), value);
      }
    });
    return new RankRun(
        task.name(),
        plain,
        files,
        options.withCheckpoints(qualified(options.checkpoints()).toString()),
        out,
        staged.toString(),
        new SerializableConfiguration(context.hadoopConfiguration()));
  }

  /**
   * Opens the data on the driver, so that what is wrong with them is known before there is a job.
   */
  private void requireTrainable(RankRun run) {
    try (LocalFolder folder = LocalFolder.create()) {
      Map<String, Object> local = run.local(folder.path());
      run.naming(local, "", () -> new TrainingRun(task, TaskContext.of(catalog)).outline(local));
    } catch (IOException e) {
      throw new ComportaException(
          formatted("[train] cannot write a temporary file: %s", e.getMessage()), e);
    }
  }

  private void requireCheckpoints() {
    List<Long> saved =
        new SavedRounds(context.hadoopConfiguration(), options.checkpoints()).complete();
    if (options.resume() == saved.isEmpty()) {
      throw new ComportaException(
          options.resume()
              ? formatted(
                  "[train] expected a checkpoint to resume in %s but there is none; train without resuming",
                  options.checkpoints())
              : formatted(
                  "[train] expected a folder without checkpoints but %s has that of update %d; resume it, or name another folder",
                  options.checkpoints(), saved.getFirst()));
    }
  }

  /** All tasks of a barrier stage run at once: Spark would wait for minutes before it gives up. */
  private void requireSlots() {
    SparkContext spark = context.sc();
    int slots = 0;
    long seconds = spark.getConf().getTimeAsSeconds(WAIT, "30s");
    for (long second = 0; second <= seconds; second++) {
      slots = spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
      if (slots >= options.tasks()) {
        return;
      }
      try {
        Thread.sleep(1000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ComportaException("[train] interrupted before executors were there", e);
      }
    }
    throw new ComportaException(
        formatted(
            "[train] expected executors for %d tasks at once but after %d seconds there are cores for %d; start more executors or use fewer tasks",
            options.tasks(), seconds, slots));
  }
}
