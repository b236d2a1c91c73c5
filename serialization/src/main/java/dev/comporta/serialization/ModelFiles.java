package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.serialization.ManifestCodec.Entry;
import dev.comporta.serialization.ManifestCodec.Manifest;
import dev.comporta.serialization.ModelDescription.StoredTensor;
import dev.comporta.serialization.ModelFileException.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads model files. The format is described in {@code docs/formats/model-file.md}.
 *
 * <p>Writing is atomic: after any failure, even if the process is killed, the path refers to the
 * complete old file or the complete new one. The bytes depend only on the content, not on the time
 * or the machine.
 *
 * <p>Files are read as untrusted input: names do not select classes, every size is checked against
 * the length of the file before memory is allocated, and every byte is covered by a checksum.
 * Format 2 is written; formats 1 and 2 are read.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ModelFiles {
  private ModelFiles() {}

  /**
   * Writes a model, replacing an existing file.
   *
   * @param path the path of the file
   * @param model the model
   * @throws ModelFileException {@link Problem#UNWRITABLE} if the file cannot be written, {@link
   *     Problem#INVALID} if the content is not valid in a file, such as two tensors of the same
   *     name; in both cases an existing file is unchanged
   */
  public static void write(Path path, ModelFile model) {
    write(path, model, null, target -> {});
  }

  static void write(
      Path path,
      ModelFile model,
      @Nullable Checkpoint checkpoint,
      AtomicFile.BeforeReplacing before) {
    AtomicFile.write(path, before, content(path, model, checkpoint));
  }

  /**
   * Does all that {@link #write} does, the disk's room included, but leaves nothing and changes
   * nothing.
   *
   * @param path where to
   * @param model what
   * @throws ModelFileException as {@link #write}
   */
  public static void rehearse(Path path, ModelFile model) {
    rehearse(path, model, null);
  }

  static void rehearse(Path path, ModelFile model, @Nullable Checkpoint checkpoint) {
    AtomicFile.rehearse(path, content(path, model, checkpoint));
  }

  private static AtomicFile.Content content(
      Path path, ModelFile model, @Nullable Checkpoint checkpoint) {
    return content(path, Container.FORMAT, model, checkpoint);
  }

  /** The bytes of a file of a format; the tests still write the first one. */
  static AtomicFile.Content content(
      Path path, int format, ModelFile model, @Nullable Checkpoint checkpoint) {
    Refusal refusal =
        (problem, clause) ->
            new ModelFileException(
                problem,
                formatted("cannot write %s: %s; an existing file is unchanged", path, clause));
    ManifestCodec codec = new ManifestCodec(format, refusal);
    byte[] manifest = codec.encode(model, checkpoint).toByteArray();
    if (manifest.length > Container.MAX_MANIFEST_BYTES) {
      throw refusal.invalid(
          formatted(
              "its specification, names and vocabularies need %d bytes but the limit is %d",
              manifest.length, Container.MAX_MANIFEST_BYTES));
    }
    new ManifestCodec(format, refusal).decode(manifest, codec.dataLength()); // by the same rules
    return out -> ContainerWriter.write(out, format, manifest, codec.elements());
  }

  /**
   * Reads a model.
   *
   * @param path a file written by {@link #write} or by another implementation of the format
   * @return the model
   * @throws ModelFileException if the file cannot be read; the message states the problem and its
   *     location. {@link Problem#OTHER_KIND} if it is a checkpoint
   */
  public static ModelFile read(Path path) {
    return open(path, reader -> readModelOnly(reader, path.toString()));
  }

  /**
   * Opens a model without reading its tensors. The file is mapped into memory, and each tensor is
   * read and verified when its elements are first asked for; everything else is verified now. A
   * file of format 1 has one checksum for all of its bytes, and is read as by {@link #read(Path)}.
   *
   * <p>The file may be replaced meanwhile, as {@link #write} does it (on Windows only when the
   * model is no longer in use). If it is changed in place instead, the tensors that are not yet
   * read are reported as damaged.
   *
   * @param path a file written by {@link #write} or by another implementation of the format
   * @return the model, whose tensors throw a {@link ModelFileException} if they are damaged
   * @throws ModelFileException as {@link #read(Path)}
   */
  public static ModelFile map(Path path) {
    boolean interrupted = Thread.interrupted(); // which would close the file
    try {
      while (true) {
        try {
          return open(path, reader -> mapped(reader, path.toString()));
        } catch (ModelFileException e) {
          if (!(e.getCause() instanceof ClosedByInterruptException)) {
            throw e;
          }
          interrupted |= Thread.interrupted(); // from the start: it may be another file by now
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static ModelFile mapped(ContainerReader reader, String name) {
    if (reader.format() == Container.FIRST_FORMAT) {
      return readModelOnly(reader, name);
    }
    Manifest manifest = modelOnly(reader, name);
    reader.problems().requireMemory(manifest.memory());
    MappedTensors mapped = reader.map();
    List<NamedTensor> tensors = new ArrayList<>();
    for (Entry entry : manifest.parameters()) {
      StoredTensor stored = entry.tensor();
      tensors.add(
          NamedTensor.mapped(
              stored, (values, at) -> mapped.read(entry, TensorDecoder.into(values, at, stored))));
    }
    return model(manifest, tensors);
  }

  /**
   * Reads a model from a stream, such as a resource in a jar or the body of a response. The stream
   * is copied to a temporary file first, because every size is checked against the number of bytes
   * before memory is allocated; the file is deleted afterwards.
   *
   * @param in read to its end, not closed
   * @param name what messages call the stream
   * @return the model
   * @throws ModelFileException as {@link #read(Path)}; {@link Problem#UNREADABLE} also if the
   *     stream breaks off or there is no room for the copy
   */
  public static ModelFile read(InputStream in, String name) {
    Path copy = null;
    try {
      copy = Files.createTempFile("comporta-", ".model");
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      try (ContainerReader reader = new ContainerReader(copy, name)) {
        return readModelOnly(reader, name);
      }
    } catch (IOException e) {
      throw new ModelFileException(
          Problem.UNREADABLE, formatted("cannot read %s: %s", name, e.getMessage()), e);
    } finally {
      delete(copy);
    }
  }

  private static void delete(@Nullable Path copy) {
    if (copy != null) {
      try {
        Files.deleteIfExists(copy);
      } catch (IOException e) {
        copy.toFile().deleteOnExit(); // some systems keep a file while a scanner has it open
      }
    }
  }

  private static ModelFile readModelOnly(ContainerReader reader, String name) {
    ModelFile model = readModel(reader, modelOnly(reader, name));
    reader.finish();
    return model;
  }

  private static Manifest modelOnly(ContainerReader reader, String name) {
    Manifest manifest = manifest(reader);
    if (!manifest.kind().equals(ManifestCodec.MODEL)) {
      throw otherKind(name, ManifestCodec.MODEL, manifest.kind());
    }
    return manifest;
  }

  static Checkpoint readCheckpoint(Path path) {
    return open(
        path,
        reader -> {
          Manifest manifest = manifest(reader);
          if (manifest.progress() == null) {
            throw otherKind(path.toString(), ManifestCodec.CHECKPOINT, manifest.kind());
          }
          ModelFile model = readModel(reader, manifest);
          List<NamedTensor> tensors = readTensors(reader, manifest.tensors());
          Map<String, double[]> numbers = new LinkedHashMap<>();
          for (Entry entry : manifest.numbers()) {
            double[] row = new double[entry.tensor().count()];
            reader.readTensor(entry, TensorDecoder.into(row));
            numbers.put(entry.tensor().name(), row);
          }
          reader.finish();
          return new Checkpoint(model, manifest.progress(), tensors, numbers);
        });
  }

  /**
   * Describes a model file or checkpoint and verifies all of its checksums, without keeping the
   * values of its tensors in memory.
   *
   * @param path the file
   * @return the content, with the names, shapes, types and checksums of tensors
   * @throws ModelFileException if the file cannot be read; the message states the problem and its
   *     location
   */
  public static ModelDescription describe(Path path) {
    return open(
        path,
        reader -> {
          Manifest manifest = manifest(reader);
          List<StoredTensor> tensors = check(reader, manifest.parameters());
          List<StoredTensor> training = new ArrayList<>(check(reader, manifest.tensors()));
          training.addAll(check(reader, manifest.numbers()));
          reader.finish();
          return new ModelDescription(
              manifest.kind(),
              reader.format(),
              reader.fileLength(),
              manifest.spec(),
              tensors,
              manifest.vocabularies(),
              manifest.provenance(),
              manifest.metrics(),
              manifest.progress(),
              List.copyOf(training));
        });
  }

  private static <T> T open(Path path, Function<ContainerReader, T> read) {
    try (ContainerReader reader = new ContainerReader(path)) {
      return read.apply(reader);
    }
  }

  private static Manifest manifest(ContainerReader reader) {
    return new ManifestCodec(reader.format(), reader.problems())
        .decode(reader.manifest(), reader.dataLength());
  }

  private static ModelFile readModel(ContainerReader reader, Manifest manifest) {
    reader.problems().requireMemory(manifest.memory());
    return model(manifest, readTensors(reader, manifest.parameters()));
  }

  private static ModelFile model(Manifest manifest, List<NamedTensor> tensors) {
    return new ModelFile(
        manifest.spec(),
        tensors,
        manifest.vocabularies(),
        manifest.provenance(),
        manifest.metrics());
  }

  private static List<NamedTensor> readTensors(ContainerReader reader, List<Entry> entries) {
    List<NamedTensor> tensors = new ArrayList<>();
    for (Entry entry : entries) {
      float[] values = new float[entry.tensor().count()];
      reader.readTensor(entry, TensorDecoder.into(values, 0, entry.tensor()));
      tensors.add(NamedTensor.read(entry.tensor(), values));
    }
    return tensors;
  }

  private static List<StoredTensor> check(ContainerReader reader, List<Entry> entries) {
    List<StoredTensor> tensors = new ArrayList<>();
    for (Entry entry : entries) {
      NonFinite seen = new NonFinite();
      reader.readTensor(entry, TensorDecoder.counting(seen, entry.tensor()));
      tensors.add(entry.tensor().withNonFinite(seen.count()));
    }
    return List.copyOf(tensors);
  }

  private static ModelFileException otherKind(String name, String expected, String got) {
    return new ModelFileException(
        Problem.OTHER_KIND,
        formatted(
            "%s is a %s but a %s was expected; specify the %s", name, got, expected, expected));
  }
}
