package dev.comporta.benchmarks.peers;

/** One row of the benchmark table: a computation and its sizes. */
public sealed interface Workload
    permits Workload.Training,
        Workload.Inference,
        Workload.Product,
        Workload.PairTraining,
        Workload.Translation,
        Workload.LinearCell {

  /** The row's permanent name, such as {@code char-lstm} or {@code lstm-h128-t1-b1}. */
  String name();

  /** The name of its kind in tables: training, inference or kernel. */
  default String kind() {
    return switch (this) {
      case Training _, PairTraining _ -> "training";
      case Inference _, LinearCell _, Translation _ -> "inference";
      case Product _ -> "kernel";
    };
  }

  /** How its cell is implemented. */
  default Formulation formulation() {
    return Formulation.BUILT_IN;
  }

  /** FLOPs of one execution; only the necessary matrix products are counted. */
  double flops();

  /**
   * Bytes of the weights that one pass reads, in float32; 0 if a workload has no bound but that of
   * its FLOPs.
   */
  default long weightBytes() {
    return 0;
  }

  /** How often one execution must read the weights. */
  default int passes() {
    return 1;
  }

  /** The unit of {@link #items}, such as {@code target tokens}; empty if nothing is counted. */
  default String unit() {
    return "";
  }

  /** The number of items that one execution processes; 0 if nothing is counted. */
  default int items() {
    return 0;
  }

  /**
   * One training step: forward and backward passes, clipping of the gradients to a global norm of
   * 1, and Adam with learning rate 0.001. The initial state is zero; the output layer runs at every
   * timestep.
   *
   * @param name the row's name
   * @param formulation built-in layer or written-out equations
   * @param cell the recurrent cell
   * @param layers the number of stacked layers
   * @param hidden hidden size H
   * @param input input size I
   * @param batch batch size B
   * @param timesteps sequence length T
   * @param outputs size V of the output layer
   * @param loss the objective to minimise
   */
  record Training(
      String name,
      Formulation formulation,
      CellKind cell,
      int layers,
      int hidden,
      int input,
      int batch,
      int timesteps,
      int outputs,
      Loss loss)
      implements Workload {

    /** Three times the FLOPs of the forward pass. */
    @Override
    public double flops() {
      double recurrent = 0;
      for (int layer = 0; layer < layers; layer++) {
        recurrent += 2.0 * cell.gates() * hidden * ((layer == 0 ? input : hidden) + hidden);
      }
      return 3.0 * timesteps * batch * (recurrent + 2.0 * hidden * outputs);
    }

    /** The same work by the layer that the library offers. */
    public Training builtIn() {
      return new Training(
          name, Formulation.BUILT_IN, cell, layers, hidden, input, batch, timesteps, outputs, loss);
    }
  }

  /**
   * One call on resident input. With {@code timesteps == 1} it is streaming: the final state of a
   * call is the initial state of the next, and the result is the new hidden state {@code [B, H]}.
   * With more timesteps a call starts from zeros, and the result is the hidden state at every
   * timestep {@code [T, B, H]}.
   *
   * @param name the row's name
   * @param formulation built-in layer or written-out equations
   * @param cell the recurrent cell
   * @param input input size I
   * @param hidden hidden size H
   * @param timesteps sequence length T
   * @param batch batch size B
   */
  record Inference(
      String name,
      Formulation formulation,
      CellKind cell,
      int input,
      int hidden,
      int timesteps,
      int batch)
      implements Workload {

    @Override
    public double flops() {
      return 2.0 * cell.gates() * hidden * (input + hidden) * batch * timesteps;
    }

    /**
     * All weights of the cell in a stream. In a sequence, the recurrent ones: the inputs of all
     * timesteps are multiplied at once.
     */
    @Override
    public long weightBytes() {
      return (long) Float.BYTES * cell.gates() * hidden * (streams() ? input + hidden : hidden);
    }

    @Override
    public int passes() {
      return timesteps;
    }

    /** The same work by the layer that the library offers. */
    public Inference builtIn() {
      return new Inference(name, Formulation.BUILT_IN, cell, input, hidden, timesteps, batch);
    }

    /** Whether state is carried from one call to the next. */
    public boolean streams() {
      return timesteps == 1;
    }
  }

  /**
   * The same as {@link Inference} for one stream of a cell whose recurrence is linear, with as many
   * inputs as units. No peer has the cell: it is compared with {@link #gru}, another computation of
   * the same sizes.
   *
   * @param name the row's name
   * @param cell the name of the cell in Comporta's catalog
   * @param gates the number of products {@code [I] x [I, H]} per timestep
   * @param size I and H
   * @param timesteps sequence length T
   */
  record LinearCell(String name, String cell, int gates, int size, int timesteps)
      implements Workload {

    @Override
    public double flops() {
      return 2.0 * gates * size * size * timesteps;
    }

    /** The weights are read once, because the inputs of all timesteps are multiplied at once. */
    @Override
    public long weightBytes() {
      return (long) Float.BYTES * gates * size * size;
    }

    /** A GRU of the same sizes. */
    public Inference gru() {
      return new Inference(name, Formulation.BUILT_IN, CellKind.GRU, size, size, timesteps, 1);
    }
  }

  /**
   * One matrix product {@code [rows, inner] x [inner, columns]}.
   *
   * <p>In a packed product the right operand is constant, as the parameters of a layer are: a
   * library may convert it to its preferred layout before the measurement.
   *
   * @param name the row's name
   * @param rows rows of the left operand
   * @param inner columns of the left operand
   * @param columns columns of the right operand
   * @param packed whether the right operand may be converted beforehand
   */
  record Product(String name, int rows, int inner, int columns, boolean packed)
      implements Workload {

    @Override
    public double flops() {
      return 2.0 * rows * inner * columns;
    }

    @Override
    public long weightBytes() {
      return (long) Float.BYTES * inner * columns;
    }
  }

  /**
   * Training steps of a translation model, one per batch of pairs: forward and backward passes,
   * clipping to a global norm of 1, Adam with learning rate 0.001; the loss is the cross-entropy
   * over the target tokens, without padding.
   *
   * @param name the row's name
   * @param formulation how a peer runs the decoder's timesteps
   * @param sizes the sizes of the model
   * @param batch B, the number of pairs per batch
   * @param batches the number of batches per execution
   * @param even whether all sources of a batch have the same length, so that no peer needs to pack
   *     them
   * @param labelSmoothing the label smoothing of the loss
   */
  record PairTraining(
      String name,
      Formulation formulation,
      Translator sizes,
      int batch,
      int batches,
      boolean even,
      double labelSmoothing)
      implements Workload {

    /** Three times the FLOPs of the forward pass, without padding. */
    @Override
    public double flops() {
      return 3 * sizes.flops(lengths());
    }

    @Override
    public String unit() {
      return "target tokens";
    }

    @Override
    public int items() {
      return lengths().targetTokens();
    }

    /** The lengths of all pairs. */
    public PairLengths lengths() {
      return PairLengths.of(batch, batches, even);
    }
  }

  /**
   * Greedy translation of one batch of sentences to a fixed number of tokens, without an end token:
   * encoding, then decoding token by token. The result is the ids {@code [B, tokens]}.
   *
   * @param name the row's name
   * @param sizes the sizes of the model
   * @param batch B, the number of sentences per batch
   * @param tokens the number of tokens of every translation
   */
  record Translation(String name, Translator sizes, int batch, int tokens) implements Workload {

    @Override
    public double flops() {
      return sizes.flops(lengths().withTargets(tokens));
    }

    @Override
    public String unit() {
      return "sentences";
    }

    @Override
    public int items() {
      return batch;
    }

    /** The lengths of the sentences; those of the targets are not used. */
    public PairLengths lengths() {
      return PairLengths.of(batch, 1, false);
    }
  }
}
