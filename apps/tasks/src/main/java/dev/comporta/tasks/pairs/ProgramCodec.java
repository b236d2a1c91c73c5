package dev.comporta.tasks.pairs;

import dev.comporta.inference.content.PairCodecs;
import dev.comporta.training.data.PairExamples;
import dev.comporta.training.text.ParallelText.Pair;

/**
 * The order in which a model generates the characters of an output. From the last digit to the
 * first, each digit of a sum or product depends on the digits of the operands at its own position
 * and on a carry from the digits before it; in the order of reading, a carry comes from digits that
 * have not been generated.
 *
 * @param sides the tokens of programs and outputs
 * @param reversed whether the last character is generated first
 */
record ProgramCodec(PairCodecs sides, boolean reversed) {
  /** {@return the ids of a program and of its output, in the order of generation} */
  PairExamples.Pair ids(Pair program) {
    return sides.ids(new Pair(program.source(), ordered(program.target())));
  }

  /**
   * From the order of reading to that of generation, or back.
   *
   * @param output either
   */
  String ordered(String output) {
    return reversed ? new StringBuilder(output).reverse().toString() : output;
  }
}
