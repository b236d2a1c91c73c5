package dev.comporta.api;

import org.apiguardian.api.API;

/**
 * The base of all service providers: a permanent lower-case name, used in model files and on
 * command lines instead of a class name, and a one-line description.
 */
@API(status = API.Status.STABLE)
public interface NamedProvider {
  /**
   * The permanent name: lower-case letters, digits and hyphens, starting with a letter, such as
   * {@code lstm} or {@code cross-entropy}. It must not change once model files contain it.
   *
   * @return the name
   */
  String name();

  /**
   * A one-line description for {@code comporta catalog}, with the source of a published method.
   *
   * @return the description, without a line break
   */
  String description();
}
