package dev.comporta.serialization;

import dev.comporta.api.model.Spec;
import java.time.Instant;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a model. It contains no time by default, so that the same training run writes the
 * same bytes.
 *
 * @param frameworkVersion the version of Comporta
 * @param javaVersion the version of the Java runtime
 * @param seed the seed of all random numbers
 * @param data a description of the training data, such as a file name; may be empty
 * @param dataSha256 the SHA-256 of the training data, 64 lower-case hexadecimal digits; empty if
 *     unknown
 * @param hyperParameters the hyperparameters of the training run
 * @param created the creation time in whole seconds, or null (the default)
 */
@API(status = API.Status.EXPERIMENTAL)
public record Provenance(
    String frameworkVersion,
    String javaVersion,
    long seed,
    String data,
    String dataSha256,
    Spec hyperParameters,
    @Nullable Instant created) {
  /**
   * The provenance of a training run in this process, without a creation time.
   *
   * @param frameworkVersion the version of Comporta
   * @param seed the seed of all random numbers
   * @param data a description of the training data
   * @param dataSha256 the SHA-256 of the training data in lower-case hexadecimal, or empty
   * @param hyperParameters the hyperparameters of the training run
   * @return the provenance
   */
  public static Provenance of(
      String frameworkVersion, long seed, String data, String dataSha256, Spec hyperParameters) {
    return new Provenance(
        frameworkVersion,
        Runtime.version().toString(),
        seed,
        data,
        dataSha256,
        hyperParameters,
        null);
  }

  /**
   * The same provenance with a creation time.
   *
   * @param time the time; fractions of a second are dropped
   * @return the new provenance
   */
  public Provenance createdAt(Instant time) {
    return new Provenance(
        frameworkVersion,
        javaVersion,
        seed,
        data,
        dataSha256,
        hyperParameters,
        Instant.ofEpochSecond(time.getEpochSecond()));
  }
}
