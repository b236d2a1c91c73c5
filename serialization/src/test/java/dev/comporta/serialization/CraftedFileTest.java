package dev.comporta.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.serialization.ModelFileException.Problem;
import dev.comporta.serialization.proto.ModelProto;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Malicious files with correct checksums and false claims. Each is rejected before memory of the
 * claimed size is allocated.
 */
class CraftedFileTest {
  private static final long MOST = Integer.MAX_VALUE - 64;

  @TempDir Path folder;

  /** A manifest, its data section, and a part of the expected message. */
  private record Case(byte[] manifest, int dataLength, String expected) {}

  private static Case of(ModelProto.Manifest.Builder manifest, int dataLength, String expected) {
    return new Case(manifest.build().toByteArray(), dataLength, expected);
  }

  private static Case of(ModelProto.Tensor.Builder tensor, int dataLength, String expected) {
    return of(Crafted.manifest().addParameters(tensor), dataLength, expected);
  }

  private static Map<String, Case> cases(int format) throws IOException {
    Map<String, Case> cases =
        new LinkedHashMap<>(format == 1 ? casesOfFormat1() : casesOfFormat2());
    cases.put(
        "tensor larger than the file",
        of(
            Crafted.tensor("a", 0, 4L << 30, 1 << 30),
            64,
            "tensor 'a' claims bytes 0 to 4294967295 of a data section of 64 bytes"));
    cases.put(
        "largest tensor",
        of(Crafted.tensor("a", 0, 4 * MOST, MOST), 64, "claims bytes 0 to 8589934331 of a data"));
    cases.put(
        "product of sizes overflows",
        of(
            Crafted.tensor("a", 0, 0, 1L << 30, 1L << 30, 16),
            0,
            "tensor 'a' has more than 2147483583 elements"));
    cases.put(
        "one size overflows",
        of(Crafted.tensor("a", 0, 4, (1L << 32) + 1), 64, "has size 4294967297 on axis 0"));
    cases.put(
        "product is zero after an overflow",
        of(Crafted.tensor("a", 0, 0, MOST, MOST, 0), 0, "has more than 2147483583 elements"));
    cases.put("negative size", of(Crafted.tensor("a", 0, 4, -1, -1), 4, "has size -1 on axis 0"));
    cases.put(
        "bytes differ from the shape",
        of(
            Crafted.tensor("a", 0, 400, 1),
            400,
            "needs 4 bytes and a checksum of 32 bytes but claims 400"));
    cases.put(
        "negative number of bytes",
        of(Crafted.tensor("a", 0, -4, 1), 4, "claims 18446744073709551612 and 32"));
    cases.put(
        "negative offset",
        of(Crafted.tensor("a", -64, 4, 1), 4, "begins at byte 18446744073709551552"));
    cases.put(
        "overlapping tensors",
        of(
            Crafted.manifest()
                .addParameters(Crafted.tensor("a", 0, 80, 20))
                .addParameters(Crafted.tensor("b", 64, 4, 1)),
            132,
            "tensor 'b' begins at byte 64 of the data section but should begin at byte 128, after the previous tensor"));
    cases.put(
        "offset behind the end",
        of(
            Crafted.manifest()
                .addParameters(Crafted.tensor("a", 0, 4, 1))
                .addParameters(Crafted.tensor("b", 64, 4, 1)),
            4,
            "tensor 'b' claims bytes 64 to 67 of a data section of 4 bytes"));
    cases.put(
        "data that no tensor names",
        of(Crafted.tensor("a", 0, 4, 1), 8, "end at byte 4 of the data section but it has 8"));
    cases.put(
        "nine axes",
        of(Crafted.tensor("a", 0, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1), 4, "has 9 axes but the limit"));
    cases.put(
        "a million axes",
        of(
            Crafted.tensor("a", 0, 4, LongStream.range(0, 1_000_000).toArray()),
            4,
            "its manifest has more than 64 numbers in field 3 of a Tensor"));
    cases.put(
        "short checksum",
        of(
            Crafted.tensor("a", 0, 4, 1).setSha256(ByteString.copyFrom(new byte[5])),
            4,
            "but claims 4 and 5"));
    cases.put(
        "unknown type",
        of(Crafted.tensor("a", 0, 4, 1).setDataTypeValue(77), 4, "has elements of type unknown"));
    cases.put(
        "same tensor twice",
        of(
            Crafted.manifest()
                .addParameters(Crafted.tensor("a", 0, 0, 0))
                .addParameters(Crafted.tensor("a", 0, 0, 0)),
            0,
            "it has two tensors named 'a'"));
    cases.put(
        "empty name", of(Crafted.tensor("", 0, 0, 0), 0, "name of a tensor to have 1 to 1024"));
    cases.put(
        "endless name",
        of(Crafted.tensor("n".repeat(1025), 0, 0, 0), 0, "nnn...' (1025 characters)"));
    cases.put(
        "name that would take over a terminal",
        of(Crafted.tensor("\u001b[2J", 0, 0, 0), 0, "got '\\u001b[2J'"));
    ModelProto.Manifest.Builder many = Crafted.manifest();
    for (int i = 0; i <= ManifestCodec.MAX_TENSORS; i++) {
      many.addParameters(ModelProto.Tensor.newBuilder().setName("t" + i));
    }
    cases.put("too many tensors", of(many, 0, "lists 65537 tensors but the limit is 65536"));
    cases.put(
        "two options of one name",
        of(
            Crafted.manifest()
                .setSpecification(
                    ModelProto.Spec.newBuilder()
                        .setName("s")
                        .addOptions(option("o"))
                        .addOptions(option("o"))),
            0,
            "specification 's' has two options 'o'"));
    cases.put(
        "option without a value",
        of(
            Crafted.manifest()
                .setSpecification(
                    ModelProto.Spec.newBuilder()
                        .setName("s")
                        .addOptions(ModelProto.Option.newBuilder().setName("o"))),
            0,
            "option 'o' has no value"));
    cases.put("nesting", of(nested(26), 0, "nested deeper than 24 levels"));
    cases.put("deep nesting", of(nested(40), 0, "nested deeper than 96"));
    cases.put("nesting that would overflow a stack", nestedWire(200_000));
    cases.put(
        "unknown kind",
        of(Crafted.manifest().setKind("corpus"), 0, "its kind is 'corpus' but this version reads"));
    cases.put(
        "no specification",
        of(Crafted.manifest().clearSpecification(), 0, "expected its manifest to have a specif"));
    cases.put(
        "no provenance",
        of(Crafted.manifest().clearProvenance(), 0, "expected its manifest to have a provenance"));
    cases.put(
        "model with a training state",
        of(
            Crafted.manifest().setTraining(ModelProto.TrainingState.getDefaultInstance()),
            0,
            "training only in a checkpoint"));
    cases.put(
        "checkpoint without a training state",
        of(Crafted.manifest().setKind("checkpoint"), 0, "training only in a checkpoint"));
    cases.put(
        "data hash of another length",
        of(
            Crafted.manifest()
                .setProvenance(
                    ModelProto.Provenance.newBuilder()
                        .setHyperParameters(ModelProto.Spec.newBuilder().setName("h"))
                        .setDataSha256(ByteString.copyFromUtf8("abc"))),
            0,
            "32 bytes or none as the SHA-256 of the data"));
    cases.put(
        "time out of range",
        of(
            Crafted.manifest()
                .setProvenance(
                    ModelProto.Provenance.newBuilder()
                        .setHyperParameters(ModelProto.Spec.newBuilder().setName("h"))
                        .setCreatedEpochSeconds(Long.MAX_VALUE)),
            0,
            "is out of range"));
    cases.put(
        "token twice",
        of(
            Crafted.manifest()
                .addVocabularies(
                    ModelProto.Vocabulary.newBuilder()
                        .setName("text")
                        .setKind("characters")
                        .addTokens("x")
                        .addTokens("x")),
            0,
            "vocabulary 'text' has the token 'x' twice"));
    cases.put(
        "metric twice",
        of(
            Crafted.manifest()
                .addMetrics(ModelProto.Metric.newBuilder().setName("m"))
                .addMetrics(ModelProto.Metric.newBuilder().setName("m")),
            0,
            "it has two metrics named 'm'"));
    cases.put("field of another format", wire(999, new byte[3], "has a field 999 in a Manifest"));
    cases.put(
        "text that is no UTF-8",
        wire(1, new byte[] {(byte) 0xC0, (byte) 0x80}, "is not a valid protobuf"));
    cases.put(
        "bytes that are no message", new Case(new byte[] {10, 100, 1}, 0, "not a valid protobuf"));
    cases.put("metrics by the million", repeated(6, 8 << 20, "has more than 262144 messages"));
    cases.put("tokens by the million", tokens(5_000_000, "has more than 4194304 fields"));
    cases.put(
        "more tokens than the file explains",
        tokens(1_000_000, "has 1 messages and 1000000 tokens, which take about 106 MiB of memory"));
    cases.put(
        "more metrics than the file explains",
        repeated(6, 200_000, "has 200000 messages and 0 tokens, which take about 48 MiB"));
    return cases;
  }

