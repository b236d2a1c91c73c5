package dev.comporta.training.listeners;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads event files as TensorBoard does: TFRecords with checksums, and messages defined in {@code
 * src/test/protobuf}, which are TensorBoard's own definitions.
 */
final class TensorBoardFiles {
  private static final Descriptor EVENT = event();

  private TensorBoardFiles() {}

  private static Descriptor event() {
    try (InputStream in = TensorBoardFiles.class.getResourceAsStream("/tensorboard.desc")) {
      Map<String, FileDescriptor> files = new LinkedHashMap<>();
      for (FileDescriptorProto file : FileDescriptorSet.parseFrom(in).getFileList()) {
        FileDescriptor[] imports =
            file.getDependencyList().stream().map(files::get).toArray(FileDescriptor[]::new);
        files.put(file.getName(), FileDescriptor.buildFrom(file, imports));
      }
      return files.get("tensorboard/compat/proto/event.proto").findMessageTypeByName("Event");
    } catch (IOException | DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All events of a file; unknown fields are errors. */
  static List<DynamicMessage> read(Path path) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    List<DynamicMessage> events = new ArrayList<>();
    while (file.hasRemaining()) {
      byte[] head = bytes(file, 8);
      requireChecksum(head, file);
      long length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
      byte[] data = bytes(file, (int) Math.min(length, Integer.MAX_VALUE));
      requireChecksum(data, file);
      DynamicMessage event = DynamicMessage.parseFrom(EVENT, data);
      if (!event.getUnknownFields().asMap().isEmpty()) {
        throw new IOException("unknown fields " + event.getUnknownFields());
      }
      events.add(event);
    }
    return events;
  }

  private static byte[] bytes(ByteBuffer file, int length) throws IOException {
    if (length < 0 || length > file.remaining()) {
      throw new IOException("cut");
    }
    byte[] bytes = new byte[length];
    file.get(bytes);
    return bytes;
  }

  private static void requireChecksum(byte[] data, ByteBuffer file) throws IOException {
    int stored = ByteBuffer.wrap(bytes(file, 4)).order(ByteOrder.LITTLE_ENDIAN).getInt();
    int unmasked = Integer.rotateLeft(stored - 0xa282ead8, 15);
    if (unmasked != crc32c(data)) {
      throw new IOException("checksum");
    }
  }

  /** CRC-32C computed bit by bit, with the polynomial of Castagnoli et al. 1993. */
  private static int crc32c(byte[] data) {
    int crc = -1;
    for (byte b : data) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
      }
    }
    return ~crc;
  }
}
