package dev.comporta.api;

import org.apiguardian.api.API;

/**
 * What all service providers share: a permanent lower-case name, which is what model files and
 * command lines contain (never a class name), and one line that tells a reader what it is.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface NamedProvider {
  /**
   * The permanent name: lower-case letters, digits and hyphens, starting with a letter, such as
   * {@code lstm} or {@code cross-entropy}. It must never change once files contain it.
   *
   * @return the name
   */
  String name();

  /**
   * One line for {@code comporta catalog}: what it is and, for a published method, its source.
   *
   * @return the description, without a line break
   */
  String description();
}