  private static Map<String, Case> casesOfFormat1() {
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.put(
        "type of format 2 in format 1",
        of(
            Crafted.tensor("a", 0, 2, 1).setDataType(ModelProto.DataType.DATA_TYPE_F16),
            2,
            "has elements of type F16 but format 1 expects F32 here"));
    cases.put(
        "providers in format 1",
        of(
            Crafted.manifest()
                .setProvenance(
                    ModelProto.Provenance.newBuilder()
                        .setHyperParameters(ModelProto.Spec.newBuilder().setName("t"))
                        .addProviders(
                            ModelProto.Provider.newBuilder().setKind("cell").setName("leaky"))),
            0,
            "has a field 8 in a Provenance, which format 1 does not have"));
    cases.put(
        "output channels in format 1",
        of(
            Crafted.tensor("a", 0, 4, 1).setChannelAxis(0),
            4,
            "has a field 7 in a Tensor, which format 1 does not have"));
    return cases;
  }

  private static Map<String, Case> casesOfFormat2() {
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.put(
        "float64 parameters",
        of(
            Crafted.tensor("a", 0, 8, 1).setDataType(ModelProto.DataType.DATA_TYPE_F64),
            8,
            "has elements of type F64 but format 2 expects F32, F16, BF16, I8 here"));
    cases.put(
        "a checkpoint that is rounded",
        of(
            Crafted.manifest()
                .setKind("checkpoint")
                .setTraining(
                    ModelProto.TrainingState.newBuilder()
                        .setProgress(ModelProto.Spec.newBuilder().setName("p")))
                .addParameters(
                    Crafted.tensor("a", 0, 2, 1).setDataType(ModelProto.DataType.DATA_TYPE_F16)),
            2,
            "tensor 'a' has elements of type F16 but format 2 expects F32 here"));
    cases.put(
        "half of a half",
        of(
            Crafted.tensor("a", 0, 3, 2).setDataType(ModelProto.DataType.DATA_TYPE_BF16),
            3,
            "needs 4 bytes and a checksum of 32 bytes but claims 3"));
    cases.put(
        "bytes without scales",
        of(bytes(6, 2, 3).setChannelAxis(1), 6, "of shape [2, 3] needs 70 bytes and a checksum"));
    cases.put(
        "bytes without output channels",
        of(bytes(70, 2, 3), 70, "has nothing as the axis of its output channels"));
    cases.put(
        "output channels on an axis that is not there",
        of(bytes(70, 2, 3).setChannelAxis(2), 70, "has 2 as the axis of its output channels"));
    cases.put(
        "output channels on an axis beyond int",
        of(bytes(70, 2, 3).setChannelAxis(-1), 70, "has 4294967295 as the axis of its output"));
    cases.put("a scalar of bytes", of(bytes(65).setChannelAxis(0), 65, "of shape [] has 0 as the"));
    cases.put(
        "output channels of floats",
        of(
            Crafted.tensor("a", 0, 4, 1).setChannelAxis(0),
            4,
            "tensor 'a' has an axis of output channels, which only I8 has"));
    cases.put(
        "scales larger than the file",
        of(
            bytes(4 * MOST + 4, 0, MOST).setChannelAxis(1),
            64,
            "claims bytes 0 to 8589934335 of a data section of 64 bytes"));
    return cases;
  }

