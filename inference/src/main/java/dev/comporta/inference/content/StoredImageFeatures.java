package dev.comporta.inference.content;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which network computes the features of images that a captioner reads in place of the images, as a
 * model file holds it: the name and the hash of the network's file among its vocabularies, the mean
 * and the standard deviation of the features among its metrics. The network itself is not in the
 * model file.
 *
 * @param file the name of the network's file, without folders
 * @param sha256 of that file, 64 lower-case hexadecimal digits
 * @param mean of all features of the training images
 * @param deviation their standard deviation, above 0
 */
public record StoredImageFeatures(String file, String sha256, double mean, double deviation) {
  private static final String KIND = "image-features";
  private static final String HASH = "sha256:";
  private static final String MEAN = "mean of the image features";
  private static final String DEVIATION = "deviation of the image features";

  /**
   * {@return what a model file holds; null if its model reads no such features}
   *
   * @param content the content of the file
   * @param name what messages call it
   * @throws ComportaException if a part is missing or out of range
   */
  public static @Nullable StoredImageFeatures of(ModelFile content, String name) {
    List<String> tokens = StoredParts.tokens(content, KIND).orElse(null);
    if (tokens == null) {
      return null;
    }
    double mean = content.metrics().getOrDefault(MEAN, Double.NaN);
    double deviation = content.metrics().getOrDefault(DEVIATION, Double.NaN);
    if (tokens.size() != 2
        || !tokens.getLast().matches(HASH + "[0-9a-f]{64}")
        || !Double.isFinite(mean)
        || !(deviation > 0 && Double.isFinite(deviation))) {
      throw new ComportaException(
          formatted(
              "[caption] expected the file, hash, mean and deviation of image features in %s but it has %s, %s and %s; the file is inconsistent",
              name, Printable.quote(tokens), mean, deviation));
    }
    return new StoredImageFeatures(
        tokens.getFirst(), tokens.getLast().substring(HASH.length()), mean, deviation);
  }

  /** {@return the file and its hash, to store in a model file} */
  public Vocabulary stored() {
    return new Vocabulary("features", KIND, List.of(file, HASH + sha256));
  }

  /** {@return the numbers to store in a model file, by name} */
  public Map<String, Double> constants() {
    Map<String, Double> constants = new LinkedHashMap<>();
    constants.put(MEAN, mean);
    constants.put(DEVIATION, deviation);
    return constants;
  }

  /**
   * Turns features into what the model reads: the difference from the mean, in standard deviations.
   *
   * @param features as the network returns them, replaced
   * @throws ComportaException if one is NaN or infinite
   */
  public void toInput(float[] features) {
    for (int i = 0; i < features.length; i++) {
      if (!Float.isFinite(features[i])) {
        throw new ComportaException(
            formatted("[caption] expected finite features but got %s at index %d", features[i], i));
      }
      features[i] = (float) ((features[i] - mean) / deviation);
    }
  }
}
