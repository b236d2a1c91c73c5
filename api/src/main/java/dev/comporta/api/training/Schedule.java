package dev.comporta.api.training;

import org.apiguardian.api.API;

/**
 * A learning-rate schedule: a pure function of the progress, so a resumed run needs no other state.
 */
@API(status = API.Status.STABLE)
@FunctionalInterface
public interface Schedule {
  /**
   * The learning rate of the next update.
   *
   * @param base the configured learning rate
   * @param progress the progress of training
   * @return the learning rate
   */
  double learningRate(double base, Progress progress);
}