  private static ModelProto.Tensor.Builder bytes(long byteLength, long... shape) {
    return Crafted.tensor("a", 0, byteLength, shape).setDataType(ModelProto.DataType.DATA_TYPE_I8);
  }

  private static ModelProto.Option.Builder option(String name) {
    return ModelProto.Option.newBuilder()
        .setName(name)
        .setValue(ModelProto.Value.newBuilder().setFlag(true));
  }

  private static ModelProto.Manifest.Builder nested(int levels) {
    ModelProto.Spec.Builder spec = ModelProto.Spec.newBuilder().setName("s");
    for (int i = 1; i < levels; i++) {
      spec =
          ModelProto.Spec.newBuilder()
              .setName("s")
              .addOptions(
                  ModelProto.Option.newBuilder()
                      .setName("o")
                      .setValue(ModelProto.Value.newBuilder().setSpec(spec)));
    }
    return Crafted.manifest().setSpecification(spec);
  }

  /**
   * Nested messages, built byte by byte from the inside: field 2 of the manifest, then 2, 2, 5, ...
   */
  private static Case nestedWire(int levels) throws IOException {
    byte[] reversed = new byte[8 * levels];
    int length = 0;
    int[] fields = {5, 2, 2};
    for (int i = 0; i < levels; i++) {
      int field = i == levels - 1 ? 2 : fields[i % 3];
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(head);
      out.writeTag(field, 2);
      out.writeUInt32NoTag(length);
      out.flush();
      byte[] bytes = head.toByteArray();
      for (int j = bytes.length - 1; j >= 0; j--) {
        reversed[length++] = bytes[j];
      }
    }
    byte[] manifest = new byte[length];
    for (int i = 0; i < length; i++) {
      manifest[i] = reversed[length - 1 - i];
    }
    return new Case(manifest, 0, "its manifest ");
  }

