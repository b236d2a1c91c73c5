package dev.comporta.benchmarks.peers;

/** One row of the benchmark table: what is computed, in which sizes. */
public sealed interface Workload
    permits Workload.Training,
        Workload.Inference,
        Workload.Product,
        Workload.PairTraining,
        Workload.Translation {

  /** The row's permanent name, as {@code char-lstm} or {@code lstm-h128-t1-b1}. */
  String name();

  /** The word for its kind in tables: training, inference or kernel. */
  String kind();

  /** FLOPs of one execution: the matrix products that it needs, nothing else counted. */
  double flops();

  /** What {@link #items} counts, as {@code target tokens}; empty where nothing is counted. */
  default String unit() {
    return "";
  }

  /** How many items one execution deals with; 0 where nothing is counted. */
  default int items() {
    return 0;
  }

  /**
   * One training step: forward, backward, clip the gradients to a global norm of 1, Adam with
   * learning rate 0.001. State starts at zero, the output layer runs at every timestep.
   *
   * @param name the row's name
   * @param formulation built-in layer or written-out equations
   * @param cell the recurrent cell
   * @param layers how many cells are stacked
   * @param hidden hidden size H
   * @param input input size I
   * @param batch batch size B
   * @param timesteps sequence length T
   * @param outputs size V of the output layer
   * @param loss what is minimised
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

    @Override
    public String kind() {
      return "training";
    }

    /** Three times the products of the forward pass. */
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
   * One call on resident input. With {@code timesteps == 1} it streams: the state that a call
   * leaves is the next call's, and the answer is the new hidden state {@code [B, H]}. With more
   * timesteps a call starts from zero, and the answer is the hidden state of every timestep {@code
   * [T, B, H]}.
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
    public String kind() {
      return "inference";
    }

    @Override
    public double flops() {
      return 2.0 * cell.gates() * hidden * (input + hidden) * batch * timesteps;
    }

    /** The same work by the layer that the library offers. */
    public Inference builtIn() {
      return new Inference(name, Formulation.BUILT_IN, cell, input, hidden, timesteps, batch);
    }

    /** Whether calls carry state from one to the next. */
    public boolean streams() {
      return timesteps == 1;
    }
  }

  /**
   * One matrix product {@code [rows, inner] x [inner, columns]}.
   *
   * <p>A packed one has a right operand that stays the same, as a layer's parameters do: a library
   * may bring it into the layout that it likes best before the clock starts.
   *
   * @param name the row's name
   * @param rows rows of the left operand
   * @param inner columns of the left operand
   * @param columns columns of the right operand
   * @param packed whether the right operand may be laid out beforehand
   */
  record Product(String name, int rows, int inner, int columns, boolean packed)
      implements Workload {

    @Override
    public String kind() {
      return "kernel";
    }

    @Override
    public double flops() {
      return 2.0 * rows * inner * columns;
    }
  }

  /**
   * Training steps of a model of translation, one for each of some batches of pairs: forward,
   * backward, clip to a global norm of 1, Adam at 0.001; the loss is the cross-entropy over the
   * targets' tokens, padding not counted.
   *
   * @param name the row's name
   * @param formulation how a peer runs the decoder's timesteps
   * @param sizes of the model
   * @param batch B, pairs in a batch
   * @param batches in one execution
   * @param even whether the sources of a batch have one length, so that no peer needs to pack them
   * @param labelSmoothing share of probability that the loss gives to all tokens alike
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

    @Override
    public String kind() {
      return "training";
    }

    /** Three times the products of the forward pass, over real tokens. */
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
   * Greedy translation of one batch of sentences by so many tokens each, whatever the model says of
   * an end: encode, then token by token. The answer is the ids {@code [B, tokens]}.
   *
   * @param name the row's name
   * @param sizes of the model
   * @param batch B, sentences side by side
   * @param tokens of every translation
   */
  record Translation(String name, Translator sizes, int batch, int tokens) implements Workload {

    @Override
    public String kind() {
      return "inference";
    }

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

    /** The lengths of the sentences; those of the targets mean nothing. */
    public PairLengths lengths() {
      return PairLengths.of(batch, 1, false);
    }
  }
}
