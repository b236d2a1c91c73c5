package dev.comporta.cells.plan.run;

import dev.comporta.api.cell.CellState;
import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.MatrixProduct;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.cells.plan.program.Block;
import dev.comporta.cells.plan.program.Buffer;
import dev.comporta.cells.plan.program.Buffers;
import dev.comporta.cells.plan.program.Compiled;
import dev.comporta.cells.plan.program.Place;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The backward pass of one run: the loop from the last timestep to the first, then the gradients of
 * the parameters as products over all timesteps.
 */
final class BackwardRun {
  /** The cost of a sequential addition in multiply-adds of a product, because of its latency. */
  private static final int COST_OF_SUM = 4;

  private final SequenceRun run;
  private final Compiled compiled;
  private final TapeTensor output;
  private final Map<String, TapeTensor> last;
  private final CellState initial;
  private final Tape tape;
  private final TensorBackend backend;
  private final RowLayout rows;

  BackwardRun(
      SequenceRun run,
      Compiled compiled,
      TapeTensor output,
      Map<String, TapeTensor> last,
      CellState initial) {
    this.run = run;
    this.compiled = compiled;
    this.output = output;
    this.last = last;
    this.initial = initial;
    this.tape = run.tape();
    this.backend = tape.backend();
    this.rows = run.rows();
  }

  void run() {
    Buffers buffers = compiled.buffers();
    buffers.each(
        Buffer.OutputCotangent.class,
        (it, number) ->
            run.bindOutputCotangent(
                number,
                output.shape().columns(),
                output.gradient(),
                compiled.overwritesOutputCotangent() && !output.gradientIsUnshared()));
    buffers.each(Buffer.StateCotangent.class, (it, number) -> startCotangent(it.name(), number));
    buffers.each(Buffer.PastCotangent.class, (it, number) -> startCotangent(it.name(), number));
    buffers.each(Buffer.OfMemoryGradient.class, this::bindMemoryGradient);
    buffers.each(Buffer.RowGradient.class, this::bindRowGradient);
    run.packBackward();
    run.loop(compiled.backward(), false);
    if (!tape.computes()) {
      run.count(run.describe().backward(), compiled.backward());
    }
    addWeights();
    compiled.sinks().hoisted().forEach(this::addHoisted);
    addVectors();
    compiled.sinks().before().forEach(this::addBefore);
    compiled.sinks().remembered().forEach(this::addRemembered);
    buffers.each(Buffer.RowGradient.class, this::addRowGradients);
    buffers.each(Buffer.StateCotangent.class, (it, number) -> addInitial(it.name(), number));
    buffers.each(Buffer.PastCotangent.class, (it, number) -> addInitial(it.name(), number));
  }

  /** Gradients of memories are accumulated in the loop; those that are not needed are not bound. */
  private void bindMemoryGradient(Buffer.OfMemoryGradient it, int number) {
    TapeTensor value = run.values().of(it.value());
    if (value.differentiable()) {
      run.bind(number, value.gradientTarget());
    }
  }

  private void bindRowGradient(Buffer.RowGradient it, int number) {
    if (run.values().of(it.value()).differentiable()) {
      run.allocate(number, rows.batch(), it.width());
      if (tape.computes()) {
        int from = run.start(number);
        Arrays.fill(run.array(number), from, from + rows.batch() * it.width(), 0);
      }
    }
  }

  /** Adds the gradient of a parameter vector, row by row in batch order. */
  private void addRowGradients(Buffer.RowGradient gradient, int buffer) {
    TapeTensor value = run.values().of(gradient.value());
    if (!value.differentiable()) {
      return;
    }
    TapeTensor target = value.gradientTarget();
    int columns = gradient.width();
    if (!tape.computes()) {
      return;
    }
    if (target.shape().count() == 1) {
      target.data()[target.offset()] +=
          backend.sum(run.array(buffer), run.start(buffer), rows.batch() * columns);
      return;
    }
    backend.sumColumns(
        rows.batch(),
        columns,
        run.array(buffer),
        run.start(buffer),
        columns,
        true,
        target.data(),
        target.offset());
  }

