package dev.comporta.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.tensor.Shape;
import dev.comporta.serialization.ModelFileException.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The path always refers to a complete file: the old one or the new one. */
class AtomicSaveTest {
  private static final int KILLS = 20;

  @TempDir Path folder;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void failureInTheMiddleKeepsTheOldFileAndLeavesNothing() throws IOException {
    Path path = folder.resolve("m");
    ModelFiles.write(path, Samples.tiny());
    for (int bytes : new int[] {0, 1, 100, 200_000}) {
      assertThatThrownBy(() ->
              AtomicFile.write(
                  path,
                  target -> {},
                  out -> {
                    out.write(new byte[bytes]);
                    throw new IOException("No space left on device");
                  }))
          .isInstanceOfSatisfying(
              ModelFileException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNWRITABLE))
          .hasMessage(
              "cannot write %s: No space left on device; choose another path; an existing file is unchanged",
              path);
      assertThat(ModelFiles.read(path)).isEqualTo(Samples.tiny());
      assertThat(names()).containsExactly("m");
    }
  }

  @Test
  void contentThatNoFileCanHoldKeepsTheOldFile() throws IOException {
    Path path = folder.resolve("m");
    ModelFile tiny = Samples.tiny();
    ModelFiles.write(path, tiny);
    NamedTensor tensor = tiny.tensors().getFirst();
    ModelFile twice =
        new ModelFile(tiny.spec(), List.of(tensor, tensor), List.of(), tiny.provenance(), Map.of());
    assertThatThrownBy(() -> ModelFiles.write(path, twice))
        .hasMessage(
            "cannot write %s: it has two tensors named 'b'; an existing file is unchanged", path);
    ModelFile half = tiny.with(new Vocabulary("half", "characters", List.of("\ud800")));
    assertThatThrownBy(() -> ModelFiles.write(path, half))
        .hasMessageContaining("has an unpaired surrogate");
    assertThat(ModelFiles.read(path)).isEqualTo(tiny);
    assertThat(names()).containsExactly("m");
  }

  @Test
  void placesThatCannotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    for (Map.Entry<Path, String> place :
        Map.of(
                folder.resolve("none").resolve("m"),
                "there is no folder ",
                file.resolve("m"),
                "there is no folder ",
                folder,
                "it is a folder",
                Path.of("/"),
                "expected a path on a local disk",
                folder.resolve("n".repeat(300)),
                "too long")
            .entrySet()) {
      assertThatThrownBy(() -> ModelFiles.write(place.getKey(), Samples.tiny()))
          .isInstanceOfSatisfying(
              ModelFileException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNWRITABLE))
          .hasMessageStartingWith("cannot write " + place.getKey() + ": ")
          .hasMessageContaining(place.getValue());
    }
    assertThat(names()).containsExactly("file");
  }

  @Test
  void symbolicLinkIsFollowed() throws IOException {
    Path file = folder.resolve("m");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("m"));
    ModelFiles.write(link, Samples.tiny());
    ModelFiles.write(link, Samples.tiny());
    assertThat(link).isSymbolicLink();
    assertThat(ModelFiles.read(file)).isEqualTo(Samples.tiny());
  }

  @Test
  void theNewFileHasThePermissionsOfTheOld() throws IOException {
    Path path = folder.resolve("m");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("m"));
    for (String mode : List.of("rw-------", "rw-rw----", "r--r--r--", "rw-rw-rw-")) {
      Files.deleteIfExists(path);
      ModelFiles.write(path, Samples.tiny());
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
      ModelFiles.write(link, Samples.tiny());
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo(mode);
    }
    Path checkpoint = folder.resolve("m.checkpoint");
    Checkpoints.write(checkpoint, checkpoint(1));
    Files.setPosixFilePermissions(checkpoint, PosixFilePermissions.fromString("rw-------"));
    Checkpoints.write(checkpoint, checkpoint(2));
    for (Path kept : List.of(checkpoint, Checkpoints.previous(checkpoint))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void aRehearsalRefusesWhatWritingWouldAndChangesNothing() throws IOException {
    Path path = folder.resolve("m");
    ModelFiles.rehearse(path, Samples.tiny());
    Checkpoints.rehearse(path, checkpoint(1));
    AtomicFile.requireWritable(path);
    assertThat(names()).isEmpty();
    Files.writeString(path, "as it was");
    ModelFiles.rehearse(path, Samples.tiny());
    assertThat(path).hasContent("as it was");
    Path dangling = Files.createSymbolicLink(folder.resolve("d"), folder.resolve("no/m"));
    Path full =
        Files.createSymbolicLink(folder.resolve("full"), Path.of("/dev/full")); // no ordinary file
    for (Path wrong : List.of(dangling, full, folder, folder.resolve("n".repeat(256)))) {
      assertThatThrownBy(() -> AtomicFile.requireWritable(wrong))
          .isInstanceOfSatisfying(
              ModelFileException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNWRITABLE));
    }
    ModelFile half = Samples.tiny().with(new Vocabulary("half", "characters", List.of("\ud800")));
    assertThatThrownBy(() -> ModelFiles.rehearse(path, half))
        .hasMessageContaining("has an unpaired surrogate");
    assertThat(path).hasContent("as it was");
    assertThat(names()).containsExactly("d", "full", "m");
  }

  @Test
  void everyNameThatTheDiskTakesCanBeWritten() throws IOException {
    for (String name : List.of("n".repeat(255), "\u00e9".repeat(127), "\ud834\udd1e".repeat(63))) {
      Path path = folder.resolve(name);
      AtomicFile.requireWritable(path);
      ModelFiles.write(path, Samples.tiny());
      ModelFiles.write(path, Samples.tiny());
      assertThat(ModelFiles.read(path)).isEqualTo(Samples.tiny());
    }
    assertThat(names()).hasSize(3);
  }

  @Test
  void interruptDoesNotSpoilTheFile() {
    Path path = folder.resolve("m");
    Thread.currentThread().interrupt();
    ModelFiles.write(path, Samples.tiny());
    assertThat(ModelFiles.read(path)).isEqualTo(Samples.tiny());
    assertThat(Thread.interrupted()).as("the interrupt is restored").isTrue();
  }

  @Test
  void leftoversOfAKilledWriterAreRemovedAndOthersKept() throws Exception {
    Process dead = ChildJvm.start(WriteForEver.class, List.of());
    assertThat(dead.waitFor()).isNotZero();
    Path leftover = Files.createFile(folder.resolve(".m.%d.0.partial".formatted(dead.pid())));
    long parent = ProcessHandle.current().parent().orElseThrow().pid();
    Path living = Files.createFile(folder.resolve(".m.%d.0.partial".formatted(parent)));
    Path another = Files.createFile(folder.resolve(".mm.%d.0.partial".formatted(dead.pid())));
    ModelFiles.write(folder.resolve("m"), Samples.tiny());
    assertThat(leftover).doesNotExist();
    assertThat(living).exists();
    assertThat(another).exists();
  }

  /** A model in which every value is its number, large enough to be interrupted while writing. */
  private static ModelFile numbered(int number) {
    float[] values = new float[400_000];
    Arrays.fill(values, number);
    return new ModelFile(
        Samples.tiny().spec(),
        List.of(new NamedTensor("values", Shape.of(values.length), values)),
        List.of(),
        Samples.PROVENANCE,
        Map.of("number", (double) number));
  }

  private static Checkpoint checkpoint(int number) {
    return new Checkpoint(
        numbered(number), Samples.tiny().spec().with("number", number), List.of(), Map.of());
  }

  /** Writes models with increasing numbers from its second argument on, and prints each number. */
  static final class WriteForEver {
    private WriteForEver() {}

    public static void main(String[] arguments) {
      if (arguments.length == 0) {
        System.exit(1);
      }
      Path path = Path.of(arguments[0]);
      for (int number = Integer.parseInt(arguments[1]); ; number++) {
        if (arguments[0].endsWith(".checkpoint")) {
          Checkpoints.write(path, checkpoint(number));
        } else {
          ModelFiles.write(path, numbered(number));
        }
        System.out.println(number);
      }
    }
  }

  /**
   * Starts a writer, waits for a few files, and kills it, every other time while a file is being
   * written; returns the last number that it reported.
   */
  private int writeAndKill(Path path, int first, Random random) throws Exception {
    Process child = ChildJvm.start(WriteForEver.class, List.of(), path.toString(), "" + first);
    try (BufferedReader lines = child.inputReader()) {
      String last = null;
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        last = lines.readLine();
        assertThat(last).as("the writer must write until it is killed").isNotNull();
      }
      if (random.nextBoolean()) {
        while (child.isAlive() && names().stream().noneMatch(name -> name.endsWith(".partial"))) {
          Thread.onSpinWait();
        }
      } else {
        TimeUnit.MICROSECONDS.sleep(random.nextInt(20_000));
      }
      // The handle kills the process but leaves the pipe open, so the last lines can still be read.
      assertThat(child.toHandle().destroyForcibly()).isTrue();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line;
      }
      assertThat(child.waitFor()).isNotZero();
      return Integer.parseInt(last);
    } finally {
      child.destroyForcibly();
    }
  }

  /** The number of a model, all of whose values are it. */
  static int numberOf(ModelFile model) {
    int number = model.metrics().get("number").intValue();
    assertThat(model).isEqualTo(numbered(number));
    return number;
  }

  @Test
  void killedWriterLeavesAWholeModel() throws Exception {
    Path path = folder.resolve("m");
    Random random = new Random(3);
    int first = 0;
    int killedInTheMiddle = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      int reported = writeAndKill(path, first, random);
      killedInTheMiddle += names().size() > 1 ? 1 : 0;
      int found = numberOf(ModelFiles.read(path));
      assertThat(found).isBetween(reported, reported + 1);
      assertThat(names().size()).as("leftovers do not accumulate").isLessThanOrEqualTo(2);
      first = found + 1;
    }
    assertThat(killedInTheMiddle).as("kills in the middle of a write").isPositive();
  }

  @Test
  void killedWriterLeavesAWholeCheckpoint() throws Exception {
    Path path = folder.resolve("m.checkpoint");
    Random random = new Random(4);
    int first = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      int reported = writeAndKill(path, first, random);
      Checkpoints.Newest newest = Checkpoints.newest(path);
      int found = numberOf(newest.checkpoint().model());
      assertThat(found).isBetween(reported, reported + 1);
      assertThat(newest.checkpoint()).isEqualTo(checkpoint(found));
      assertThat(names().size()).isLessThanOrEqualTo(3);
      first = found + 1;
    }
  }
}
