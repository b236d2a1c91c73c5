package dev.comporta.benchmarks.peers.libtorch;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.benchmarks.peers.Formulation;

/**
 * The TorchScript programs for the model of {@link dev.comporta.benchmarks.peers.Translator}, as an
 * experienced PyTorch user would write them: the built-in bidirectional GRU on packed sequences (or
 * plain ones if all have the same length), keys projected once, the product of the decoder with the
 * embedded inputs hoisted out of the loop over timesteps, and read-out, output layer and loss
 * computed for all timesteps at once.
 *
 * <p>{@code encode} returns annotations {@code [B, S, 2H]}, keys {@code [B, S, H]} and the initial
 * state {@code [B, H]}; {@code step} returns the loss and the gradients; {@code finish} returns
 * them from given states and contexts {@code [T, B, 3H]}; {@code translate} returns the tokens
 * {@code [tokens, B]}.
 */
final class TranslatorPrograms {

  private static final String PARAMETERS =
      """
          source_table, forward_w, forward_u, forward_b, forward_bu, back_w, back_u, back_b, back_bu, target_table, w, u, b, bu, query, key, key_b, score, bridge, bridge_b, read_out, read_out_b, output, output_b, = parameters
      """;

  @SuppressWarnings("InlineFormatString") // kept next to the other parts of the program
  private static final String ENCODE =
      """
        def encode(self: __torch__.Program, source: Tensor, lengths: Tensor, parameters: List[Tensor]) -> List[Tensor]:
      %s
          x = torch.embedding(source_table, source)
          start = torch.new_zeros(x, [2, torch.size(x, 1), torch.size(forward_u, 1)])
          cell = [forward_w, forward_u, forward_b, forward_bu, back_w, back_u, back_b, back_bu]
      %s
          annotations = torch.contiguous(torch.transpose(y, 0, 1))
          keys = torch.linear(annotations, key, key_b)
          h = torch.tanh(torch.linear(torch.cat([last[0], last[1]], 1), bridge, bridge_b))
          return [annotations, keys, h]
      """;

  private static final String PACKED =
      """
          data, sizes, = torch._pack_padded_sequence(x, lengths, False)
          packed, last, = torch.gru(data, sizes, start, cell, True, 1, 0., True, True)
          y, lengths_again, = torch._pad_packed_sequence(packed, sizes, False, 0., torch.size(source, 0))
      """;

  private static final String PLAIN =
      """
          y, last, = torch.gru(x, start, cell, True, 1, 0., True, True, False)
      """;

  private static final String READ =
      """
            energies = torch.matmul(torch.tanh(keys + torch.unsqueeze(torch.linear(h, query), 1)), score)
            weights = torch.softmax(torch.masked_fill(energies, padding, -3.3999999999999999e+38), 1)
            c = torch.squeeze(torch.bmm(torch.unsqueeze(weights, 1), annotations), 1)
      """;

  private static final String READ_ALL =
      """
            energies = torch.matmul(torch.tanh(keys + torch.unsqueeze(torch.linear(h, query), 1)), score)
            c = torch.squeeze(torch.bmm(torch.unsqueeze(torch.softmax(energies, 1), 1), annotations), 1)
      """;

  /** The GRU cell, from the pre-activations of the input (a) and of the state (s). */
  private static final String CELL =
      """
            a_r, a_z, a_n, = torch.chunk(a, 3, 1)
            s_r, s_z, s_n, = torch.chunk(s, 3, 1)
            r = torch.sigmoid(a_r + s_r)
            z = torch.sigmoid(a_z + s_z)
            h = torch.lerp(torch.tanh(torch.addcmul(a_n, r, s_n)), h, z)
      """;

  @SuppressWarnings("InlineFormatString") // as ENCODE
  private static final String STEP =
      """
        def step(self: __torch__.Program, source: Tensor, lengths: Tensor, padding: Tensor, words: Tensor, labels: Tensor, parameters: List[Tensor]) -> List[Tensor]:
      %s
          annotations, keys, h, = (self).encode(source, lengths, parameters)
          x = torch.embedding(target_table, words)
          w_x, w_c, = torch.split_with_sizes(w, [torch.size(x, 2), torch.size(annotations, 2)], 1)
          products = torch.linear(x, w_x, b)
          context_kernel = torch.t(w_c)
          recurrent = torch.t(u)
          outputs = annotate(List[Tensor], [])
          for t in range(torch.size(x, 0)):
      %s
            a = torch.addmm(products[t], c, context_kernel)
            s = torch.addmm(bu, h, recurrent)
      %s
            torch.append(outputs, torch.cat([h, c], 1))
          return (self).finish(torch.stack(outputs), words, labels, parameters)
      """;

  @SuppressWarnings("InlineFormatString") // as ENCODE
  private static final String FINISH =
      """
        def finish(self: __torch__.Program, outputs: Tensor, words: Tensor, labels: Tensor, parameters: List[Tensor]) -> List[Tensor]:
      %s
          x = torch.embedding(target_table, words)
          y = torch.tanh(torch.linear(torch.cat([outputs, x], 2), read_out, read_out_b))
          logits = torch.flatten(torch.linear(y, output, output_b), 0, 1)
          loss = torch.cross_entropy_loss(logits, labels, None, 1, -100, %s)
          gradients = torch.grad([loss], parameters)
          result = [torch.detach(loss)]
          for i in range(torch.len(gradients)):
            torch.append(result, unchecked_cast(Tensor, gradients[i]))
          return result
      """;

  @SuppressWarnings("InlineFormatString") // as ENCODE
  private static final String TRANSLATE =
      """
        def translate(self: __torch__.Program, source: Tensor, lengths: Tensor, padding: Tensor, begin: Tensor, tokens: int, parameters: List[Tensor]) -> Tensor:
      %s
          annotations, keys, h, = (self).encode(source, lengths, parameters)
          recurrent = torch.t(u)
          word = begin
          words = annotate(List[Tensor], [])
          for t in range(tokens):
      %s
            x = torch.embedding(target_table, word)
            a = torch.linear(torch.cat([x, c], 1), w, b)
            s = torch.addmm(bu, h, recurrent)
      %s
            y = torch.tanh(torch.linear(torch.cat([h, c, x], 1), read_out, read_out_b))
            word = torch.argmax(torch.linear(y, output, output_b), 1)
            torch.append(words, word)
          return torch.stack(words)
      """;

  private TranslatorPrograms() {}

  /**
   * The program for forward pass, backward pass and update.
   *
   * @param even whether all sources of a batch have the same length and none is padded
   */
  static String training(Formulation formulation, boolean even, double labelSmoothing) {
    String finish = formatted(FINISH, PARAMETERS, Double.toString(labelSmoothing));
    String step =
        formulation == Formulation.WRITTEN_OUT
            ? ""
            : formatted(STEP, PARAMETERS, even ? READ_ALL : READ, CELL);
    return withoutEmptyLines(
        TorchPrograms.HEAD + encode(even) + finish + step + TorchPrograms.UPDATE);
  }

  /** The program for encoding and greedy decoding, without gradients. */
  static String translation(boolean even) {
    return withoutEmptyLines(
        TorchPrograms.HEAD
            + encode(even)
            + formatted(TRANSLATE, PARAMETERS, even ? READ_ALL : READ, CELL));
  }

  private static String encode(boolean even) {
    return formatted(ENCODE, PARAMETERS, even ? PLAIN : PACKED);
  }

  private static String withoutEmptyLines(String text) {
    return text.replaceAll("(?m)^\\s*\n", "");
  }
}