  /** Adds the gradient of a vector of a memory, summed over timesteps. */
  private void addRemembered(Compiled.BeforeSink sink) {
    TapeTensor value = run.values().of(sink.value());
    if (!value.differentiable()) {
      return;
    }
    Rows d = rows(sink.cotangent());
    TapeTensor target = value.gradientTarget();
    int columns = sink.value().width();
    if (!tape.computes()) {
      return;
    }
    for (int s = 0; s < rows.timesteps(); s++) {
      for (int place = 0; place < rows.active(s); place++) {
        int at = target.offset() + place * columns + sink.from();
        backend.binary(
            BinaryFunction.ADD,
            target.data(),
            at,
            d.array(),
            d.offset() + (rows.timestepStart(s) + place) * d.stride(),
            target.data(),
            at,
            d.stride());
      }
    }
  }

  /** Sets the cotangent of the final state, with rows in the order of the run. */
  private void startCotangent(String name, int buffer) {
    TapeTensor state = last.get(name);
    if (state == null) {
      throw new IllegalStateException("no state " + name);
    }
    if (!tape.computes()) {
      return;
    }
    int width = state.shape().columns();
    TapeTensor gradient = state.gradient();
    float[] to = run.array(buffer);
    for (int place = 0; place < rows.batch(); place++) {
      int at = run.start(buffer) + place * width;
      if (gradient == null) {
        Arrays.fill(to, at, at + width, 0);
      } else {
        System.arraycopy(
            gradient.data(), gradient.offset() + rows.rowAt(place) * width, to, at, width);
      }
    }
  }

  /** Adds the cotangent of the initial state, which remains after the first timestep. */
  private void addInitial(String name, int buffer) {
    TapeTensor before = (TapeTensor) initial.get(name);
    if (!before.differentiable()) {
      return;
    }
    int width = before.shape().columns();
    TapeTensor gradient = tape.result(before.shape(), false);
    for (int place = 0; place < rows.batch() && tape.computes(); place++) {
      System.arraycopy(
          run.array(buffer),
          run.start(buffer) + place * width,
          gradient.data(),
          gradient.offset() + rows.rowAt(place) * width,
          width);
    }
    tape.accumulate(before, gradient);
  }

  /** The values of a place at all stored rows. */
  private Rows rows(Place place) {
    int width = place.width();
    float[] array = run.array(place.buffer());
    int start = run.start(place.buffer());
    return switch (place.rows()) {
      case TIMESTEP, AFTER -> new Rows(array, run.first(place), width);
      case BEFORE -> before(array, start, width);
      case BATCH -> repeated(array, start, width);
      default -> throw new IllegalStateException("not stored for all timesteps: " + place);
    };
  }

  /** The states before every stored row, which are stored one timestep earlier. */
  private Rows before(float[] array, int start, int width) {
    if (rows.isPlain()) {
      int first = rows.timesteps() == 0 ? 0 : Math.min(rows.beforeStart(0), lastBefore());
      return new Rows(array, start + first * width, width);
    }
    int offset = tape.workspace().take((long) rows.total() * width);
    float[] aligned = tape.workspace().array();
    for (int s = 0; s < rows.timesteps() && tape.computes(); s++) {
      System.arraycopy(
          array,
          start + rows.beforeStart(s) * width,
          aligned,
          offset + rows.timestepStart(s) * width,
          rows.active(s) * width);
    }
    return new Rows(aligned, offset, width);
  }

  /** A vector per row of the batch, repeated for every stored row. */
  private Rows repeated(float[] array, int start, int width) {
    int offset = tape.workspace().take((long) rows.total() * width);
    float[] aligned = tape.workspace().array();
    for (int s = 0; s < rows.timesteps() && tape.computes(); s++) {
      System.arraycopy(
          array, start, aligned, offset + rows.timestepStart(s) * width, rows.active(s) * width);
    }
    return new Rows(aligned, offset, width);
  }

  private int lastBefore() {
    return rows.beforeStart(rows.timesteps() - 1);
  }

