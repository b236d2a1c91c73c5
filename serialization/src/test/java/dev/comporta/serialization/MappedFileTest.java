package dev.comporta.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.serialization.ModelFileException.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mapped file: what is read when, and what happens to the file in the meantime. */
class MappedFileTest {
  private static final int MEBIBYTES = 64;

  @TempDir Path folder;

  private static ModelFile of(NamedTensor... tensors) {
    ModelFile tiny = Samples.tiny();
    return new ModelFile(tiny.spec(), List.of(tensors), List.of(), tiny.provenance(), Map.of());
  }

  private static NamedTensor random(String name, int seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return new NamedTensor(name, Shape.of(count), values);
  }

  private Path write(ModelFile model) {
    Path path = folder.resolve("m");
    ModelFiles.write(path, model);
    return path;
  }

  @Test
  void tensorsAreReadWhenTheyAreAskedFor() {
    NamedTensor a = random("a", 1, 100_000);
    NamedTensor b = random("b", 2, 3);
    ModelFile mapped = ModelFiles.map(write(of(a, b)));
    assertThat(mapped.isRead()).isFalse();
    float[] copy = new float[5];
    mapped.tensors().get(1).copyTo(copy, 1);
    assertThat(copy).containsExactly(0, b.values()[0], b.values()[1], b.values()[2], 0);
    assertThat(mapped.isRead()).as("a copy is not kept").isFalse();
    assertThat(mapped.tensors()).containsExactly(a, b);
    assertThat(mapped.isRead()).isTrue();
    assertThat(ModelFiles.read(folder.resolve("m")).isRead()).isTrue();
    Catalog catalog = Catalog.of(List.of());
    assertThat(ModelFormats.read(folder.resolve("m"), null, catalog).isRead()).isFalse();
    assertThat(ModelFormats.readWhole(folder.resolve("m"), catalog).isRead()).isTrue();
    assertThat(mapped.tensors().getFirst().values()).isSameAs(mapped.tensors().getFirst().values());
  }

  @Test
  void damageIsFoundInTheTensorThatHasIt() throws IOException {
    Path path = write(of(random("a", 1, 20), random("b", 2, 20), random("c", 3, 20)));
    byte[] bytes = Files.readAllBytes(path);
    bytes[bytes.length - 32 - 80 - 48 - 80 + 5] ^= 1; // c has 80 bytes, b 80 and 48 of padding
    Files.write(path, bytes);
    ModelFile mapped = ModelFiles.map(path);
    assertThat(mapped.tensors().get(0)).isEqualTo(random("a", 1, 20));
    assertThat(mapped.tensors().get(2)).isEqualTo(random("c", 3, 20));
    for (int i = 0; i < 2; i++) { // and again whenever it is asked for
      assertThatThrownBy(() -> mapped.tensors().get(1).values())
          .isInstanceOfSatisfying(
              ModelFileException.class, e -> assertThat(e.problem()).isEqualTo(Problem.DAMAGED))
          .hasMessageStartingWith(path + " is damaged in tensor 'b' (bytes ");
    }
  }

  @Test
  void aSaveInTheMeantimeChangesNothing() {
    NamedTensor old = random("a", 1, 1 << 20);
    Path path = write(of(old));
    ModelFile mapped = ModelFiles.map(path);
    write(of(random("a", 2, 10)));
    assertThat(mapped.tensors()).containsExactly(old);
    assertThat(ModelFiles.map(path).tensors()).containsExactly(random("a", 2, 10));
  }

