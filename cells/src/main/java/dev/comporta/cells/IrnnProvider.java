package dev.comporta.cells;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import org.apiguardian.api.API;

/**
 * {@code irnn}: an {@link RnnCell} with ReLU whose recurrent kernel is initialised to the identity
 * matrix (Le, Jaitly and Hinton 2015, <i>A Simple Way to Initialize Recurrent Networks of Rectified
 * Linear Units</i>). Options: {@code gain}, the value on the diagonal (1 by default; the authors
 * use 0.01 for tasks with short dependencies), {@code input-dropout}, {@code recurrent-dropout}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class IrnnProvider implements CellProvider {
  /** Called by the service loader. */
  public IrnnProvider() {}

  @Override
  public String name() {
    return "irnn";
  }

  @Override
  public String description() {
    return "ReLU RNN with identity initialisation of the recurrent kernel (Le et al. 2015)";
  }

  @Override
  public Cell create(int inputSize, int hiddenSize, OptionReader options) {
    double gain = options.real("gain", 1, 1e-6, 100);
    return new RnnCell(
        inputSize,
        hiddenSize,
        Activation.RELU,
        Spec.of("identity").with("gain", gain),
        CellDropout.readWithoutCandidate(options));
  }
}
