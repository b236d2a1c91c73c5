package dev.comporta.serialization;

import dev.comporta.api.model.Spec;
import java.time.Instant;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of a model come from. It holds no time unless somebody asks for one, so that the
 * same training writes the same bytes.
 *
 * @param frameworkVersion the version of Comporta
 * @param javaVersion the version of the Java runtime
 * @param seed the seed of all random numbers
 * @param data the training data in words, such as a file's name; may be empty
 * @param dataSha256 the SHA-256 of the training data, 64 lower-case hexadecimal digits; empty if
 *     unknown
 * @param hyperParameters how it was trained
 * @param created the time of writing in whole seconds, null (the default) for none
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
   * Provenance of a training that runs in this process, without a time of writing.
   *
   * @param frameworkVersion the version of Comporta
   * @param seed the seed of all random numbers
   * @param data the training data in words
   * @param dataSha256 the SHA-256 of the training data in lower-case hexadecimal, or empty
   * @param hyperParameters how it is trained
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
   * The same provenance with a time of writing.
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
