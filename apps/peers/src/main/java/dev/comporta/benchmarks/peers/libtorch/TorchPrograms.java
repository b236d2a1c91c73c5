package dev.comporta.benchmarks.peers.libtorch;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.benchmarks.peers.CellKind;
import dev.comporta.benchmarks.peers.Formulation;
import dev.comporta.benchmarks.peers.Loss;

/**
 * The TorchScript programs for libtorch. One call of a program corresponds to a line of Python, so
 * that the peer is not charged for the overhead of calls from Java.
 *
 * <p>Every program has {@code outputs(x, state, cell)}, which returns the hidden states of all
 * timesteps {@code [T, B, H]} and the final state. A training program adds {@code step}, which
 * returns the loss and the gradients; {@code finish}, which does the same from given hidden states;
 * and {@code update}, which clips the gradients to a global norm and applies PyTorch's fused Adam.
 */
final class TorchPrograms {

  /** The header of every program. */
  static final String HEAD =
      """
      class Program(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
      """;

  /** The method that clips the gradients and applies the optimizer step. */
  static final String UPDATE =
      """
        def update(self: __torch__.Program, parameters: List[Tensor], gradients: List[Tensor], means: List[Tensor], variances: List[Tensor], steps: List[Tensor]) -> Tensor:
          norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients)))
          torch._foreach_mul_(gradients, torch.clamp(torch.reciprocal(norm + 9.9999999999999995e-07), None, 1.))
          torch._foreach_add_(steps, 1)
          torch._fused_adam_(parameters, gradients, means, variances, annotate(List[Tensor], []), steps, lr=0.001, beta1=0.90000000000000002, beta2=0.999, weight_decay=0., eps=1e-08, amsgrad=False, maximize=False)
          return norm
      """;

  @SuppressWarnings("InlineFormatString") // kept next to the other parts of the program
  private static final String FINISH =
      """
        def finish(self: __torch__.Program, y: Tensor, target: Tensor, cell: List[Tensor], weight: Tensor, bias: Tensor) -> List[Tensor]:
          prediction = torch.linear(y, weight, bias)
          loss = %s
          gradients = torch.grad([loss], torch.add(cell, [weight, bias]))
          result = [torch.detach(loss)]
          for i in range(torch.len(gradients)):
            torch.append(result, unchecked_cast(Tensor, gradients[i]))
          return result
      """;

  private static final String STEP =
      """
        def step(self: __torch__.Program, x: Tensor, state: List[Tensor], target: Tensor, cell: List[Tensor], weight: Tensor, bias: Tensor) -> List[Tensor]:
          y = (self).outputs(x, state, cell)[0]
          return (self).finish(y, target, cell, weight, bias)
      """;

  private static final String PRODUCT =
      """
        def multiply(self: __torch__.Program, left: Tensor, right: Tensor, product: Tensor, repetitions: int) -> Tensor:
          for i in range(repetitions):
            torch.mm(left, right, out=product)
          return product
      """;

  private static final String OUTPUTS =
      """
        def outputs(self: __torch__.Program, x: Tensor, state: List[Tensor], cell: List[Tensor]) -> List[Tensor]:
      """;

  private static final String BUILT_IN_LSTM =
      """
          y, h, c, = torch.lstm(x, state, cell, True, torch.floordiv(torch.len(cell), 4), 0., True, False, False)
          return [y, h, c]
      """;

  @SuppressWarnings("InlineFormatString") // as FINISH
  private static final String BUILT_IN_OTHER =
      """
          y, h, = torch.%s(x, state[0], cell, True, torch.floordiv(torch.len(cell), 4), 0., True, False, False)
          return [y, h]
      """;

  @SuppressWarnings("InlineFormatString") // as FINISH
  private static final String SCRIPTED_LSTM =
      """
          products = torch.linear(x, cell[0], cell[2] + cell[3])
          recurrent = torch.t(cell[1])
          h = state[0][0]
          c = state[1][0]
          hs = annotate(List[Tensor], [])
          for t in range(torch.size(x, 0)):
            i, f, g, o, = torch.chunk(torch.addmm(products[t], h, recurrent), 4, 1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(%s)
            torch.append(hs, h)
          return [torch.stack(hs), torch.unsqueeze(h, 0), torch.unsqueeze(c, 0)]
      """;

  private static final String SCRIPTED_MINIMAL_GATED_UNIT =
      """
          size = torch.size(cell[1], 1)
          products = torch.linear(x, cell[0], cell[2] + cell[3])
          gate, candidate, = torch.chunk(products, 2, 2)
          u_f, u_n, = torch.chunk(cell[1], 2, 0)
          gate_kernel = torch.t(u_f)
          candidate_kernel = torch.t(u_n)
          h = state[0][0]
          hs = annotate(List[Tensor], [])
          for t in range(torch.size(x, 0)):
            f = torch.sigmoid(torch.addmm(gate[t], h, gate_kernel))
            n = torch.tanh(torch.addmm(candidate[t], f * h, candidate_kernel))
            h = torch.lerp(h, n, f)
            torch.append(hs, h)
          return [torch.stack(hs), torch.unsqueeze(h, 0)]
      """;

  private TorchPrograms() {}

  /** The program for forward pass, backward pass and update. */
  static String training(Formulation formulation, CellKind cell, Loss loss) {
    String lossText =
        switch (loss) {
          case MEAN_SQUARED_ERROR -> "torch.mse_loss(prediction, target)";
          case CROSS_ENTROPY -> "torch.cross_entropy_loss(torch.flatten(prediction, 0, 1), target)";
        };
    String finish = formatted(FINISH, lossText);
    return formulation == Formulation.WRITTEN_OUT
        ? HEAD + finish + UPDATE
        : HEAD + outputs(formulation, cell) + finish + STEP + UPDATE;
  }

  /** The program for the forward pass. */
  static String inference(Formulation formulation, CellKind cell) {
    return HEAD + outputs(formulation, cell);
  }

  /** The program for a repeated matrix product into a given tensor. */
  static String product() {
    return HEAD + PRODUCT;
  }

  private static String outputs(Formulation formulation, CellKind cell) {
    String body =
        switch (formulation) {
          case BUILT_IN ->
              switch (cell) {
                case LSTM -> BUILT_IN_LSTM;
                case GRU -> formatted(BUILT_IN_OTHER, "gru");
                case TANH_RNN -> formatted(BUILT_IN_OTHER, "rnn_tanh");
                case LAYER_NORM_LSTM, MINIMAL_GATED_UNIT -> throw unavailable(formulation, cell);
              };
          case WRITTEN_OUT -> throw unavailable(formulation, cell);
          case SCRIPTED ->
              switch (cell) {
                case LSTM -> formatted(SCRIPTED_LSTM, "c");
                case LAYER_NORM_LSTM ->
                    formatted(
                        SCRIPTED_LSTM, "torch.layer_norm(c, [torch.size(c, 1)], cell[4], cell[5])");
                case MINIMAL_GATED_UNIT -> SCRIPTED_MINIMAL_GATED_UNIT;
                case GRU, TANH_RNN -> throw unavailable(formulation, cell);
              };
        };
    return OUTPUTS + body;
  }

  private static UnsupportedOperationException unavailable(Formulation formulation, CellKind cell) {
    return new UnsupportedOperationException(
        formatted(
            "[libtorch] expected a program for %s %s but there is none; add one to TorchPrograms",
            formulation, cell));
  }
}
