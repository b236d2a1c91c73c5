package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import com.google.protobuf.ByteString;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.serialization.ModelDescription.StoredTensor;
import dev.comporta.serialization.proto.ModelProto;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Encodes the manifest to protobuf, and decodes it with every claim checked. */
final class ManifestCodec {
  static final String MODEL = "model";
  static final String CHECKPOINT = "checkpoint";

  /** The maximum number of characters in a name. */
  static final int MAX_NAME = 1024;

  /** The maximum number of tensors in one list. */
  static final int MAX_TENSORS = 1 << 16;

  /** The maximum number of axes of a tensor. */
  static final int MAX_RANK = 8;

  /** A tensor of the manifest, its location in the data section, and where the one before ends. */
  record Entry(StoredTensor tensor, long offset, long length, long before) {}

  /** A manifest that has been checked against the data section. */
  record Manifest(
      String kind,
      Spec spec,
      List<Entry> parameters,
      List<Vocabulary> vocabularies,
      Provenance provenance,
      Map<String, Double> metrics,
      @Nullable Spec progress,
      List<Entry> tensors,
      List<Entry> numbers) {
    /**
     * What the elements take in memory, which may be more than in the file, with the scales of one
     * tensor: they are dropped when it has been read.
     */
    long memory() {
      return memory(parameters, Float.BYTES)
          + memory(tensors, Float.BYTES)
          + memory(numbers, Double.BYTES)
          + parameters.stream().mapToLong(entry -> entry.tensor().headBytes()).max().orElse(0);
    }

    private static long memory(List<Entry> entries, int bytes) {
      return entries.stream().mapToLong(entry -> (long) entry.tensor().count() * bytes).sum();
    }
  }

  private final int format;
  private final Refusal refusal;
  private final SpecCodec specs;
  private final List<Elements> encoded = new ArrayList<>();
  private long end;

  /** Creates a codec for one manifest of a format; the refusal creates its errors. */
  ManifestCodec(int format, Refusal refusal) {
    this.format = format;
    this.refusal = refusal;
    this.specs = new SpecCodec(refusal);
  }

  /** Encodes; tensors are laid out in the order parameters, training tensors, numbers. */
  ModelProto.Manifest encode(ModelFile model, @Nullable Checkpoint checkpoint) {
    ModelProto.Manifest.Builder manifest =
        ModelProto.Manifest.newBuilder()
            .setKind(checkpoint == null ? MODEL : CHECKPOINT)
            .setSpecification(specs.encode(model.spec()))
            .setProvenance(encode(model.provenance()));
    for (NamedTensor tensor : model.tensors()) {
      manifest.addParameters(encode(tensor));
    }
    for (Vocabulary vocabulary : model.vocabularies()) {
      ModelProto.Vocabulary.Builder message =
          ModelProto.Vocabulary.newBuilder()
              .setName(specs.text(vocabulary.name()))
              .setKind(specs.text(vocabulary.kind()));
      vocabulary.tokens().forEach(token -> message.addTokens(specs.text(token)));
      manifest.addVocabularies(message);
    }
    model
        .metrics()
        .forEach((name, value) ->
            manifest.addMetrics(
                ModelProto.Metric.newBuilder().setName(specs.text(name)).setValue(value)));
    if (checkpoint != null) {
      ModelProto.TrainingState.Builder training =
          ModelProto.TrainingState.newBuilder().setProgress(specs.encode(checkpoint.progress()));
      for (NamedTensor tensor : checkpoint.tensors()) {
        training.addTensors(encode(tensor));
      }
      checkpoint
          .numbers()
          .forEach((name, row) ->
              training.addNumbers(encode(name, Shape.of(row.length), new Elements.Doubles(row))));
      manifest.setTraining(training);
    }
    return manifest.build();
  }

