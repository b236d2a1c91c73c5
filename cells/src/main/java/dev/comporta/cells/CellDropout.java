package dev.comporta.cells;

import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The dropout inside a cell's step. All rates are 0 (off) by default.
 *
 * <ul>
 *   <li>{@code input-dropout}: the input x, one mask for the whole sequence (Gal and Ghahramani
 *       2016, <i>A Theoretically Grounded Application of Dropout in Recurrent Neural Networks</i>);
 *   <li>{@code recurrent-dropout}: the state h as the operand of the recurrent products, one mask
 *       for the whole sequence (same paper); the state that is carried over is not masked;
 *   <li>{@code candidate-dropout}: the candidate before it is added to the cell state or hidden
 *       state, a new mask at every timestep (Semeniuta et al. 2016, <i>Recurrent Dropout without
 *       Memory Loss</i>).
 * </ul>
 *
 * @param input the rate for x
 * @param recurrent the rate for h
 * @param candidate the rate for the candidate
 */
@API(status = API.Status.EXPERIMENTAL)
public record CellDropout(float input, float recurrent, float candidate) {
  /** The largest allowed rate; a rate of 1 would drop everything. */
  public static final double MOST = 0.99;

  /** No dropout. */
  public static final CellDropout NONE = new CellDropout(0, 0, 0);

  /**
   * Reads all three rates, 0 by default.
   *
   * @param options the cell's options
   * @return the rates
   * @throws dev.comporta.api.InvalidOptionException if a rate is outside 0 to 0.99
   */
  public static CellDropout read(OptionReader options) {
    return new CellDropout(
        rate(options, "input-dropout"),
        rate(options, "recurrent-dropout"),
        rate(options, "candidate-dropout"));
  }

  /**
   * Reads the two rates of a cell that has no candidate, 0 by default.
   *
   * @param options the cell's options
   * @return the rates
   * @throws dev.comporta.api.InvalidOptionException if a rate is outside 0 to 0.99
   */
  public static CellDropout readWithoutCandidate(OptionReader options) {
    return new CellDropout(rate(options, "input-dropout"), rate(options, "recurrent-dropout"), 0);
  }

  /**
   * Reads the two rates of a cell without recurrent products, 0 by default.
   *
   * @param options the cell's options
   * @return the rates
   * @throws dev.comporta.api.InvalidOptionException if a rate is outside 0 to 0.99
   */
  public static CellDropout readWithoutRecurrent(OptionReader options) {
    return new CellDropout(rate(options, "input-dropout"), 0, rate(options, "candidate-dropout"));
  }

  /**
   * Reads the rate for the input only, 0 by default.
   *
   * @param options the cell's options
   * @return the rate
   * @throws dev.comporta.api.InvalidOptionException if it is outside 0 to 0.99
   */
  public static CellDropout readInput(OptionReader options) {
    return new CellDropout(rate(options, "input-dropout"), 0, 0);
  }

  private static float rate(OptionReader options, String option) {
    return (float) options.real(option, 0, 0, MOST);
  }

  /**
   * Masks the input, the same way at every timestep of a sequence.
   *
   * @param x {@code [B, I]}
   * @param context of the step
   * @return {@code [B, I]}; x itself if the rate is 0
   */
  public Tensor onInput(Tensor x, StepContext context) {
    return input == 0
        ? x
        : x.times(context.sequenceDropoutMask("input", input, x.shape().columns()));
  }

  /**
   * Masks the state as the operand of the recurrent products, the same way at every timestep.
   *
   * @param h {@code [B, H]}
   * @param context of the step
   * @return {@code [B, H]}; h itself if the rate is 0
   */
  public Tensor onRecurrent(Tensor h, StepContext context) {
    return recurrent == 0
        ? h
        : h.times(context.sequenceDropoutMask("recurrent", recurrent, h.shape().columns()));
  }

  /** A state with one part masked; the same state if there is none to mask. */
  CellState onPart(@Nullable String part, CellState state, StepContext context) {
    if (part == null || recurrent == 0) {
      return state;
    }
    Map<String, Tensor> parts = new LinkedHashMap<>(state.parts());
    parts.put(part, onRecurrent(state.get(part), context));
    return CellState.of(parts);
  }

  /**
   * Masks the candidate, differently at every timestep.
   *
   * @param g {@code [B, H]}
   * @param context of the step
   * @return {@code [B, H]}; g itself if the rate is 0
   */
  public Tensor onCandidate(Tensor g, StepContext context) {
    return candidate == 0
        ? g
        : g.times(context.dropoutMask("candidate", candidate, g.shape().columns()));
  }
}
