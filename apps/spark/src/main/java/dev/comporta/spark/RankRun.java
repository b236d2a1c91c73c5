package dev.comporta.spark;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.TaskReport;
import dev.comporta.frame.training.TrainingRun;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.Provenance;
import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingListener;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training run of one rank: that of {@code comporta train} in a folder of its own, with the
 * files of the driver, whose trainer exchanges with those of the other ranks.
 *
 * @param task its name
 * @param settings as given on the driver, without files
 * @param files by the names of their options
 * @param options how training is divided
 * @param out the model file
 * @param staged where rank 0 writes the model, before the driver gives the file its name
 * @param configuration of Hadoop
 */
record RankRun(
    String task,
    LinkedHashMap<String, String> settings,
    LinkedHashMap<String, ShippedFile> files,
    TrainOptions options,
    String out,
    String staged,
    SerializableConfiguration configuration)
    implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(RankRun.class);

  /**
   * A file of the driver.
   *
   * @param path as it was given
   * @param bytes its content
   */
  record ShippedFile(String path, Broadcast<byte[]> bytes) implements Serializable {
    /** Writes it under its own name, in a folder of its own. */
    Path write(Path folder) throws IOException {
      String name = path.substring(path.lastIndexOf('/') + 1);
      return Files.write(Files.createTempDirectory(folder, "file").resolve(name), bytes.value());
    }
  }

  /** The settings with the files at hand. */
  Map<String, Object> local(Path folder) throws IOException {
    Map<String, Object> local = new LinkedHashMap<>(settings);
    for (Map.Entry<String, ShippedFile> file : files.entrySet()) {
      local.put(file.getKey(), file.getValue().write(folder));
    }
    local.put("out", folder.resolve("model"));
    local.put("accumulate", Integer.toString(options.parts()));
    local.putIfAbsent("threads", "1");
    if (options.localSteps() > 0) {
      local.putIfAbsent("checkpoint-every", Integer.toString(options.localSteps()));
    }
    return local;
  }

  /**
   * Trains.
   *
   * @param mesh the other ranks
   * @param step the update after which a checkpoint is resumed, or -1 for none
   * @param catalog where providers are found
   * @return what is reported; the score only by rank 0
   * @throws IOException if the disk of the executor or a Hadoop file system cannot be used
   */
  RankResult train(Mesh mesh, long step, Catalog catalog) throws IOException {
    try (LocalFolder temporary = LocalFolder.create()) {
      Path folder = temporary.path();
      Map<String, Object> given = local(folder);
      SavedRounds rounds = new SavedRounds(hadoop(), options.checkpoints());
      boolean eachWrites = options.hasOnePartPerRank();
      boolean writes = mesh.rank() == 0 || eachWrites;
      Exchanges exchanges = new Exchanges();
      int of = writes ? mesh.rank() : 0;
      if (step >= 0) {
        Path checkpoint = folder.resolve("resumed.checkpoint");
        rounds.read(step, of, checkpoint);
        given.put("resume", checkpoint);
        given.remove("from");
      }
      Path checkpoint = folder.resolve("model.checkpoint");
      TaskContext context =
          TaskContext.of(catalog)
              .loggingTo(line -> log(mesh, line))
              .alsoHeardBy(event -> {
                if (writes && event instanceof TrainingEvent.Checkpointed at) {
                  rounds.write(at.step(), mesh.rank(), checkpoint);
                  if (eachWrites) {
                    mesh.allGather(new byte[0]); // until all have written theirs
                  }
                  if (mesh.rank() == 0) {
                    rounds.complete(at.step());
                  }
                }
              })
              .alsoHeardBy(exchanges)
              .distributed(options.distribution(mesh));
      TaskReport report =
          naming(
              given,
              rounds.file(step, of).toString(),
              () -> new TrainingRun(catalog.find(Task.KIND, task), context).run(given));
      if (mesh.rank() == 0) {
        Path model = folder.resolve("model");
        ModelFiles.write(model, asGiven(ModelFiles.read(model)));
        HadoopFiles.write(hadoop(), new org.apache.hadoop.fs.Path(staged), model);
      }
      return new RankResult(
          mesh.rank(),
          null,
          report.text().replace(folder.resolve("model").toString(), out),
          new LinkedHashMap<>(report.figures()),
          mesh.bytesSent(),
          mesh.seconds(),
          exchanges.count,
          exchanges.leftOut());
    }
  }

  /**
   * Runs something; if it refuses a file, the message names that of the driver instead of the copy.
   *
   * @param local what {@link #local} returned
   * @param checkpoint that {@code resume} is a copy of
   */
  <T> T naming(Map<String, Object> local, String checkpoint, Supplier<T> run) {
    try {
      return run.get();
    } catch (ComportaException e) {
      String message = String.valueOf(e.getMessage());
      for (Map.Entry<String, ShippedFile> file : files.entrySet()) {
        message = message.replace(String.valueOf(local.get(file.getKey())), file.getValue().path());
      }
      if (local.containsKey("resume")) {
        message = message.replace(String.valueOf(local.get("resume")), checkpoint);
      }
      throw message.equals(e.getMessage()) ? e : new ComportaException(message, e);
    }
  }

  /** Counts exchanges, and what compression leaves out of them. */
  private static final class Exchanges implements TrainingListener {
    private long count;
    private double shares;

    @Override
    public void on(TrainingEvent event) {
      if (event instanceof TrainingEvent.Exchanged exchanged) {
        count++;
        shares += exchanged.norm() > 0 ? exchanged.leftOut() / exchanged.norm() : 0;
      }
    }

    double leftOut() {
      return count == 0 ? 0 : shares / count;
    }
  }

  private Configuration hadoop() {
    return configuration.value();
  }

  private static void log(Mesh mesh, String line) {
    if (mesh.rank() == 0) {
      LOG.info(line);
    }
  }

  /** The model file with the paths that the driver was given, not those of this executor. */
  private ModelFile asGiven(ModelFile file) {
    Provenance by = file.provenance();
    Spec kept = by.hyperParameters();
    for (Map.Entry<String, ShippedFile> shipped : files.entrySet()) {
      if (kept.options().containsKey(shipped.getKey())) {
        kept = kept.with(shipped.getKey(), shipped.getValue().path());
      }
    }
    return new ModelFile(
        file.spec(),
        file.tensors(),
        file.vocabularies(),
        new Provenance(
            by.frameworkVersion(),
            by.javaVersion(),
            by.seed(),
            by.data(),
            by.dataSha256(),
            kept,
            by.created(),
            by.providers()),
        file.metrics());
  }
}