  private ModelProto.Provenance encode(Provenance provenance) {
    ModelProto.Provenance.Builder message =
        ModelProto.Provenance.newBuilder()
            .setFrameworkVersion(specs.text(provenance.frameworkVersion()))
            .setJavaVersion(specs.text(provenance.javaVersion()))
            .setSeed(provenance.seed())
            .setData(specs.text(provenance.data()))
            .setDataSha256(ByteString.copyFrom(bytes(provenance.dataSha256())))
            .setHyperParameters(specs.encode(provenance.hyperParameters()));
    if (provenance.created() != null) {
      message.setCreatedEpochSeconds(provenance.created().getEpochSecond());
    }
    for (Provenance.Provider provider : provenance.providers()) {
      message.addProviders(
          ModelProto.Provider.newBuilder()
              .setKind(specs.text(provider.kind()))
              .setName(specs.text(provider.name()))
              .setJar(specs.text(provider.jar()))
              .setVersion(specs.text(provider.version())));
    }
    return message.build();
  }

  private byte[] bytes(String sha256) {
    if (!sha256.matches("([0-9a-f]{64})?")) {
      throw refusal.invalid(
          formatted(
              "expected the SHA-256 of the data as 64 lower-case hexadecimal digits or empty but got %s",
              Text.quoted(sha256)));
    }
    return HexFormat.of().parseHex(sha256);
  }

  private ModelProto.Tensor encode(NamedTensor tensor) {
    int beyond =
        switch (tensor.type()) {
          case F16, BF16 -> HalfElements.firstBeyond(tensor.values(), tensor.type());
          case I8 -> ByteElements.firstBeyond(tensor.values());
          case F32, F64 -> -1;
        };
    if (beyond >= 0) {
      throw refusal.invalid(
          formatted(
              "tensor %s has the value %s, which is beyond the range of %s",
              Text.quoted(tensor.name()), tensor.values()[beyond], tensor.type().label()));
    }
    ModelProto.Tensor.Builder message = encode(tensor.name(), tensor.shape(), Elements.of(tensor));
    if (tensor.type() == ElementType.I8) {
      message.setChannelAxis(tensor.channelAxis());
    }
    return message.build();
  }

  private ModelProto.Tensor.Builder encode(String name, Shape shape, Elements elements) {
    encoded.add(elements);
    ModelProto.Tensor.Builder message =
        ModelProto.Tensor.newBuilder()
            .setName(specs.text(name))
            .setDataType(type(elements.type()))
            .setOffset(Container.aligned(end))
            .setByteLength(elements.byteLength())
            .setSha256(ByteString.copyFrom(ContainerWriter.sha256(elements)));
    for (int size : shape.sizes()) {
      message.addShape(size);
    }
    end = Container.aligned(end) + elements.byteLength();
    return message;
  }

  /** The tensors that {@link #encode} laid out, in their order. */
  List<Elements> elements() {
    return List.copyOf(encoded);
  }

  /** The size of the data section that {@link #encode} laid out, in bytes. */
  long dataLength() {
    return end;
  }

