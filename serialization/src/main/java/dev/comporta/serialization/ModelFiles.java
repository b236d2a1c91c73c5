package dev.comporta.serialization;

import dev.comporta.serialization.ManifestCodec.Entry;
import dev.comporta.serialization.ManifestCodec.Manifest;
import dev.comporta.serialization.ModelDescription.StoredTensor;
import dev.comporta.serialization.ModelFileException.Problem;
import java.nio.file.Path;
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
 * <p>Writing replaces the file in one step: after any failure, also a killed process, the name
 * holds the old file or the new one, whole. The bytes depend on the content alone, not on the time
 * or the machine.
 *
 * <p>Reading trusts nothing: names select no classes, every size is checked against the length of
 * the file before memory is taken, every byte is under a checksum.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ModelFiles {
  private ModelFiles() {}

  /**
   * Writes a model, replacing what was there.
   *
   * @param path where to
   * @param model what
   * @throws ModelFileException {@link Problem#UNWRITABLE} if the file cannot be written, {@link
   *     Problem#INVALID} if the content cannot stand in a file, such as two tensors of one name; in
   *     both cases the old file is unchanged
   */
  public static void write(Path path, ModelFile model) {
    write(path, model, null, target -> {});
  }

  /**
   * Checks what {@link #write} would refuse of the content, without writing: before hours of
   * training, not after.
   *
   * @param path where it will be written
   * @param model what
   * @throws ModelFileException {@link Problem#INVALID} if the content cannot stand in a file, such
   *     as a name that is not printable
   */
  public static void requireWritable(Path path, ModelFile model) {
    encode(path, model, null);
  }

  static void write(
      Path path,
      ModelFile model,
      @Nullable Checkpoint checkpoint,
      AtomicFile.BeforeReplacing before) {
    byte[] manifest = encode(path, model, checkpoint);
    List<Elements> elements = new ArrayList<>();
    model.tensors().forEach(tensor -> elements.add(new Elements.Floats(tensor.values())));
    if (checkpoint != null) {
      checkpoint.tensors().forEach(tensor -> elements.add(new Elements.Floats(tensor.values())));
      checkpoint.numbers().values().forEach(row -> elements.add(new Elements.Doubles(row)));
    }
    AtomicFile.write(path, before, out -> ContainerWriter.write(out, manifest, elements));
  }

  /** The manifest's bytes, checked by the rules that a reader will apply. */
  private static byte[] encode(Path path, ModelFile model, @Nullable Checkpoint checkpoint) {
    Refusal refusal =
        (problem, clause) ->
            new ModelFileException(
                problem,
                "cannot write %s: %s; what was there is unchanged".formatted(path, clause));
    ManifestCodec codec = new ManifestCodec(refusal);
    byte[] manifest = codec.encode(model, checkpoint).toByteArray();
    if (manifest.length > Container.MAX_MANIFEST_BYTES) {
      throw refusal.invalid(
          "its specification, names and vocabularies need %d bytes, and the limit is %d"
              .formatted(manifest.length, Container.MAX_MANIFEST_BYTES));
    }
    new ManifestCodec(refusal).decode(manifest, codec.dataLength());
    return manifest;
  }

  /**
   * Reads a model.
   *
   * @param path a file that {@link #write} or a program in another language wrote
   * @return the model
   * @throws ModelFileException saying what is wrong with the file and where; {@link
   *     Problem#OTHER_KIND} if it is a checkpoint
   */
  public static ModelFile read(Path path) {
    return open(
        path,
        reader -> {
          Manifest manifest = manifest(reader);
          if (!manifest.kind().equals(ManifestCodec.MODEL)) {
            throw otherKind(path, ManifestCodec.MODEL, manifest.kind());
          }
          ModelFile model = readModel(reader, manifest);
          reader.finish();
          return model;
        });
  }

  static Checkpoint readCheckpoint(Path path) {
    return open(
        path,
        reader -> {
          Manifest manifest = manifest(reader);
          if (manifest.progress() == null) {
            throw otherKind(path, ManifestCodec.CHECKPOINT, manifest.kind());
          }
          ModelFile model = readModel(reader, manifest);
          List<NamedTensor> tensors = readTensors(reader, manifest.tensors());
          Map<String, double[]> numbers = new LinkedHashMap<>();
          for (Entry entry : manifest.numbers()) {
            double[] row = new double[entry.tensor().count()];
            reader.readTensor(
                entry.tensor(), entry.offset(), entry.length(), new Elements.Doubles(row));
            numbers.put(entry.tensor().name(), row);
          }
          reader.finish();
          return new Checkpoint(model, manifest.progress(), tensors, numbers);
        });
  }

  /**
   * Says what a model file or checkpoint holds, and checks all of its checksums, without keeping
   * the values of its tensors.
   *
   * @param path the file
   * @return names, shapes, types and checksums beside everything that is no tensor
   * @throws ModelFileException saying what is wrong with the file and where
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
              Container.FORMAT,
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
    return new ManifestCodec(reader::refuse).decode(reader.manifest(), reader.dataLength());
  }

  private static ModelFile readModel(ContainerReader reader, Manifest manifest) {
    reader.checkMemory();
    return new ModelFile(
        manifest.spec(),
        readTensors(reader, manifest.parameters()),
        manifest.vocabularies(),
        manifest.provenance(),
        manifest.metrics());
  }

  private static List<NamedTensor> readTensors(ContainerReader reader, List<Entry> entries) {
    List<NamedTensor> tensors = new ArrayList<>();
    for (Entry entry : entries) {
      float[] values = new float[entry.tensor().count()];
      reader.readTensor(
          entry.tensor(), entry.offset(), entry.length(), new Elements.Floats(values));
      tensors.add(new NamedTensor(entry.tensor().name(), entry.tensor().shape(), values));
    }
    return tensors;
  }

  private static List<StoredTensor> check(ContainerReader reader, List<Entry> entries) {
    List<StoredTensor> tensors = new ArrayList<>();
    for (Entry entry : entries) {
      reader.readTensor(entry.tensor(), entry.offset(), entry.length(), null);
      tensors.add(entry.tensor());
    }
    return List.copyOf(tensors);
  }

  private static ModelFileException otherKind(Path path, String expected, String got) {
    return new ModelFileException(
        Problem.OTHER_KIND,
        "%s is a %s but a %s was expected; name the %s".formatted(path, got, expected, expected));
  }
}
