package dev.comporta.exchange;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Hdf5;
import dev.comporta.exchange.files.Input;
import dev.comporta.exchange.files.Nd4jArray;
import dev.comporta.exchange.files.Npy;
import dev.comporta.exchange.files.Tensors;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Inputs and outputs stored next to a model, computed by the tool that wrote it.
 *
 * @param name the name of the file with the outputs
 * @param inputs {@code [B, T, F]}, {@code [B, F]} for a vector, or {@code [B, T]} for ids
 * @param y {@code [B, T, O]}, or {@code [B, O]}
 */
record Companion(String name, List<ForeignTensor> inputs, ForeignTensor y) {
  private static final List<String> HDF5_ENDS = List.of("_model.h5", "_weights.h5");

  /** The inputs and outputs of a model; null if there are none. */
  static @Nullable Companion of(Path model) {
    String name = String.valueOf(model.getFileName());
    Path generic = model.resolveSibling(name + ".io.npz");
    if (Files.isRegularFile(generic)) {
      return npz(generic);
    }
    for (String end : HDF5_ENDS) {
      if (name.endsWith(end)) {
        Path both =
            model.resolveSibling(
                name.substring(0, name.length() - end.length()) + "_inputs_and_outputs.h5");
        if (Files.isRegularFile(both)) {
          return hdf5(both);
        }
      }
    }
    int bar = name.lastIndexOf('_');
    if (bar > 0) {
      Path in = model.resolveSibling(name.substring(0, bar) + "_Input" + name.substring(bar));
      Path out = model.resolveSibling(name.substring(0, bar) + "_Output" + name.substring(bar));
      if (Files.isRegularFile(in) && Files.isRegularFile(out)) {
        return nd4j(in, out);
      }
    }
    Path folder = model.toAbsolutePath().getParent();
    if (name.endsWith(".json") && folder != null && folder.getParent() != null) {
      String stem = name.substring(0, name.length() - 5);
      Path tests = folder.getParent().resolve("test_data");
      Path in = tests.resolve(stem + "_x_python.csv");
      Path out = tests.resolve(stem + "_y_python.csv");
      if (Files.isRegularFile(in) && Files.isRegularFile(out)) {
        return new Companion(String.valueOf(out.getFileName()), List.of(column(in)), column(out));
      }
    }
    return null;
  }

  private static Companion npz(Path path) {
    Tensors tensors = Npy.archive(Input.read(path));
    String name = String.valueOf(path.getFileName());
    if (tensors.peek("x") != null && tensors.peek("y") != null) {
      return new Companion(name, List.of(tensors.required("x")), tensors.required("y"));
    }
    List<ForeignTensor> inputs = new ArrayList<>();
    List<ForeignTensor> outputs = new ArrayList<>();
    for (String array : tensors.names()) {
      ForeignTensor tensor = tensors.required(array);
      if (array.startsWith("output:") || array.matches("y\\d*")) {
        outputs.add(tensor);
      } else {
        inputs.add(tensor.named(array.startsWith("input:") ? array.substring(6) : array));
      }
    }
    if (inputs.isEmpty() || outputs.isEmpty()) {
      throw tensors.input().refuse("expected inputs x or x0, x1 and outputs y or y0, y1");
    }
    return new Companion(name, inputs, SideBySide.outputs(outputs));
  }

  private static @Nullable Companion hdf5(Path path) {
    Input input = Input.read(path);
    try (Hdf5 file = Hdf5.open(input)) {
      if (!file.has("predictions")) {
        return null; // "outputs" are the targets of the training
      }
      List<String> inputs = file.children("inputs");
      List<String> outputs = file.children("predictions");
      if (inputs.isEmpty() || outputs.isEmpty()) {
        throw input.refuse("expected an input and a prediction");
      }
      return new Companion(
          input.name(),
          inputs.stream().map(name -> file.data("inputs/" + name).named(name)).toList(),
          SideBySide.outputs(
              outputs.stream().map(name -> file.data("predictions/" + name)).toList()));
    }
  }

  /** Deeplearning4j stores the timesteps last: {@code [B, F, T]}. */
  private static Companion nd4j(Path in, Path out) {
    return new Companion(
        String.valueOf(out.getFileName()),
        List.of(timeInside(Nd4jArray.read(Input.read(in), "input"))),
        timeInside(Nd4jArray.read(Input.read(out), "output")));
  }

  private static ForeignTensor timeInside(ForeignTensor tensor) {
    if (tensor.rank() != 3) {
      return tensor;
    }
    int batch = tensor.size(0);
    int features = tensor.size(1);
    int timesteps = tensor.size(2);
    float[] values = new float[tensor.values().length];
    for (int b = 0; b < batch; b++) {
      for (int f = 0; f < features; f++) {
        for (int t = 0; t < timesteps; t++) {
          values[(b * timesteps + t) * features + f] =
              tensor.values()[(b * features + f) * timesteps + t];
        }
      }
    }
    return new ForeignTensor(tensor.name(), new int[] {batch, timesteps, features}, values);
  }

  /** One number per line: a sequence of one feature. */
  private static ForeignTensor column(Path path) {
    Input input = Input.read(path);
    List<String> lines =
        new String(input.bytes(), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.isBlank())
            .toList();
    float[] values = new float[lines.size()];
    for (int i = 0; i < values.length; i++) {
      try {
        values[i] = Float.parseFloat(lines.get(i).strip());
      } catch (NumberFormatException e) {
        throw input.refuse(formatted("line %d is not a number", i + 1), e);
      }
    }
    return new ForeignTensor("column", new int[] {1, values.length, 1}, values);
  }
}
