package dev.comporta.exchange.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Input;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model being imported: its layers, their weights, and notes for the user. */
public final class Draft {
  private final Input input;
  private final String format;
  private final String producer;
  private final List<Spec> encoder = new ArrayList<>();
  private final List<Spec> layers = new ArrayList<>();
  private final Map<String, ForeignTensor> weights = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private final List<InputPart> inputs = new ArrayList<>();
  private int inputSize;
  private int sourceInputSize;
  private int timesteps = -1;

  /**
   * A draft without layers.
   *
   * @param input the file
   * @param format its format, such as {@code keras}
   * @param producer the tool that wrote it, with its version if it is known
   */
  public Draft(Input input, String format, String producer) {
    this.input = input;
    this.format = format;
    this.producer = producer;
  }

  /** The file. */
  public Input input() {
    return input;
  }

  /** The format of the file. */
  public String format() {
    return format;
  }

  /** The tool that wrote the file. */
  public String producer() {
    return producer;
  }

  /** What the user should know about the import. */
  public List<String> notes() {
    return notes;
  }

  /** The timesteps of the model's input, if they are fixed; otherwise -1. */
  public int timesteps() {
    return timesteps;
  }

  /** Sets the fixed number of timesteps of the input. */
  public void timesteps(int fixed) {
    timesteps = fixed;
  }

  /** Sets the number of input features, 0 for ids. */
  public void inputSize(int features) {
    inputSize = features;
  }

  /** Sets the number of input features of the encoder, 0 for ids. */
  public void sourceInputSize(int features) {
    sourceInputSize = features;
  }

  /** What a model with several inputs reads side by side. */
  public List<InputPart> inputs() {
    return inputs;
  }

  /** Adds a remark. */
  public void note(String remark) {
    if (!notes.contains(remark)) {
      notes.add(remark);
    }
  }

  /** Adds a layer at the end. */
  public void add(Piece piece) {
    put(formatted("layers.%d.", layers.size()), piece);
    layers.add(piece.spec());
  }

  /** Adds a layer at the end of the encoder. */
  public void addToEncoder(Piece piece) {
    put(formatted("encoder.layers.%d.", encoder.size()), piece);
    encoder.add(piece.spec());
  }

  private void put(String prefix, Piece piece) {
    piece.weights().forEach((name, tensor) -> weights.put(prefix + name, tensor));
  }

  private Spec spec() {
    if (layers.isEmpty()) {
      throw input.refuse("it has no layers that compute anything");
    }
    Spec spec =
        encoder.isEmpty()
            ? Spec.of(SequenceModel.KIND)
            : Spec.of(SequenceModel.ENCODER_DECODER).with("encoder", encoder);
    if (sourceInputSize > 0) {
      spec = spec.with("source-input-size", sourceInputSize);
    }
    return spec.with("input-size", inputSize).with("layers", layers);
  }

  /**
   * Builds the model and sets its weights. Weights for each parameter must be given, as many as it
   * has elements, and all finite.
   */
  public SequenceModel build(Catalog catalog) {
    Spec spec = spec();
    List<Layer> all = new ArrayList<>(SequenceModel.encoder(spec, catalog));
    all.addAll(SequenceModel.layers(spec, catalog));
    long needed = 0;
    for (Layer layer : all) {
      for (ParameterSpec parameter : layer.parameters()) {
        needed += parameter.shape().count();
      }
    }
    long given = weights.values().stream().mapToLong(tensor -> tensor.values().length).sum();
    if (needed != given) {
      throw input.refuse(
          formatted("its layers need %d weights but the file has %d for them", needed, given));
    }
    SequenceModel model = SequenceModel.build(spec, catalog);
    for (Parameter parameter : model.parameters().all()) {
      ForeignTensor tensor = weights.remove(parameter.name());
      if (tensor == null || tensor.values().length != parameter.shape().count()) {
        throw input.refuse(
            formatted(
                "expected weights %s of shape %s but got %s",
                parameter.name(),
                parameter.shape(),
                tensor == null ? "none" : Printable.quoted(tensor)));
      }
      for (float value : tensor.values()) {
        if (!Float.isFinite(value)) {
          throw input.refuse(
              formatted("its weights %s contain %s", Printable.quoted(tensor.name()), value));
        }
      }
      model.parameters().set(parameter.name(), parameter.shape(), tensor.values());
    }
    if (!weights.isEmpty()) {
      throw input.refuse(
          "its weights " + Printable.quoted(weights.keySet()) + " belong to no layer");
    }
    return model;
  }
}
