package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.training.TrainingEvent.Checkpointed;
import dev.comporta.training.TrainingEvent.Checkpointing;
import dev.comporta.training.TrainingEvent.Finished;
import dev.comporta.training.TrainingEvent.Stepped;
import dev.comporta.training.TrainingEvent.Stopped;
import dev.comporta.training.TrainingEvent.Validated;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A failure of what watches a training costs none of its updates. */
class ListenerFailureTest {
  private static SmallTraining training(long every) {
    return SmallTraining.of(SmallTraining.rules("adam"), 15, every, trainer -> trainer);
  }

  private static TrainingListener failing(Class<? extends TrainingEvent> type, long step) {
    return event -> {
      if (type.isInstance(event) && event.step() >= step) {
        throw new ComportaException("cannot write log.csv: no space left");
      }
    };
  }

  @Test
  void aCheckpointIsWrittenBeforeTheFailureIsThrownAndGoesOnToTheSameBits() {
    SmallTraining whole = training(0);
    whole.trainer.train();
    for (Class<? extends TrainingEvent> type :
        List.of(Stepped.class, Validated.class, Checkpointing.class, Checkpointed.class)) {
      SmallTraining run = training(type.getSimpleName().startsWith("Checkpoint") ? 7 : 0);
      run.trainer.listener(failing(type, 7)); // the last update of an epoch
      assertThatThrownBy(run.trainer::train)
          .as(type.getSimpleName())
          .isInstanceOf(ComportaException.class)
          .hasMessage(
              "cannot write log.csv: no space left; training stopped after update 7, and the checkpoint of that update is kept");
      assertThat(run.states).hasSize(1);
      assertThat(run.states.getFirst().step()).isEqualTo(7);
      SmallTraining resumed = training(0).restore(run, 0);
      resumed.trainer.train();
      assertThat(resumed.values()).isEqualTo(whole.values());
      assertThat(resumed.states.getLast().validationLosses())
          .isEqualTo(whole.states.getLast().validationLosses());
    }
  }

  @Test
  void aFailureAtTheEndFindsTheLastCheckpointWritten() {
    for (Class<? extends TrainingEvent> type : List.of(Stopped.class, Finished.class)) {
      SmallTraining run = training(0);
      run.trainer.listener(failing(type, 0)).stopWhen(() -> type == Stopped.class);
      assertThatThrownBy(run.trainer::train).hasMessageStartingWith("cannot write log.csv");
      assertThat(run.states).hasSize(1);
    }
  }

  @Test
  void aModelThatCannotBeKeptIsTheSame() {
    SmallTraining run = training(0);
    run.trainer.bestModels((step, loss) -> {
      throw new ComportaException("cannot write best.comporta: no space left");
    });
    assertThatThrownBy(run.trainer::train)
        .hasMessageStartingWith(
            "cannot write best.comporta: no space left; training stopped after");
    assertThat(run.states).hasSize(1);
    assertThat(run.states.getFirst().validationLosses()).hasSize(1);
  }

  @Test
  void whatIsNoErrorOfOursIsThrownAsItIs() {
    SmallTraining run = training(0);
    IllegalStateException bug = new IllegalStateException("a bug");
    run.trainer.listener(event -> {
      if (event instanceof Stepped) {
        throw bug;
      }
    });
    assertThatThrownBy(run.trainer::train).isSameAs(bug);
    assertThat(run.states).hasSize(1);
  }

  @Test
  void aCheckpointThatCannotBeWrittenEitherIsSaid() {
    SmallTraining run = training(2);
    run.trainer
        .listener(failing(Stepped.class, 3))
        .checkpoints(state -> {
          if (state.step() > 2) {
            throw new ComportaException("cannot write out.checkpoint: no space left");
          }
        });
    assertThatThrownBy(run.trainer::train)
        .hasMessage(
            "cannot write log.csv: no space left; training stopped after update 3, whose checkpoint could not be written: cannot write out.checkpoint: no space left; the checkpoint of update 2 is kept");
  }

  @Test
  void aStopWhoseCheckpointCannotBeWrittenIsAnError() {
    SmallTraining run = training(0);
    run.trainer
        .stopWhen(() -> run.events.size() > 3)
        .checkpoints(state -> {
          throw new ComportaException("cannot write out.checkpoint: no space left");
        });
    assertThatThrownBy(run.trainer::train).hasMessageContaining("no space left");
    assertThat(run.events).noneMatch(Stopped.class::isInstance);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1})
  void divergenceSaysWhetherThereIsACheckpoint(long every) {
    SmallTraining run =
        new SmallTraining(
            SmallTraining.rules("sgd"),
            TrainingSettings.of(20).learningRate(1e38).checkpointEvery(every),
            SmallTraining.stream(),
            trainer -> trainer);
    assertThatThrownBy(run.trainer::train)
        .isInstanceOf(DivergenceException.class)
        .hasMessageEndingWith(
            run.states.isEmpty()
                ? "; there is no checkpoint yet; train again with a lower learning rate or stronger clipping"
                : "; the last checkpoint was kept; try a lower learning rate or stronger clipping");
    assertThat(run.states.isEmpty()).isEqualTo(every == 0);
  }

  @Test
  void listenersHearOfACheckpointBeforeItIsWritten() {
    SmallTraining run = training(4);
    run.trainer.checkpoints(
        state -> assertThat(run.events.getLast()).isEqualTo(new Checkpointing(state.step())));
    run.trainer.train();
    assertThat(run.events.stream().filter(Checkpointing.class::isInstance)).hasSize(4);
    assertThat(run.events.stream().filter(Checkpointed.class::isInstance)).hasSize(4);
  }

  @Test
  void aResumeAtTheEndMeasuresNothingAgain() {
    SmallTraining whole = training(0);
    TrainingResult result = whole.trainer.train();
    SmallTraining resumed = training(0).restore(whole, whole.states.size() - 1);
    TrainingResult again = resumed.trainer.train();
    assertThat(resumed.validationLosses()).isEmpty();
    assertThat(again.validationLoss()).isEqualTo(result.validationLoss());
    assertThat(resumed.values()).isEqualTo(whole.values());
  }
}
