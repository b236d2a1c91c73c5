package dev.comporta.serialization;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Sample content for the tests. */
final class Samples {
  private static final int[] EDGES = {
    0x00000000,
    0x80000000,
    0x7F800000,
    0xFF800000,
    0x7FC00000,
    0x7F800001,
    0xFFBFFFFF,
    0x7FFFFFFF,
    0x00000001,
    0x807FFFFF,
    0x7F7FFFFF,
    0x3F800000
  };

  private Samples() {}

  static final Provenance PROVENANCE =
      new Provenance("0.1.0", "25", 1, "", "", Spec.of("char-lm"), null);

  /** The model of the worked example in the format's description. */
  static ModelFile tiny() {
    return new ModelFile(
        Spec.of("dense").with("units", 2),
        List.of(new NamedTensor("b", Shape.of(2), new float[] {1f, -2.5f})),
        List.of(new Vocabulary("text", "characters", List.of("a", "é"))),
        PROVENANCE,
        Map.of("validation_loss", 1.5));
  }

  /** A model with every storage type and a provider: the worked example of format 2. */
  static ModelFile typed() {
    ModelFile tiny = tiny();
    return new ModelFile(
        tiny.spec(),
        List.of(
            tiny.tensors().getFirst(),
            new NamedTensor("W", Shape.of(2, 3), new float[] {127 / 64f, 2.9f, 0, -1, -254, 0})
                .storedAsBytes(1),
            new NamedTensor("h", Shape.of(3), new float[] {1, -0.1f, 65504})
                .storedAs(ElementType.F16),
            new NamedTensor("u", Shape.of(), new float[] {(float) Math.PI})
                .storedAs(ElementType.BF16)),
        tiny.vocabularies(),
        tiny.provenance()
            .withProviders(
                List.of(new Provenance.Provider("loss", "log-cosh", "plugin-1.0.jar", "1.0"))),
        tiny.metrics());
  }

  /** A checkpoint with every kind of content and unusual sizes. */
  static Checkpoint checkpoint() {
    Spec lstm =
        Spec.of("recurrent")
            .with("cell", Spec.of("lstm").with("forget", 1.0).with("fast", true))
            .with("hidden", 3);
    Spec spec =
        Spec.of("sequential")
            .with("layers", List.of(lstm, Spec.of("dense").with("units", 2)))
            .with("note", "a \ud835\udd38\n\u0000 z")
            .with("mixed", List.of(1, -2.5, "x", false, List.of(), List.of(Long.MIN_VALUE)));
    ModelFile model =
        new ModelFile(
            spec,
            List.of(
                new NamedTensor("layers.0.cell.W", Shape.of(3, 5), edges(15)),
                new NamedTensor("layers.0.cell.empty", Shape.of(4, 0), new float[0]),
                new NamedTensor("layers.0.cell.scalar", Shape.of(), new float[] {Float.NaN}),
                new NamedTensor("layers.1.b", Shape.of(16), edges(16))),
            List.of(
                new Vocabulary("text", "characters", List.of("\n", "\u0000", "ß", "\ud83c\udf0a")),
                new Vocabulary("labels", "words", List.of())),
            new Provenance(
                "0.1.0",
                "25.0.1+8",
                -7,
                "input.txt",
                "ab".repeat(32),
                Spec.of("char-lm").with("learning-rate", 0.002),
                Instant.ofEpochSecond(1_700_000_000)),
            metrics());
    Map<String, double[]> numbers = new LinkedHashMap<>();
    numbers.put("losses", new double[] {Double.NaN, -0.0, Double.MIN_VALUE, 1.25});
    numbers.put("none", new double[0]);
    return new Checkpoint(
        model,
        Spec.of("progress").with("step", 120).with("epoch", 1).with("scale", 0.5),
        List.of(new NamedTensor("adam.m", Shape.of(31), edges(31))),
        numbers);
  }

  private static Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("validation_loss", 1.75);
    metrics.put("a", Double.NEGATIVE_INFINITY);
    return metrics;
  }

  /** Signed zeros, infinities, NaNs of several bit patterns, subnormals. */
  static float[] edges(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = Float.intBitsToFloat(EDGES[i % EDGES.length]);
    }
    return values;
  }

  /** A model with random content. */
  static ModelFile random(Random random) {
    List<NamedTensor> tensors = new ArrayList<>();
    for (String name : names(random, random.nextInt(6))) {
      int[] sizes = new int[random.nextInt(4)];
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = random.nextInt(8);
      }
      Shape shape = Shape.of(sizes);
      float[] values = new float[shape.count()];
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.intBitsToFloat(random.nextInt());
      }
      tensors.add(new NamedTensor(name, shape, values));
    }
    List<Vocabulary> vocabularies = new ArrayList<>();
    for (String name : names(random, random.nextInt(3))) {
      Set<String> tokens = new LinkedHashSet<>();
      for (int i = random.nextInt(20); i > 0; i--) {
        tokens.add(text(random));
      }
      vocabularies.add(new Vocabulary(name, "words", List.copyOf(tokens)));
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    names(random, random.nextInt(4)).forEach(name -> metrics.put(name, random.nextGaussian()));
    return new ModelFile(
        spec(random, 3),
        tensors,
        vocabularies,
        new Provenance(
            text(random),
            text(random),
            random.nextLong(),
            text(random),
            random.nextBoolean() ? "" : "0123456789abcdef".repeat(4),
            spec(random, 2),
            random.nextBoolean() ? null : Instant.ofEpochSecond(random.nextInt())),
        metrics);
  }

  private static Set<String> names(Random random, int count) {
    Set<String> names = new LinkedHashSet<>();
    while (names.size() < count) {
      names.add(
          "t" + random.nextInt(1000) + "." + Character.toString(0x1F300 + random.nextInt(99)));
    }
    return names;
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(9); i > 0; i--) {
      int point = random.nextInt(random.nextBoolean() ? 0x80 : Character.MAX_CODE_POINT + 1);
      if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
        text.appendCodePoint(point);
      }
    }
    return text.toString();
  }

  private static Spec spec(Random random, int depth) {
    Spec spec = Spec.of("s" + random.nextInt(100));
    for (int i = random.nextInt(5); i > 0; i--) {
      spec = spec.with("o" + random.nextInt(100), value(random, depth));
    }
    return spec;
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 6 : 4)) {
      case 0 -> text(random);
      case 1 -> random.nextBoolean();
      case 2 -> random.nextLong();
      case 3 -> Double.longBitsToDouble(random.nextLong());
      case 4 -> spec(random, depth - 1);
      default -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(value(random, depth - 1));
        }
        yield list;
      }
    };
  }
}
