package dev.comporta.cells.model;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.cells.explain.CellDescription;
import dev.comporta.cells.explain.LayerDescription;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.Tape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One chunk through a model to the loss and back, on a tape that counts. */
final class CountedPass implements ForwardPass.Watcher, Unroller {
  private final SequenceModel model;
  private final Tape tape;
  private final Unroller unroller;
  private final ForwardPass pass;

  /** What each layer computes, by its prefix; in the order of the first time that it computes. */
  private final Map<String, Counts> counts = new LinkedHashMap<>();

  private final List<Mark> marks = new ArrayList<>();
  private Counts current = new Counts("", null);
  private double forwardOperations;
  private double backwardOperations;

  /** What was counted for one layer. */
  private static final class Counts {
    final String prefix;
    final @Nullable Layer layer;
    final List<CellDescription> cells = new ArrayList<>();
    double forward;
    double backward;
    long workspace;

    Counts(String prefix, @Nullable Layer layer) {
      this.prefix = prefix;
      this.layer = layer;
    }
  }

  /** Where a layer begins, forward, which is where it ends, backward. */
  private static final class Mark {
    final Counts counts;
    final Reading forward;
    Reading backward;

    Mark(Counts counts, Reading reading) {
      this.counts = counts;
      this.forward = reading;
      this.backward = reading;
    }
  }

  /** The counters of a tape at some point. */
  private record Reading(double operations, long used) {}

  CountedPass(SequenceModel model, Tape tape, Unroller unroller) {
    this.model = model;
    this.tape = tape;
    this.unroller = unroller;
    this.pass = new ForwardPass(model, tape, this, () -> new float[0], this);
  }

  void run(EstimatedChunk chunk, Loss loss, int targetSize) {
    tape.reset();
    tape.setRecording(chunk.training());
    double start = tape.tally().operations();
    Loss.Value value =
        pass.value(
            batch(chunk, targetSize),
            loss,
            false,
            Carry.outline(model, chunk.batch()),
            chunk.training(),
            new CounterRandom(0));
    if (!chunk.training()) {
      return;
    }
    Tensor mean = value.sum().times(1);
    forwardOperations = tape.tally().operations() - start;
    tape.backward(mean);
    backwardOperations = tape.tally().operations() - start - forwardOperations;
  }

  private Batch batch(EstimatedChunk chunk, int targetSize) {
    Batch batch =
        Batch.outline(
            chunk.timesteps(), chunk.batch(), model.inputSize(), targetSize, chunk.lengths());
    if (model.encoder().isEmpty()) {
      return batch;
    }
    EstimatedChunk.Source source = chunk.encoded();
    return batch.source(
        Batch.outline(
            source.timesteps(),
            source.batch(),
            SequenceModel.sourceInputSize(model.spec()),
            0,
            source.lengths()));
  }

  @Override
  public void beforeLayer(Slot slot) {
    current = counts.computeIfAbsent(slot.prefix(), prefix -> new Counts(prefix, slot.layer()));
    mark();
  }

  @Override
  public void beforeLoss() {
    current = new Counts("", null);
    mark();
  }

  /** Reads the counters now, and when the backward pass comes back here. */
  private void mark() {
    Mark mark = new Mark(current, reading());
    marks.add(mark);
    tape.record(() -> mark.backward = reading());
  }

  private Reading reading() {
    return new Reading(tape.tally().operations(), tape.workspace().used());
  }

  /** Describes the layers after a training step, those of the encoder first. */
  List<LayerDescription> layers() {
    for (int i = 0; i + 1 < marks.size(); i++) {
      Mark from = marks.get(i);
      Mark to = marks.get(i + 1);
      Counts layer = from.counts;
      layer.forward += to.forward.operations() - from.forward.operations();
      layer.backward += from.backward.operations() - to.backward.operations();
      layer.workspace += to.forward.used() - from.forward.used();
      layer.workspace += from.backward.used() - to.backward.used();
    }
    marks.clear();
    List<LayerDescription> layers = new ArrayList<>();
    for (Counts each : counts.values()) {
      Layer layer = each.layer;
      if (layer != null) {
        layers.add(
            new LayerDescription(
                each.prefix.substring(0, each.prefix.length() - 1),
                layer.getClass().getSimpleName(),
                layer.outputSize(),
                layer.parameters().stream().mapToLong(spec -> spec.shape().count()).sum(),
                each.forward,
                each.backward,
                each.workspace,
                List.copyOf(each.cells)));
      }
    }
    return layers;
  }

  double forwardOperations() {
    return forwardOperations;
  }

  double backwardOperations() {
    return backwardOperations;
  }

  /** The number of timesteps of the prediction. */
  int answers() {
    return pass.outputs().getLast().timesteps();
  }

  // ---- the unroller, which also describes the cells -------------------------------------------

  @Override
  public Layer.Output unroll(Cell cell, Run run) {
    current.cells.add(unroller.describe(cell, run));
    return unroller.unroll(cell, run);
  }

  @Override
  public CellDescription describe(Cell cell, Run run) {
    return unroller.describe(cell, run);
  }

  @Override
  public void parametersAt(long version) {
    unroller.parametersAt(version);
  }
}
