package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import java.time.Instant;
import java.util.List;
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
 * @param providers the providers that the model or its training needs and that are no part of
 *     Comporta
 */
@API(status = API.Status.EXPERIMENTAL)
public record Provenance(
    String frameworkVersion,
    String javaVersion,
    long seed,
    String data,
    String dataSha256,
    Spec hyperParameters,
    @Nullable Instant created,
    List<Provider> providers) {
  /** Copies the list. */
  public Provenance {
    providers = List.copyOf(providers);
  }

  /**
   * Where a provider came from in training.
   *
   * @param kind its kind, such as {@code cell}
   * @param name its permanent name
   * @param jar the name of its jar, without folders; empty if unknown
   * @param version the version of its module or jar; empty if unknown
   */
  public record Provider(String kind, String name, String jar, String version) {
    /**
     * The provider and its origin in words.
     *
     * @return such as {@code cell 'leaky' from leaky-1.0.jar (version 1.0)}
     */
    @Override
    public String toString() {
      return formatted(
          "%s '%s' from %s%s",
          kind,
          name,
          jar.isEmpty() ? "an unknown jar" : jar,
          version.isEmpty() ? "" : formatted(" (version %s)", version));
    }
  }

  /**
   * The provenance of a model that only parts of Comporta were used for.
   *
   * @param frameworkVersion the version of Comporta
   * @param javaVersion the version of the Java runtime
   * @param seed the seed of all random numbers
   * @param data a description of the training data, such as a file name; may be empty
   * @param dataSha256 the SHA-256 of the training data, or empty
   * @param hyperParameters the hyperparameters of the training run
   * @param created the creation time in whole seconds, or null
   */
  public Provenance(
      String frameworkVersion,
      String javaVersion,
      long seed,
      String data,
      String dataSha256,
      Spec hyperParameters,
      @Nullable Instant created) {
    this(
        frameworkVersion, javaVersion, seed, data, dataSha256, hyperParameters, created, List.of());
  }

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
        Instant.ofEpochSecond(time.getEpochSecond()),
        providers);
  }

  /**
   * The same provenance with providers.
   *
   * @param needed the providers that are no part of Comporta
   * @return the new provenance
   */
  public Provenance withProviders(List<Provider> needed) {
    return new Provenance(
        frameworkVersion, javaVersion, seed, data, dataSha256, hyperParameters, created, needed);
  }

  /**
   * Requires that the providers are installed that were used in training. Kinds that a catalog does
   * not have, such as tasks in a program that only computes, are not required.
   *
   * @param from the name of the file, for the message
   * @param catalog where they are looked for
   * @throws ComportaException naming the file, the provider and its jar
   */
  public void requireProviders(String from, Catalog catalog) {
    for (Provider provider : providers) {
      for (Kind<?> kind : catalog.kinds()) {
        if (kind.label().equals(provider.kind())) {
          require(from, provider, kind, catalog);
        }
      }
    }
  }

  private static void require(String from, Provider provider, Kind<?> kind, Catalog catalog) {
    try {
      catalog.find(kind, provider.name());
    } catch (UnknownNameException e) {
      throw new ComportaException(
          formatted(
              "%s was trained with the %s, which is not installed here; load it with --plugins %s",
              from, provider, provider.jar().isEmpty() ? "PATH" : provider.jar()),
          e);
    }
  }
}