  /** Decodes and checks a manifest, including its claims about the data section. */
  Manifest decode(byte[] bytes, long dataLength) {
    ManifestMessage message =
        ManifestScanner.parse(bytes, format, bytes.length + dataLength, refusal);
    String kind = message.text(ModelProto.Manifest.KIND_FIELD_NUMBER);
    if (!kind.equals(MODEL) && !kind.equals(CHECKPOINT)) {
      throw refusal.of(
          ModelFileException.Problem.OTHER_KIND,
          formatted(
              "its kind is %s but this version reads %s and %s",
              Text.quoted(kind), MODEL, CHECKPOINT));
    }
    require(message.has(ModelProto.Manifest.SPECIFICATION_FIELD_NUMBER), "a specification");
    require(message.has(ModelProto.Manifest.PROVENANCE_FIELD_NUMBER), "a provenance");
    boolean hasTraining = message.has(ModelProto.Manifest.TRAINING_FIELD_NUMBER);
    require(hasTraining == kind.equals(CHECKPOINT), "training only in a checkpoint");
    end = 0;
    Set<String> names = new HashSet<>();
    List<Entry> parameters =
        decode(
            message.messages(ModelProto.Manifest.PARAMETERS_FIELD_NUMBER),
            format == Container.FIRST_FORMAT || hasTraining
                ? List.of(ElementType.F32)
                : List.of(ElementType.F32, ElementType.F16, ElementType.BF16, ElementType.I8),
            dataLength,
            names);
    ManifestMessage training = message.message(ModelProto.Manifest.TRAINING_FIELD_NUMBER);
    Set<String> trainingNames = new HashSet<>();
    List<Entry> tensors =
        decode(
            training.messages(ModelProto.TrainingState.TENSORS_FIELD_NUMBER),
            List.of(ElementType.F32),
            dataLength,
            trainingNames);
    List<Entry> numbers =
        decode(
            training.messages(ModelProto.TrainingState.NUMBERS_FIELD_NUMBER),
            List.of(ElementType.F64),
            dataLength,
            trainingNames);
    if (end != dataLength) {
      throw refusal.invalid(
          formatted(
              "its tensors end at byte %d of the data section but it has %d bytes",
              end, dataLength));
    }
    require(
        !hasTraining || training.has(ModelProto.TrainingState.PROGRESS_FIELD_NUMBER),
        "progress in a checkpoint");
    return new Manifest(
        kind,
        specs.decode(message.message(ModelProto.Manifest.SPECIFICATION_FIELD_NUMBER)),
        parameters,
        vocabularies(message.messages(ModelProto.Manifest.VOCABULARIES_FIELD_NUMBER)),
        provenance(message.message(ModelProto.Manifest.PROVENANCE_FIELD_NUMBER)),
        metrics(message.messages(ModelProto.Manifest.METRICS_FIELD_NUMBER)),
        hasTraining
            ? specs.decode(training.message(ModelProto.TrainingState.PROGRESS_FIELD_NUMBER))
            : null,
        tensors,
        numbers);
  }

  private void require(boolean there, String what) {
    if (!there) {
      throw refusal.invalid("expected its manifest to have " + what);
    }
  }

  private List<Entry> decode(
      List<ManifestMessage> messages,
      List<ElementType> expected,
      long dataLength,
      Set<String> names) {
    if (messages.size() > MAX_TENSORS) {
      throw refusal.invalid(
          formatted("it lists %d tensors but the limit is %d", messages.size(), MAX_TENSORS));
    }
    List<Entry> entries = new ArrayList<>();
    for (ManifestMessage message : messages) {
      String name = specs.name("a tensor", message.text(ModelProto.Tensor.NAME_FIELD_NUMBER));
      if (!names.add(name)) {
        throw refusal.invalid(formatted("it has two tensors named %s", Text.quoted(name)));
      }
      entries.add(decode(message, "tensor " + Text.quoted(name), expected, dataLength));
    }
    return List.copyOf(entries);
  }

  private Entry decode(
      ManifestMessage message, String what, List<ElementType> expected, long dataLength) {
    ElementType type = type(message.number(ModelProto.Tensor.DATA_TYPE_FIELD_NUMBER));
    if (type == null || !expected.contains(type)) {
      throw refusal.invalid(
          formatted(
              "%s has elements of type %s but format %d expects %s here",
              what,
              type == null ? "unknown" : type,
              format,
              expected.stream().map(ElementType::name).collect(Collectors.joining(", "))));
    }
    Shape shape = shape(message, what);
    byte[] digest = message.bytes(ModelProto.Tensor.SHA256_FIELD_NUMBER);
    long claimed = message.number(ModelProto.Tensor.BYTE_LENGTH_FIELD_NUMBER);
    int axis = channelAxis(message, type, shape, what);
    StoredTensor stored =
        new StoredTensor(
            message.text(ModelProto.Tensor.NAME_FIELD_NUMBER),
            shape,
            type,
            axis,
            HexFormat.of().formatHex(digest),
            0);
    long length = stored.byteLength();
    if (claimed != length || digest.length != 32) {
      throw refusal.invalid(
          formatted(
              "%s of shape %s needs %d bytes and a checksum of 32 bytes but claims %s and %d",
              what, shape, length, Long.toUnsignedString(claimed), digest.length));
    }
    long offset = Container.aligned(end);
    long claimedOffset = message.number(ModelProto.Tensor.OFFSET_FIELD_NUMBER);
    if (claimedOffset != offset) {
      throw refusal.invalid(
          formatted(
              "%s begins at byte %s of the data section but should begin at byte %d, after the previous tensor",
              what, Long.toUnsignedString(claimedOffset), offset));
    }
    if (offset > dataLength || length > dataLength - offset) {
      throw refusal.invalid(
          formatted(
              "%s claims bytes %d to %d of a data section of %d bytes",
              what, offset, offset + length - 1, dataLength));
    }
    Entry entry = new Entry(stored, offset, length, end);
    end = offset + length;
    return entry;
  }

