package dev.comporta.api.training;

import org.apiguardian.api.API;

/**
 * The learning rate over the course of training: a pure function of the progress, so that a resumed
 * run needs nothing but the progress.
 */
@API(status = API.Status.EXPERIMENTAL)
@FunctionalInterface
public interface Schedule {
  /**
   * The learning rate of the next update.
   *
   * @param base the learning rate that was asked for
   * @param progress how far training has come
   * @return the learning rate
   */
  double learningRate(double base, Progress progress);
}
