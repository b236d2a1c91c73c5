package dev.comporta.training;

import org.apiguardian.api.API;

/** An event that a trainer sends to its listener. A step is one update; steps count from 1. */
@API(status = API.Status.EXPERIMENTAL)
public sealed interface TrainingEvent {
  /**
   * The number of completed updates at the time of the event.
   *
   * @return 0 or more
   */
  long step();

  /**
   * Training starts or, after a resume, continues.
   *
   * @param step the number of updates completed earlier
   * @param totalSteps the number of planned updates
   * @param chunksPerEpoch the number of updates per epoch
   */
  record Started(long step, long totalSteps, int chunksPerEpoch) implements TrainingEvent {}

  /**
   * An update was completed.
   *
   * @param step the number of the update
   * @param epoch the number of epochs completed before it
   * @param loss the mean loss of its chunks, before the update
   * @param gradientNorm the Euclidean norm of all gradients, before clipping
   * @param learningRate the learning rate of the update
   * @param count the number of timesteps of its chunks that are not padding
   */
  record Stepped(
      long step, int epoch, double loss, double gradientNorm, double learningRate, int count)
      implements TrainingEvent {}

  /**
   * The trainers of a distributed run have exchanged gradients, or changes of parameters.
   *
   * @param step the number of completed updates
   * @param norm the Euclidean norm of what this trainer had to send, with what it had left out
   *     before
   * @param leftOut the norm of what {@linkplain Compression compression} left out of it, and of the
   *     sum that this trainer sent; 0 without compression
   */
  record Exchanged(long step, double norm, double leftOut) implements TrainingEvent {}

  /**
   * The model was validated.
   *
   * @param step the number of completed updates
   * @param epoch the number of completed epochs
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
   * @param step the number of completed updates
   */
  record Checkpointed(long step) implements TrainingEvent {}

  /**
   * All updates are done.
   *
   * @param step the number of completed updates
   */
  record Finished(long step) implements TrainingEvent {}

  /**
   * Training was stopped by the stop condition before all updates were done.
   *
   * @param step the number of completed updates
   */
  record Stopped(long step) implements TrainingEvent {}
}