  private int channelAxis(ManifestMessage message, ElementType type, Shape shape, String what) {
    boolean hasAxis = message.has(ModelProto.Tensor.CHANNEL_AXIS_FIELD_NUMBER);
    if (type != ElementType.I8) {
      if (hasAxis) {
        throw refusal.invalid(
            formatted("%s has an axis of output channels, which only I8 has", what));
      }
      return -1;
    }
    int axis =
        (int)
            message.number(
                ModelProto.Tensor.CHANNEL_AXIS_FIELD_NUMBER); // negative if above the largest int
    if (!hasAxis || axis < 0 || axis >= shape.rank()) {
      throw refusal.invalid(
          formatted(
              "%s of shape %s has %s as the axis of its output channels, which is none of its axes",
              what, shape, hasAxis ? Integer.toUnsignedString(axis) : "nothing"));
    }
    return axis;
  }

  private Shape shape(ManifestMessage message, String what) {
    List<Long> claimed = message.numbers(ModelProto.Tensor.SHAPE_FIELD_NUMBER);
    if (claimed.size() > MAX_RANK) {
      throw refusal.invalid(
          formatted("%s has %d axes but the limit is %d", what, claimed.size(), MAX_RANK));
    }
    int[] sizes = new int[claimed.size()];
    long count = 1;
    for (int i = 0; i < sizes.length; i++) {
      long size = claimed.get(i);
      if (size < 0 || size > Integer.MAX_VALUE - 64) {
        throw refusal.invalid(
            formatted(
                "%s has size %d on axis %d but sizes are 0 to %d",
                what, size, i, Integer.MAX_VALUE - 64));
      }
      sizes[i] = (int) size;
      count *= size; // both below 2^31, so the product fits
      if (count > Integer.MAX_VALUE - 64) {
        throw refusal.invalid(
            formatted("%s has more than %d elements", what, Integer.MAX_VALUE - 64));
      }
    }
    return Shape.of(sizes);
  }

  private static ModelProto.DataType type(ElementType type) {
    return switch (type) {
      case F32 -> ModelProto.DataType.DATA_TYPE_F32;
      case F64 -> ModelProto.DataType.DATA_TYPE_F64;
      case F16 -> ModelProto.DataType.DATA_TYPE_F16;
      case BF16 -> ModelProto.DataType.DATA_TYPE_BF16;
      case I8 -> ModelProto.DataType.DATA_TYPE_I8;
    };
  }

  private static @Nullable ElementType type(long number) {
    return switch ((int) number) {
      case ModelProto.DataType.DATA_TYPE_F32_VALUE -> ElementType.F32;
      case ModelProto.DataType.DATA_TYPE_F64_VALUE -> ElementType.F64;
      case ModelProto.DataType.DATA_TYPE_F16_VALUE -> ElementType.F16;
      case ModelProto.DataType.DATA_TYPE_BF16_VALUE -> ElementType.BF16;
      case ModelProto.DataType.DATA_TYPE_I8_VALUE -> ElementType.I8;
      default -> null;
    };
  }

