package dev.comporta.conformance;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.comporta.api.tensor.Shape;
import dev.comporta.serialization.ModelFileException;
import dev.comporta.serialization.ModelFileException.Problem;
import dev.comporta.serialization.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A file with what it says it is: settings, and tensors that are each asked for or refused. */
final class ReferenceCase {
  // Python writes infinities and NaN as words.
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  static final String ENDING = ".safetensors";
  private static final String GRADIENT = "grad.";

  private final SafetensorsFile file;
  private final JsonNode described;
  private final Set<String> used = new LinkedHashSet<>();

  private ReferenceCase(SafetensorsFile file, JsonNode described) {
    this.file = file;
    this.described = described;
  }

  /**
   * Opens a file and reads what case it is.
   *
   * @throws ModelFileException if the file is damaged or holds no case
   */
  static ReferenceCase open(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    String text = file.metadata().get("case");
    if (text == null) {
      throw noCase(path, "its metadata has no entry 'case'");
    }
    try {
      JsonNode described = JSON.readTree(text);
      if (!described.isObject() || !described.path("kind").isTextual()) {
        throw noCase(path, "the entry 'case' of its metadata is no object with a 'kind'");
      }
      return new ReferenceCase(file, described);
    } catch (JsonProcessingException e) {
      throw noCase(path, "the entry 'case' of its metadata is no JSON");
    }
  }

  private static ModelFileException noCase(Path path, String clause) {
    return new ModelFileException(
        Problem.OTHER_KIND,
        formatted("%s is no reference case: %s; keep other files in another folder", path, clause));
  }

  String name() {
    String name = file.path().getFileName().toString();
    return name.substring(0, name.length() - ENDING.length());
  }

  String kind() {
    return described.get("kind").textValue();
  }

  /** The settings anew, none of them read yet but the kind. */
  CaseSettings settings() {
    CaseSettings settings = new CaseSettings(described);
    settings.ignore("kind", "note", "layout");
    return settings;
  }

  boolean has(String tensor) {
    return file.tensors().containsKey(tensor);
  }

  Set<String> tensors() {
    return file.tensors().keySet();
  }

  Shape shape(String tensor) {
    used.add(tensor);
    if (!has(tensor)) {
      throw new CaseException(formatted("it has no tensor %s", tensor));
    }
    return file.tensor(tensor).shape();
  }

  double[] doubles(String tensor) {
    shape(tensor);
    return file.doubles(tensor);
  }

  float[] floats(String tensor) {
    shape(tensor);
    return file.floats(tensor);
  }

  int[] ints(String tensor) {
    shape(tensor);
    return file.ints(tensor);
  }

  /** Refuses a tensor of another shape. */
  void require(String tensor, Shape expected) {
    Shape shape = shape(tensor);
    if (!shape.equals(expected)) {
      throw new CaseException(
          formatted("its tensor %s has shape %s instead of %s", tensor, shape, expected));
    }
  }

  /** Refuses a gradient that cannot be that of the tensor. */
  void requireGradient(String tensor) {
    String gradient = GRADIENT + tensor;
    if (has(gradient) && !shape(gradient).equals(shape(tensor))) {
      throw new CaseException(
          formatted(
              "its gradient of %s has shape %s instead of %s",
              tensor, shape(gradient), shape(tensor)));
    }
  }

  /**
   * Refuses a file in which a whole tensor has one NaN for a gradient. That is how a script writes
   * a gradient that PyTorch does not have, because no answer was computed from the tensor.
   */
  void requireAnswersOfItsTensors() {
    List<String> gradients = tensors().stream().filter(t -> t.startsWith(GRADIENT)).toList();
    List<String> absent =
        gradients.stream()
            .filter(t -> file.tensor(t).shape().rank() == 0)
            .map(t -> t.substring(GRADIENT.length()))
            .filter(t -> has(t) && file.tensor(t).shape().rank() > 0)
            .filter(t -> Double.isNaN(file.doubles(GRADIENT + t)[0]))
            .toList();
    if (!absent.isEmpty()) {
      throw new CaseException(
          formatted(
              "%d of its %d gradients are a single NaN, that of %s first: its answers were computed from other values than those in the file, so none of them can be compared; write the case again",
              absent.size(), gradients.size(), absent.getFirst()));
    }
  }

  /** Rejects unexpected tensors. */
  void requireAllUsed() {
    for (String tensor : tensors()) {
      if (!used.contains(tensor)) {
        throw new CaseException(
            formatted("its tensor %s is not known to cases of kind %s", tensor, kind()));
      }
    }
  }
}
