package dev.comporta.training;

import org.apiguardian.api.API;

/** What a trainer tells its listeners. A step is one update; steps are counted from 1. */
@API(status = API.Status.EXPERIMENTAL)
public sealed interface TrainingEvent {
  /**
   * The updates done when this was told.
   *
   * @return 0 or more
   */
  long step();

  /**
   * Training begins or, after a resume, goes on.
   *
   * @param step updates done before
   * @param totalSteps updates planned
   * @param chunksPerEpoch updates in an epoch
   */
  record Started(long step, long totalSteps, int chunksPerEpoch) implements TrainingEvent {}

  /**
   * An update is done.
   *
   * @param step its number
   * @param epoch the number of epochs completed before it
   * @param loss the mean loss of its chunk, before the update
   * @param gradientNorm the Euclidean norm of all gradients, before clipping
   * @param learningRate the learning rate that it used
   * @param count the timesteps of its chunk that are not padding
   */
  record Stepped(
      long step, int epoch, double loss, double gradientNorm, double learningRate, int count)
      implements TrainingEvent {}

  /**
   * The validation data was measured.
   *
   * @param step updates done
   * @param epoch epochs completed
   * @param loss the mean loss over all validation data
   */
  record Validated(long step, int epoch, double loss) implements TrainingEvent {}

  /**
   * A checkpoint is about to be written. What a listener keeps of the updates so far must be safe
   * when it returns: a run that is killed goes on from this checkpoint and tells none of them
   * again.
   *
   * @param step updates done
   */
  record Checkpointing(long step) implements TrainingEvent {}

  /**
   * A checkpoint was written.
   *
   * @param step updates done
   */
  record Checkpointed(long step) implements TrainingEvent {}

  /**
   * All updates are done.
   *
   * @param step updates done
   */
  record Finished(long step) implements TrainingEvent {}

  /**
   * Training was asked to stop before all updates were done, and did.
   *
   * @param step updates done
   */
  record Stopped(long step) implements TrainingEvent {}
}