  private List<Vocabulary> vocabularies(List<ManifestMessage> messages) {
    List<Vocabulary> vocabularies = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (ManifestMessage message : messages) {
      String name =
          specs.name("a vocabulary", message.text(ModelProto.Vocabulary.NAME_FIELD_NUMBER));
      if (!names.add(name)) {
        throw refusal.invalid(formatted("it has two vocabularies named %s", Text.quoted(name)));
      }
      String kind = message.text(ModelProto.Vocabulary.KIND_FIELD_NUMBER);
      specs.name("the kind of a vocabulary", kind);
      List<String> all = message.texts(ModelProto.Vocabulary.TOKENS_FIELD_NUMBER);
      Set<String> tokens = new HashSet<>();
      for (String token : all) {
        if (!tokens.add(token)) {
          throw refusal.invalid(
              formatted(
                  "vocabulary %s has the token %s twice", Text.quoted(name), Text.quoted(token)));
        }
      }
      vocabularies.add(new Vocabulary(name, kind, all));
    }
    return List.copyOf(vocabularies);
  }

  private Map<String, Double> metrics(List<ManifestMessage> messages) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (ManifestMessage message : messages) {
      String name = specs.name("a metric", message.text(ModelProto.Metric.NAME_FIELD_NUMBER));
      if (metrics.put(name, message.real(ModelProto.Metric.VALUE_FIELD_NUMBER)) != null) {
        throw refusal.invalid(formatted("it has two metrics named %s", Text.quoted(name)));
      }
    }
    return metrics;
  }

  private Provenance provenance(ManifestMessage message) {
    require(
        message.has(ModelProto.Provenance.HYPER_PARAMETERS_FIELD_NUMBER),
        "hyper-parameters in its provenance");
    byte[] digest = message.bytes(ModelProto.Provenance.DATA_SHA256_FIELD_NUMBER);
    require(
        digest.length == 0 || digest.length == 32, "32 bytes or none as the SHA-256 of the data");
    return new Provenance(
        message.text(ModelProto.Provenance.FRAMEWORK_VERSION_FIELD_NUMBER),
        message.text(ModelProto.Provenance.JAVA_VERSION_FIELD_NUMBER),
        message.number(ModelProto.Provenance.SEED_FIELD_NUMBER),
        message.text(ModelProto.Provenance.DATA_FIELD_NUMBER),
        HexFormat.of().formatHex(digest),
        specs.decode(message.message(ModelProto.Provenance.HYPER_PARAMETERS_FIELD_NUMBER)),
        message.has(ModelProto.Provenance.CREATED_EPOCH_SECONDS_FIELD_NUMBER)
            ? created(message.number(ModelProto.Provenance.CREATED_EPOCH_SECONDS_FIELD_NUMBER))
            : null,
        providers(message.messages(ModelProto.Provenance.PROVIDERS_FIELD_NUMBER)));
  }

  private List<Provenance.Provider> providers(List<ManifestMessage> messages) {
    List<Provenance.Provider> providers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (ManifestMessage message : messages) {
      String kind =
          specs.name("the kind of a provider", message.text(ModelProto.Provider.KIND_FIELD_NUMBER));
      String name = specs.name("a provider", message.text(ModelProto.Provider.NAME_FIELD_NUMBER));
      if (!names.add(kind + " " + name)) {
        throw refusal.invalid(
            formatted("it has two providers of %s %s", Text.quoted(kind), Text.quoted(name)));
      }
      providers.add(
          new Provenance.Provider(
              kind,
              name,
              message.text(ModelProto.Provider.JAR_FIELD_NUMBER),
              message.text(ModelProto.Provider.VERSION_FIELD_NUMBER)));
    }
    return List.copyOf(providers);
  }

  private Instant created(long seconds) {
    try {
      return Instant.ofEpochSecond(seconds);
    } catch (DateTimeException e) {
      throw refusal.invalid(formatted("its creation time, %d seconds, is out of range", seconds));
    }
  }
}
