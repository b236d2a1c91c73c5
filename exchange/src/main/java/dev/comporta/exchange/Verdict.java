package dev.comporta.exchange;

import org.apiguardian.api.API;

/**
 * The result of checking one file.
 *
 * @param file its path within the folder
 * @param became what it became, in a few words; empty if it was rejected
 * @param difference the largest difference from the outputs of its own tool, absolute, or relative
 *     where an output exceeds 1; negative if there was nothing to compare with
 * @param passed false if the difference is above the bound
 * @param remark why it was rejected, or what it was compared with
 */
@API(status = API.Status.EXPERIMENTAL)
public record Verdict(
    String file, String became, double difference, boolean passed, String remark) {
  /**
   * Whether the file was rejected.
   *
   * @return true if nothing could run
   */
  public boolean rejected() {
    return became.isEmpty();
  }
}
