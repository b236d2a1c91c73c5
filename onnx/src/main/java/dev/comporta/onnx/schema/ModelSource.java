package dev.comporta.onnx.schema;

import static dev.comporta.api.Formatting.formatted;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.comporta.api.Printable;
import dev.comporta.onnx.proto.ModelProto;
import dev.comporta.onnx.value.OnnxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file and the messages in it. Messages may be nested at most {@value #DEEPEST} deep, which
 * bounds subgraphs to a third of that.
 */
public final class ModelSource {
  /** The deepest nesting of messages. */
  static final int DEEPEST = 100;

  private static final long LARGEST_FILE = Integer.MAX_VALUE - 64L;

  private final String name;
  private final byte[] bytes;
  private final @Nullable Path folder;

  private ModelSource(String name, byte[] bytes, @Nullable Path folder) {
    this.name = name;
    this.bytes = bytes;
    this.folder = folder;
  }

  /** Reads a file; its folder may hold external data. */
  public static ModelSource read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new OnnxException(
            formatted("expected an ONNX file but %s is not a file; check the name", file));
      }
      long size = Files.size(file);
      if (size > LARGEST_FILE || size > Runtime.getRuntime().maxMemory() / 2) {
        throw new OnnxException(
            formatted(
                "%s has %,d bytes, which is too much for the memory of this JVM; store its tensors as external data or raise the limit with -Xmx",
                file, size));
      }
      return new ModelSource(file.toString(), Files.readAllBytes(file), folder(file));
    } catch (IOException e) {
      throw new OnnxException(
          formatted("cannot read %s: %s", file, Printable.quote(e.getMessage())), e);
    }
  }

  private static Path folder(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    return (parent == null ? file.toAbsolutePath() : parent).toRealPath();
  }

  /** The content of a file that was read already; its folder may hold external data. */
  public static ModelSource of(Path file, byte[] bytes) {
    try {
      return new ModelSource(file.toString(), bytes, folder(file));
    } catch (IOException e) {
      throw new OnnxException(
          formatted("cannot read the folder of %s: %s", file, Printable.quote(e.getMessage())), e);
    }
  }

  /** Bytes that are in memory already; external data are refused. */
  public static ModelSource of(String name, byte[] bytes) {
    return new ModelSource(name, bytes, null);
  }

  /** What messages call the file. */
  public String name() {
    return name;
  }

  /** The length of the file. */
  public int length() {
    return bytes.length;
  }

  /** The bytes of the file, not copied. */
  public byte[] bytes() {
    return bytes;
  }

  /** The folder for external data; null if there is none. */
  @Nullable Path folder() {
    return folder;
  }

  /** A refusal of this file. */
  public OnnxException refuse(String why) {
    return new OnnxException(formatted("%s cannot be used: %s", Printable.quote(name), why));
  }

  /** A refusal of this file. */
  public OnnxException refuse(String why, Throwable cause) {
    return new OnnxException(formatted("%s cannot be used: %s", Printable.quote(name), why), cause);
  }

  /** The file as a model. */
  public ModelProto model() {
    ModelProto model = parse(ModelProto.parser(), "a model");
    if (!model.hasGraph() || model.getIrVersion() <= 0 || model.getOpsetImportCount() == 0) {
      throw refuse(
          "expected an ONNX model with a format version, operator sets and a graph, but some of them are missing");
    }
    return model;
  }

  /**
   * Whether bytes look like a model: the first field is the version of the format. A safetensors
   * file may begin with the same bytes; it has a length of eight bytes, and then a brace.
   */
  public static boolean isModel(byte[] bytes) {
    boolean safetensors = bytes.length > 8 && bytes[6] == 0 && bytes[7] == 0 && bytes[8] == '{';
    return bytes.length > 4
        && !safetensors
        && bytes[0] == 0x08
        && bytes[1] > 0
        && bytes[1] < 64
        && isField(bytes[2]);
  }

  /** The tags of the fields that follow the version: producer, domain, graph, operator sets. */
  private static boolean isField(byte tag) {
    return tag == 0x12
        || tag == 0x1a
        || tag == 0x22
        || tag == 0x28
        || tag == 0x32
        || tag == 0x3a
        || tag == 0x42
        || tag == 0x72;
  }

  /** The file as any message. */
  <M extends MessageLite> M parse(Parser<M> parser, String what) {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    in.enableAliasing(true);
    in.setRecursionLimit(DEEPEST);
    try {
      M message = parser.parseFrom(in);
      in.checkLastTagWas(0);
      return message;
    } catch (InvalidProtocolBufferException e) {
      throw refuse(
          formatted(
              "expected %s of ONNX but it is damaged or of another format: %s",
              what, Printable.quote(e.getMessage())),
          e);
    }
  }
}