  /** Adds the gradients of all matrices; those with the same left operand are computed together. */
  private void addWeights() {
    WeightGradients gradients = new WeightGradients(run);
    for (Compiled.WeightSink sink : compiled.sinks().weights()) {
      gradients.add(rows(sink.left()), sink.right(), sink.vectors(), rows(sink.cotangent()));
    }
    for (Compiled.HoistedSink sink : compiled.sinks().hoisted()) {
      TapeTensor left = run.values().of(sink.left());
      Rows all = new Rows(left.data(), left.offset(), left.shape().columns());
      gradients.add(all, sink.right(), 1, rows(sink.cotangent()));
    }
    gradients.run();
  }

  private void addHoisted(Compiled.HoistedSink sink) {
    TapeTensor left = run.values().of(sink.left());
    Rows d = rows(sink.cotangent());
    Block block = sink.right();
    if (!left.differentiable() || rows.total() == 0) {
      return;
    }
    TapeTensor right = run.values().of(block.value());
    int stride = right.shape().columns();
    int at = block.offset(stride);
    TapeTensor target = left.gradientTarget();
    if (!tape.computes()) {
      return;
    }
    backend.multiply(
        new MatrixProduct(
            rows.total(),
            block.rows(),
            block.columns(),
            false,
            !block.transposed(),
            d.stride(),
            stride,
            target.shape().columns(),
            true),
        d.array(),
        d.offset(),
        right.data(),
        right.offset() + at,
        target.data(),
        target.offset(),
        tape.workers());
  }

  /** A part of a gradient to which the column sums of a cotangent times a factor are added. */
  private record Columns(TapeTensor target, int at, int width, Rows d, @Nullable Rows factor) {
    boolean meets(Columns other) {
      return target.data() == other.target.data()
          && at < other.at + other.width
          && other.at < at + width;
    }
  }

  private void addVectors() {
    List<Columns> sums = new ArrayList<>();
    boolean apart = true;
    long work = 0;
    for (Compiled.VectorSink sink : compiled.sinks().vectors()) {
      TapeTensor vector = run.values().of(sink.vector());
      if (vector.differentiable()) {
        Rows d = rows(sink.cotangent());
        TapeTensor target = vector.gradientTarget();
        int width = sink.vector().width() == 1 ? 1 : d.stride();
        Place factor = sink.factor();
        Columns sum =
            new Columns(
                target,
                target.offset() + sink.from(),
                width,
                d,
                factor == null ? null : rows(factor));
        for (Columns other : sums) {
          apart &= !sum.meets(other);
        }
        sums.add(sum);
        work += (long) rows.total() * d.stride() * COST_OF_SUM;
      }
    }
    if (apart || !tape.computes()) {
      run.share(sums.size(), work, i -> addColumns(sums.get(i)));
    } else {
      sums.forEach(this::addColumns);
    }
  }

  private void addColumns(Columns sum) {
    Rows d = sum.d();
    float[] to = sum.target().data();
    if (sum.width() == 1 && d.stride() != 1) {
      to[sum.at()] += backend.sum(d.array(), d.offset(), rows.total() * d.stride());
      return;
    }
    Rows factor = sum.factor();
    if (factor == null) {
      backend.sumColumns(
          rows.total(), d.stride(), d.array(), d.offset(), d.stride(), true, to, sum.at());
      return;
    }
    backend.sumProducts(
        rows.total(),
        d.stride(),
        d.array(),
        d.offset(),
        d.stride(),
        factor.array(),
        factor.offset(),
        factor.stride(),
        to,
        sum.at());
  }

  private void addBefore(Compiled.BeforeSink sink) {
    TapeTensor value = run.values().of(sink.value());
    if (!value.differentiable()) {
      return;
    }
    Rows d = rows(sink.cotangent());
    TapeTensor target = value.gradientTarget();
    int columns = sink.value().width();
    if (!tape.computes()) {
      return;
    }
    for (int row = 0; row < rows.total(); row++) {
      int at = target.offset() + row * columns + sink.from();
      backend.binary(
          BinaryFunction.ADD,
          target.data(),
          at,
          d.array(),
          d.offset() + row * d.stride(),
          target.data(),
          at,
          d.stride());
    }
  }
}
