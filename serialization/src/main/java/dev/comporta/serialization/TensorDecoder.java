package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.Bfloat16;
import dev.comporta.serialization.ModelDescription.StoredTensor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Turns the bytes of one stored tensor, which come chunk by chunk in order, into its elements. */
abstract class TensorDecoder {
  /** Takes a chunk, whose length is a multiple of the element size unless it is the last one. */
  abstract void take(ByteBuffer chunk);

  /** What is wrong with bytes whose checksum is right, as a clause; null if nothing is. */
  @Nullable String problem() {
    return null;
  }

  /** Takes decoded elements. */
  @FunctionalInterface
  interface Target {
    /** Takes the first elements of an array, which is used again afterwards. */
    void put(float[] elements, int count);
  }

  /** Decodes a tensor of any type but float64 into an array. */
  static TensorDecoder into(float[] values, int at, StoredTensor tensor) {
    int[] next = {at};
    return of(
        tensor,
        (elements, count) -> {
          System.arraycopy(elements, 0, values, next[0], count);
          next[0] += count;
        });
  }

  /** Decodes a tensor of type float64. */
  static TensorDecoder into(double[] values) {
    return new TensorDecoder() {
      private int next;

      @Override
      void take(ByteBuffer chunk) {
        int count = chunk.remaining() / Double.BYTES;
        chunk.asDoubleBuffer().get(values, next, count);
        next += count;
      }
    };
  }

  /** Counts the elements of a tensor that are not finite. */
  static TensorDecoder counting(NonFinite seen, StoredTensor tensor) {
    if (tensor.type() != ElementType.F64) {
      return of(tensor, seen::see);
    }
    return new TensorDecoder() {
      @Override
      void take(ByteBuffer chunk) {
        while (chunk.hasRemaining()) {
          seen.see(chunk.getDouble());
        }
      }
    };
  }

  private static TensorDecoder of(StoredTensor tensor, Target target) {
    int most = Math.min(tensor.count(), Elements.CHUNK_BYTES / tensor.type().bytes());
    float[] elements = new float[most];
    return switch (tensor.type()) {
      case F32 ->
          new TensorDecoder() {
            @Override
            void take(ByteBuffer chunk) {
              int count = chunk.remaining() / Float.BYTES;
              chunk.asFloatBuffer().get(elements, 0, count);
              target.put(elements, count);
            }
          };
      case F16, BF16 ->
          new TensorDecoder() {
            @Override
            void take(ByteBuffer chunk) {
              int count = chunk.remaining() / Short.BYTES;
              boolean half = tensor.type() == ElementType.F16;
              for (int i = 0; i < count; i++) {
                short bits = chunk.getShort();
                elements[i] = half ? Float.float16ToFloat(bits) : Bfloat16.bfloat16ToFloat(bits);
              }
              target.put(elements, count);
            }
          };
      case I8 -> new OfBytes(tensor, elements, target);
      case F64 -> throw new IllegalStateException("float64 elements are not decoded to float32");
    };
  }

  /** Scales, zeros, then elements. */
  private static final class OfBytes extends TensorDecoder {
    private final float[] elements;
    private final Target target;
    private final Channels channels;
    private final float[] scales;
    private long headLeft;
    private int known;
    private int channel;
    private int within;
    private @Nullable String problem;

    OfBytes(StoredTensor tensor, float[] elements, Target target) {
      this.elements = elements;
      this.target = target;
      this.channels = Channels.of(tensor.shape(), tensor.channelAxis());
      this.scales = new float[channels.count()];
      this.headLeft = tensor.headBytes();
    }

    @Override
    void take(ByteBuffer chunk) {
      while (headLeft > 0 && chunk.hasRemaining()) {
        takeHead(chunk.getInt());
        headLeft -= Integer.BYTES;
      }
      int count = chunk.remaining();
      for (int i = 0; i < count; i++) {
        elements[i] = chunk.get() * scales[channel];
        if (++within == channels.inner()) {
          within = 0;
          channel = channel + 1 == scales.length ? 0 : channel + 1;
        }
      }
      target.put(elements, count);
    }

    private void takeHead(int bits) {
      if (known == scales.length) {
        if (bits != 0 && problem == null) {
          problem = "has bytes other than 0 between its scales and its elements";
        }
        return;
      }
      float scale = Float.intBitsToFloat(bits);
      if (!(scale >= 0 && Float.isFinite(scale)) && problem == null) {
        problem =
            formatted(
                "has the scale %s for output channel %d, but scales are finite and not negative",
                scale, known);
      }
      scales[known++] = scale;
    }

    @Override
    @Nullable String problem() {
      return problem;
    }
  }
}
