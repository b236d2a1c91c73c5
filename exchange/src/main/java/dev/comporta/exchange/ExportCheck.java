package dev.comporta.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.layers.EmbeddingLayer;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.exchange.files.Input;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link TorchExport} or {@link KerasExport} wrote, and compares what both models
 * compute.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ExportCheck {
  private static final int ROWS = 2;
  private static final int TIMESTEPS = 7;
  private static final long SEED = 16;

  private final SequenceModel model;
  private final TensorBackend backend;
  private final Catalog catalog;
  private final float[] input;

  /**
   * Prepares a check on one seeded batch of 2 sequences of 7 timesteps.
   *
   * @param model the model that was exported
   * @param catalog where layers, cells and the backend are found
   */
  public ExportCheck(SequenceModel model, Catalog catalog) {
    this.model = model;
    this.catalog = catalog;
    this.backend = catalog.preferredBackend(reason -> {});
    Random random = new Random(SEED);
    int features = Math.max(1, model.inputSize());
    this.input = new float[ROWS * TIMESTEPS * features];
    int vocabulary =
        model.layers().getFirst() instanceof EmbeddingLayer embedding ? embedding.vocabulary() : 1;
    for (int i = 0; i < input.length; i++) {
      input[i] =
          model.inputSize() == 0
              ? random.nextInt(vocabulary)
              : (float) (2 * random.nextDouble() - 1);
    }
  }

  /**
   * The batch.
   *
   * @return {@code [B, T, F]}, or {@code [B, T]} for ids, row-major
   */
  public float[] input() {
    return input.clone();
  }

  /**
   * The sizes of the batch.
   *
   * @return B, T and F; F is missing for ids
   */
  public List<Integer> shape() {
    return model.inputSize() == 0
        ? List.of(ROWS, TIMESTEPS)
        : List.of(ROWS, TIMESTEPS, model.inputSize());
  }

  /**
   * What the model computes for the batch.
   *
   * @return {@code [B, T, O]}, row-major, with the timesteps that the layers leave
   */
  public float[] output() {
    return output(model);
  }

  private float[] output(SequenceModel of) {
    ModelRunner runner = new ModelRunner(of, backend, Workers.ALONE, Execution.PLAN);
    return batchFirst(runner.predict(batch(), runner.newCarry(ROWS)), ROWS, of.outputSize());
  }

  /** Outputs {@code [T, B, O]} as {@code [B, T, O]}. */
  static float[] batchFirst(float[] y, int rows, int size) {
    int timesteps = y.length / (rows * size);
    float[] turned = new float[y.length];
    for (int t = 0; t < timesteps; t++) {
      for (int b = 0; b < rows; b++) {
        System.arraycopy(y, (t * rows + b) * size, turned, (b * timesteps + t) * size, size);
      }
    }
    return turned;
  }

  private Batch batch() {
    int features = Math.max(1, model.inputSize());
    float[] values = new float[input.length];
    for (int b = 0; b < ROWS; b++) {
      for (int t = 0; t < TIMESTEPS; t++) {
        System.arraycopy(
            input, (b * TIMESTEPS + t) * features, values, (t * ROWS + b) * features, features);
      }
    }
    if (model.inputSize() > 0) {
      return Batch.ofValues(TIMESTEPS, ROWS, features, values, null);
    }
    int[] ids = new int[values.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) values[i];
    }
    return Batch.ofIds(new Ids(TIMESTEPS, ROWS, ids), null);
  }

  /**
   * Imports the file again, with the layers of the exported model.
   *
   * @param file what was written
   * @param exported what was said about it
   * @return the largest difference of the outputs, absolute, or relative where one exceeds 1
   */
  public double readBack(Path file, TorchExport.Exported exported) {
    SequenceModel back =
        Importer.safetensors(Input.read(file), List.of(file), architecture(exported))
            .build(catalog);
    return difference(output(), output(back));
  }

  /**
   * Imports a file that describes its layers, as those of Keras do.
   *
   * @param file what was written
   * @return the largest difference of the outputs, absolute, or relative where one exceeds 1
   */
  public double readBack(Path file) {
    SequenceModel back = new Importer(catalog, "check").read(List.of(file), null).model();
    return difference(output(), output(back));
  }

  /**
   * The largest difference of outputs.
   *
   * @param expected one side
   * @param got the other side
   * @return absolute, or relative where the first exceeds 1; infinite if the numbers differ or one
   *     is not finite
   */
  public static double difference(float[] expected, float[] got) {
    if (expected.length != got.length) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = 0;
    for (int i = 0; i < got.length; i++) {
      double d = Math.abs((double) expected[i] - got[i]) / Math.max(1, Math.abs(expected[i]));
      largest = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(largest, d);
    }
    return largest;
  }

  private JsonNode architecture(TorchExport.Exported exported) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    if (model.inputSize() > 0) {
      root.put("input-size", model.inputSize());
    }
    ArrayNode layers = root.putArray("layers");
    List<Spec> specs = model.spec().reader().specs("layers");
    for (int n = 0; n < specs.size(); n++) {
      ObjectNode layer = json(specs.get(n));
      String from = exported.modules().get(n);
      if (from != null) {
        layer.put("from", from);
      }
      layers.add(layer);
    }
    return root;
  }

  private static ObjectNode json(Spec spec) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("name", spec.name());
    for (Map.Entry<String, Object> option : spec.options().entrySet()) {
      node.set(option.getKey(), value(option.getValue()));
    }
    return node;
  }

  private static JsonNode value(@Nullable Object value) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    return switch (value) {
      case Spec spec -> json(spec);
      case Boolean flag -> json.booleanNode(flag);
      case Long number -> json.numberNode(number.longValue());
      case Integer number -> json.numberNode(number.intValue());
      case Number number -> json.numberNode(number.doubleValue());
      case List<?> list -> {
        ArrayNode array = json.arrayNode();
        list.forEach(item -> array.add(value(item)));
        yield array;
      }
      case null -> json.nullNode();
      default -> json.textNode(value.toString());
    };
  }
}
