package dev.comporta.onnx.export;

import dev.comporta.api.layer.Layer;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.cells.layers.EmbeddingLayer;
import dev.comporta.cells.layers.WordCharactersLayer;
import dev.comporta.cells.model.Batch;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A random input, time-major as a model reads it and batch-first as its export does.
 *
 * @param steps timesteps; words, if the model reads words with their characters
 * @param features of a timestep; 0 for ids
 * @param unit the ids of a step
 * @param values {@code [steps, rows, features]}, or ids {@code [steps unit, rows]}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Sample(int rows, int steps, int features, int unit, float[] values) {
  private static final int MOST_TIMESTEPS = 1 << 12;

  /** The fewest timesteps, as a power of two, that a model accepts: windows need some. */
  static int fewest(IntConsumer run) {
    for (int steps = 1; ; steps *= 2) {
      try {
        run.accept(steps);
        return steps;
      } catch (ShapeException e) {
        if (steps >= MOST_TIMESTEPS) {
          throw e;
        }
      }
    }
  }

  /** Features from -1 to 1, or ids of the embedding that reads them. */
  static Sample of(int rows, int steps, int features, Layer reader, SplittableRandom random) {
    int unit = reader instanceof WordCharactersLayer words ? 1 + words.wordLength() : 1;
    float[] values = new float[rows * steps * unit * Math.max(1, features)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          features == 0
              ? id(reader, i / rows % unit, random)
              : (float) (2 * random.nextDouble() - 1);
    }
    return new Sample(rows, steps, features, unit, values);
  }

  /** An id that a layer reads; of a word's characters, one in four ends the word. */
  private static int id(Layer reader, int place, SplittableRandom random) {
    return switch (reader) {
      case EmbeddingLayer embedding -> random.nextInt(embedding.vocabulary());
      case WordCharactersLayer words ->
          place == 0
              ? random.nextInt(words.vocabulary())
              : random.nextInt(4) == 0 ? words.characters() : random.nextInt(words.characters());
      default -> 0;
    };
  }

  /** A length for each row, from some timesteps to all. */
  int[] lengths(int least, SplittableRandom random) {
    return IntStream.range(0, rows)
        .map(row -> unit * (least == steps ? steps : least + random.nextInt(steps - least + 1)))
        .toArray();
  }

  /** Lengths as an input of the export. */
  static OnnxTensor tensor(int[] lengths) {
    long[] given = Arrays.stream(lengths).asLongStream().toArray();
    return OnnxTensor.of(ElementType.INT32, given, lengths.length);
  }

  private int width() {
    return Math.max(1, features);
  }

  /** Some of the timesteps. */
  Sample part(int from, int to) {
    int size = rows * width() * unit;
    return new Sample(
        rows, to - from, features, unit, Arrays.copyOfRange(values, from * size, to * size));
  }

  /** The name of the input of the export. */
  String port() {
    return features == 0 ? "ids" : "x";
  }

  /** The input of the model. */
  Batch batch(int @Nullable [] lengths) {
    if (features > 0) {
      return Batch.ofValues(steps, rows, features, values, lengths);
    }
    int[] ids = IntStream.range(0, values.length).map(i -> (int) values[i]).toArray();
    return Batch.ofIds(new Ids(steps * unit, rows, ids), lengths);
  }

  /** The input of the export. */
  OnnxTensor tensor() {
    int width = width();
    int timesteps = steps * unit;
    float[] turned = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int t = 0; t < timesteps; t++) {
        System.arraycopy(
            values, (t * rows + row) * width, turned, (row * timesteps + t) * width, width);
      }
    }
    return features > 0
        ? OnnxTensor.of(turned, rows, steps, features)
        : OnnxTensor.of(
            IntStream.range(0, turned.length).mapToLong(i -> (long) turned[i]).toArray(),
            rows,
            timesteps);
  }
}
