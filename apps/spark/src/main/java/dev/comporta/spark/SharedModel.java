package dev.comporta.spark;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Sha256;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.inference.LoadOptions;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.Models;
import java.io.ByteArrayInputStream;
import java.io.Serializable;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * A model file whose bytes Spark sends to each executor once. A JVM loads it at its first use, and
 * all tasks that run there share it until memory is short. Each task computes on its own thread.
 */
final class SharedModel implements Serializable {
  private static final long serialVersionUID = 1L;

  /** By checksum: what this JVM has loaded. */
  private static final Map<String, SoftReference<LoadedModel>> LOADED = new HashMap<>();

  private final String name;
  private final String checksum;
  private final Broadcast<byte[]> bytes;
  private final ExecutorNotes notes;

  private SharedModel(String name, String checksum, Broadcast<byte[]> bytes, ExecutorNotes notes) {
    this.name = name;
    this.checksum = checksum;
    this.bytes = bytes;
    this.notes = notes;
  }

  /**
   * Reads a model file on the driver.
   *
   * @param context where it is sent to the executors
   * @param file a path of any file system that Hadoop knows, such as {@code hdfs:} or {@code s3a:}
   * @throws ComportaException if it cannot be read
   */
  static SharedModel read(SparkContext context, String file) {
    byte[] bytes = HadoopFiles.read(context.hadoopConfiguration(), file, "the model file");
    ExecutorNotes notes = ExecutorNotes.in(context);
    return new SharedModel(
        file,
        Sha256.hex(Sha256.newDigest(), bytes),
        JavaSparkContext.fromSparkContext(context).broadcast(bytes),
        notes);
  }

  /** The SHA-256 of the file. */
  String checksum() {
    return checksum;
  }

  /** The file. */
  String name() {
    return name;
  }

  /**
   * The model, loaded once in this JVM. It is never closed: on one thread it has none of its own.
   *
   * @throws ComportaException if the file is damaged, or describes a model that cannot be built
   */
  LoadedModel get() {
    synchronized (LOADED) {
      SoftReference<LoadedModel> kept = LOADED.get(checksum);
      LoadedModel model = kept == null ? null : kept.get();
      if (model == null) {
        LOADED.values().removeIf(it -> it.get() == null);
        model = load();
        LOADED.put(checksum, new SoftReference<>(model));
      }
      return model;
    }
  }

  private LoadedModel load() {
    Catalog catalog = Catalog.load();
    LoadedModel model =
        Models.load(
            new ByteArrayInputStream(bytes.value()), name, LoadOptions.of(catalog).withThreads(1));
    model.readWeights();
    notes.addBackend(catalog);
    return model;
  }
}