  @Test
  void aReaderDuringSavesSeesWholeModels() throws Exception {
    Path path = folder.resolve("m");
    Process child = ChildJvm.start(AtomicSaveTest.WriteForEver.class, List.of(), "" + path, "0");
    try (BufferedReader lines = child.inputReader()) {
      assertThat(lines.readLine()).isEqualTo("0");
      int last = 0;
      int seen = 0;
      while (seen < 10) {
        ModelFile mapped = ModelFiles.map(path);
        lines.readLine(); // it is replaced before its tensors are read
        int number = AtomicSaveTest.numberOf(mapped);
        assertThat(number).isGreaterThanOrEqualTo(last);
        seen += number > last ? 1 : 0;
        last = number;
      }
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void aFileThatIsChangedInPlaceIsDamaged() throws IOException {
    Path path = write(of(random("a", 1, 1 << 20)));
    ModelFile mapped = ModelFiles.map(path);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek(2 << 20);
      file.write(1);
      file.write(2);
    }
    assertThatThrownBy(() -> mapped.tensors().getFirst().values())
        .hasMessageStartingWith(path + " is damaged in tensor 'a'");
  }

  @Test
  void aFileThatIsCutInPlaceIsTruncated() throws IOException {
    Path path = write(of(random("a", 1, 1 << 20), random("b", 2, 1 << 20)));
    ModelFile mapped = ModelFiles.map(path);
    try (var channel = Files.newByteChannel(path, StandardOpenOption.WRITE)) {
      channel.truncate(1000);
    }
    for (NamedTensor tensor : mapped.tensors()) {
      assertThatThrownBy(tensor::values)
          .isInstanceOfSatisfying(
              ModelFileException.class, e -> assertThat(e.problem()).isEqualTo(Problem.CUT))
          .hasMessageContaining("it became shorter while it was being read");
    }
  }

  @Test
  void anInterruptIsKept() {
    Path path = write(of(random("a", 1, 100)));
    Thread.currentThread().interrupt();
    ModelFile mapped = ModelFiles.map(path);
    assertThat(mapped.tensors()).containsExactly(random("a", 1, 100));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(mapped.tensors().getFirst().values()).hasSize(100);
  }

  @Test
  void manyThreadsReadTheSameValues() throws InterruptedException {
    NamedTensor tensor = random("a", 1, 300_000);
    ModelFile mapped = ModelFiles.map(write(of(tensor)));
    var failures = new ConcurrentLinkedQueue<Throwable>();
    List<Thread> threads =
        IntStream.range(0, 4)
            .mapToObj(i ->
                Thread.ofPlatform()
                    .uncaughtExceptionHandler((_, e) -> failures.add(e))
                    .start(() -> assertThat(mapped.tensors()).containsExactly(tensor)))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
  }

  /** A tensor of more than 2 GiB, which is not read, in front of a small one: a sparse file. */
  @Test
  void filesOfMoreThanTwoGibibytes() throws Exception {
    long large = (1L << 29) + 16;
    byte[] last =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(1).putFloat(-2.5f).array();
    byte[] manifest =
        Crafted.manifest()
            .addParameters(Crafted.tensor("large", 0, 4 * large, large))
            .addParameters(
                Crafted.tensor("last", 4 * large, 8, 2)
                    .setSha256(ByteString.copyFrom(Container.sha256().digest(last))))
            .build()
            .toByteArray();
    long dataStart = Container.aligned(32 + manifest.length);
    long length = dataStart + 4 * large + 8 + 32;
    byte[] start = new byte[(int) dataStart];
    System.arraycopy(Container.header(2, manifest, length), 0, start, 0, 32);
    System.arraycopy(manifest, 0, start, 32, manifest.length);
    Path path = folder.resolve("large");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(start);
      file.seek(dataStart + 4 * large);
      file.write(last);
      file.write(Container.sha256().digest(start));
    }
    assertThat(Files.size(path)).isEqualTo(length).isGreaterThan(1L << 31);
    String lastValues = run(Last.class, "-Xmx3g", path);
    assertThat(lastValues).isEqualTo("[1.0, -2.5]");
  }

  /** Prints the last tensor. */
  static final class Last {
    private Last() {}

    public static void main(String[] arguments) {
      System.out.print(
          Arrays.toString(ModelFiles.map(Path.of(arguments[0])).tensors().getLast().values()));
    }
  }

  /** Fills parameters from a mapped file and prints one of them. */
  static final class Fill {
    private Fill() {}

    public static void main(String[] arguments) {
      ModelFile mapped = ModelFiles.map(Path.of(arguments[0]));
      Parameters parameters =
          Parameters.deferred(
              mapped.tensors().stream()
                  .map(tensor ->
                      new ParameterSpec(tensor.name(), tensor.shape(), Spec.of("zeros"), 1, 1))
                  .toList(),
              Map.of(),
              mapped.filler("the file"));
      mapped.requireFits(parameters);
      System.out.print(parameters.values()[parameters.count() - 1]);
    }
  }

  @Test
  void theHeapHoldsOneCopy() throws Exception {
    int count = MEBIBYTES << 18;
    float[] values = new float[count];
    values[count - 1] = 7;
    Shape shape = Shape.of(count >> 14, 1 << 14);
    Path path = write(of(new NamedTensor("a", shape, values).storedAs(ElementType.I8)));
    assertThat(run(Fill.class, "-Xmx%dm".formatted(MEBIBYTES + 50), path)).isEqualTo("7.0");
  }

  @Test
  void tensorsThatDoNotFitIntoTheHeapAreRefusedAtOnce() throws Exception {
    int count = MEBIBYTES << 18;
    Path path = write(of(new NamedTensor("a", Shape.of(count), new float[count])));
    assertThat(run(Refused.class, "-Xmx%dm".formatted(MEBIBYTES / 2), path)).isEqualTo("TOO_LARGE");
  }

  /** Prints why a file is refused. */
  static final class Refused {
    private Refused() {}

    public static void main(String[] arguments) {
      try {
        System.out.print(ModelFiles.map(Path.of(arguments[0])));
      } catch (ModelFileException e) {
        System.out.print(e.problem());
      }
    }
  }

  private static String run(Class<?> main, String heap, Path path) throws Exception {
    Process child = ChildJvm.start(main, List.of(heap, "-XX:+UseSerialGC"), path.toString());
    return new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