  private static Case wire(int field, byte[] content, String expected) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeByteArray(field, content);
    out.flush();
    return new Case(bytes.toByteArray(), 0, expected);
  }

  private static Case repeated(int field, int times, String expected) {
    byte[] manifest = new byte[2 * times];
    for (int i = 0; i < times; i++) {
      manifest[2 * i] = (byte) (field << 3 | 2);
    }
    return new Case(manifest, 0, expected);
  }

  private static Case tokens(int count, String expected) throws IOException {
    byte[] tokens = repeated(3, count, "").manifest();
    return wire(4, tokens, expected);
  }

  @TestFactory
  Collection<DynamicTest> eachIsRefused() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (int format = 1; format <= Container.FORMAT; format++) {
      for (Map.Entry<String, Case> entry : cases(format).entrySet()) {
        int of = format;
        tests.add(
            dynamicTest(
                "format %d: %s".formatted(format, entry.getKey()),
                () -> check(of, entry.getValue())));
      }
    }
    return tests;
  }

  private void check(int format, Case crafted) throws IOException {
    Path path =
        Crafted.write(
            folder.resolve("crafted"), format, crafted.manifest(), new byte[crafted.dataLength()]);
    for (ThrowingCallable read :
        List.<ThrowingCallable>of(
            () -> ModelFiles.read(path),
            () -> ModelFiles.map(path),
            () -> ModelFiles.describe(path))) {
      assertThatThrownBy(read)
          .isInstanceOf(ModelFileException.class)
          .hasMessageStartingWith(path + " is not a valid model file: ")
          .hasMessageEndingWith("; use another copy of the file")
          .hasMessageContaining(crafted.expected());
    }
  }

  @Test
  void theManifestThatTheCasesStartFromIsValid() throws IOException {
    for (int format = 1; format <= Container.FORMAT; format++) {
      Path path =
          Crafted.write(
              folder.resolve("valid"),
              format,
              Crafted.manifest().build().toByteArray(),
              new byte[0]);
      assertThat(ModelFiles.read(path).spec().name()).isEqualTo("s");
      assertThat(ModelFiles.map(path).tensors()).isEmpty();
    }
  }

  @Test
  void headerThatClaimsAHugeManifest() throws IOException {
    Path path = folder.resolve("m");
    ModelFiles.write(path, Samples.tiny());
    byte[] whole = Files.readAllBytes(path);
    for (int length : new int[] {-1, Integer.MAX_VALUE, Container.MAX_MANIFEST_BYTES, 100_000}) {
      Files.write(path, Crafted.withHeaderField(whole, 12, length));
      assertThatThrownBy(() -> ModelFiles.read(path))
          .isInstanceOfSatisfying(
              ModelFileException.class, e -> assertThat(e.problem()).isEqualTo(Problem.INVALID))
          .hasMessageContaining("its manifest claims");
    }
  }

  @Test
  void aVocabularyOfAHundredThousandTokensNeedsNoTensors() throws IOException {
    List<String> tokens = IntStream.range(0, 100_000).mapToObj(i -> "t" + i).toList();
    ModelFile file = Samples.tiny().with(new Vocabulary("large", "words", tokens));
    ModelFiles.write(folder.resolve("m"), file);
    assertThat(ModelFiles.read(folder.resolve("m")).vocabulary("large").tokens()).hasSize(100_000);
  }

  @Test
  void valuesThatAreNotFiniteAreCounted() throws IOException {
    float[] values = new float[40_000]; // more than one chunk
    values[7] = Float.NaN;
    values[20_000] = Float.POSITIVE_INFINITY;
    values[39_999] = Float.NEGATIVE_INFINITY;
    ModelFile tiny = Samples.tiny();
    ModelFile file =
        new ModelFile(
            tiny.spec(),
            List.of(
                new NamedTensor("good", Shape.of(2), new float[] {1, Float.MAX_VALUE}),
                new NamedTensor("bad", Shape.of(values.length), values)),
            List.of(),
            tiny.provenance(),
            Map.of());
    ModelFiles.write(folder.resolve("m"), file);
    ModelDescription description = ModelFiles.describe(folder.resolve("m"));
    assertThat(description.tensors())
        .extracting(ModelDescription.StoredTensor::nonFinite)
        .containsExactly(0, 3);
    assertThat(description.broken()).containsExactly(description.tensors().get(1));
    ModelFile read = ModelFiles.read(folder.resolve("m")); // bits are kept
    assertThatThrownBy(() -> read.requireFinite("m"))
        .isInstanceOfSatisfying(
            ModelFileException.class, e -> assertThat(e.problem()).isEqualTo(Problem.NOT_FINITE))
        .hasMessage(
            "[restore] expected finite numbers in m but tensor 'bad' has 3 of 40000 values that are not finite, the first is NaN at index 7; use another file, or train again with a smaller learning rate");
    Checkpoint checkpoint =
        new Checkpoint(
            tiny, Spec.of("training"), file.tensors(), Map.of("losses", new double[] {Double.NaN}));
    assertThatThrownBy(() -> checkpoint.requireFinite("m")).hasMessageContaining("tensor 'bad'");
    new Checkpoint(tiny, Spec.of("training"), List.of(), checkpoint.numbers()).requireFinite("m");
  }

  /** Reads every file of a folder and prints what was wrong with it. */
  static final class ReadAll {
    private ReadAll() {}

    public static void main(String[] arguments) throws IOException {
      List<Path> files;
      try (var list = Files.list(Path.of(arguments[0]))) {
        files = list.sorted().toList();
      }
      for (Path file : files) {
        try {
          ModelFiles.read(file);
          System.out.println(file.getFileName() + " accepted");
        } catch (ModelFileException e) {
          System.out.println(file.getFileName() + " " + e.problem());
        } catch (OutOfMemoryError e) {
          System.out.println(file.getFileName() + " out of memory");
        }
      }
    }
  }

  @Test
  void noneNeedsMoreMemoryThanItsOwnSizeExplains() throws Exception {
    Map<String, String> expected = new TreeMap<>();
    int i = 0;
    for (int format = 1; format <= Container.FORMAT; format++) {
      for (Case crafted : cases(format).values()) {
        String name = "case-%03d".formatted(i++);
        Crafted.write(
            folder.resolve(name), format, crafted.manifest(), new byte[crafted.dataLength()]);
        expected.put(name, crafted.expected().contains("corpus") ? "OTHER_KIND" : "INVALID");
      }
    }
    Process child =
        ChildJvm.start(ReadAll.class, List.of("-Xmx80m", "-Xss512k"), folder.toString());
    try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
      Map<String, String> got =
          lines
              .lines()
              .collect(
                  Collectors.toMap(
                      line -> line.substring(0, 8),
                      line -> line.substring(9),
                      (a, b) -> b,
                      TreeMap::new));
      assertThat(got).isEqualTo(expected).hasSizeGreaterThan(70);
    } finally {
      child.destroyForcibly();
    }
    assertThat(child.waitFor()).isZero();
  }
}
