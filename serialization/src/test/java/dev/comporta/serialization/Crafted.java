package dev.comporta.serialization;

import com.google.protobuf.ByteString;
import dev.comporta.serialization.proto.ModelProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Creates files with correct checksums and false claims. */
final class Crafted {
  private Crafted() {}

  /** A manifest that is valid with an empty data section. */
  static ModelProto.Manifest.Builder manifest() {
    ModelProto.Spec spec = ModelProto.Spec.newBuilder().setName("s").build();
    return ModelProto.Manifest.newBuilder()
        .setKind("model")
        .setSpecification(spec)
        .setProvenance(ModelProto.Provenance.newBuilder().setHyperParameters(spec));
  }

  /** A tensor with the given claims. */
  static ModelProto.Tensor.Builder tensor(
      String name, long offset, long byteLength, long... shape) {
    ModelProto.Tensor.Builder tensor =
        ModelProto.Tensor.newBuilder()
            .setName(name)
            .setDataType(ModelProto.DataType.DATA_TYPE_F32)
            .setOffset(offset)
            .setByteLength(byteLength)
            .setSha256(ByteString.copyFrom(new byte[32]));
    Arrays.stream(shape).forEach(tensor::addShape);
    return tensor;
  }

  /** Writes a container around a manifest and data, with correct lengths and checksums. */
  static Path write(Path path, int format, byte[] manifest, byte[] data) throws IOException {
    int dataStart = (int) Container.aligned(32 + manifest.length);
    ByteBuffer file =
        ByteBuffer.allocate(dataStart + data.length + 32).order(ByteOrder.LITTLE_ENDIAN);
    file.put(Container.header(format, manifest, file.capacity()));
    file.put(manifest).put(dataStart, data);
    return Files.write(path, sealed(file.array()));
  }

  /** Writes the checksum at the end that the format in the header asks for. */
  static byte[] sealed(byte[] file) {
    ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long dataStart = Container.aligned(32L + Integer.toUnsignedLong(header.getInt(12)));
    int covered =
        header.getInt(8) == 1 ? file.length - 32 : (int) Math.min(dataStart, file.length - 32);
    byte[] checksum = Container.sha256().digest(Arrays.copyOf(file, covered));
    System.arraycopy(checksum, 0, file, file.length - 32, 32);
    return file;
  }

  /** Writes a file of format 1, as the first version of this code did. */
  static Path writeFormat1(Path path, ModelFile model, @Nullable Checkpoint checkpoint) {
    AtomicFile.write(path, ModelFiles.content(path, 1, model, checkpoint));
    return path;
  }

  /** Changes a 32-bit field of the header and corrects the checksums. */
  static byte[] withHeaderField(byte[] file, int at, int value) {
    ByteBuffer changed = ByteBuffer.wrap(file.clone()).order(ByteOrder.LITTLE_ENDIAN);
    changed.putInt(at, value);
    changed.putInt(28, Container.crc32(changed.array(), 28));
    return sealed(changed.array());
  }
}
