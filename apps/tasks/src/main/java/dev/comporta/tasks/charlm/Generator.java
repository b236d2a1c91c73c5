package dev.comporta.tasks.charlm;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.tensor.CounterRandom;
import java.util.Arrays;
import org.apiguardian.api.API;

/** Writes text with a model, one character after the other. */
@API(status = API.Status.EXPERIMENTAL)
public final class Generator {
  /** Characters of the prompt that are read in one go. */
  private static final int PROMPT_CHUNK = 256;

  private final CharacterModel model;
  private final ModelRunner runner;

  /**
   * Creates a generator.
   *
   * @param model the model
   * @param runner runs this model
   */
  public Generator(CharacterModel model, ModelRunner runner) {
    this.model = model;
    this.runner = runner;
  }

  /**
   * Continues a prompt. The same model, prompt, sampler and seed give the same text.
   *
   * @param prompt what to start from; if empty, a line break where the model knows one, else its
   *     first character
   * @param length characters to write, 1 or more
   * @param sampler how each is drawn
   * @param seed of the draws
   * @return what was written, without the prompt
   * @throws ComportaException if the prompt has a character that the model does not know
   */
  public String generate(String prompt, int length, Sampler sampler, long seed) {
    if (length < 1) {
      throw new ComportaException(
          "--length expected a whole number of 1 or more but got " + length);
    }
    int[] ids = prompt.isEmpty() ? start() : model.vocabulary().encode(prompt, "the prompt");
    int size = model.vocabulary().size();
    RandomSource random = new CounterRandom(seed).stream("generate");
    Carry carry = runner.newCarry(1);
    float[] output = read(ids, carry);
    int[] written = new int[length];
    for (int i = 0; i < length; i++) {
      double uniform = (random.bits(i) >>> 11) * 0x1p-53;
      written[i] = sampler.draw(output, output.length - size, size, uniform);
      if (i + 1 < length) {
        output = read(new int[] {written[i]}, carry);
      }
    }
    return model.vocabulary().decode(written);
  }

  private int[] start() {
    int lineBreak = model.vocabulary().tokens().indexOf("\n");
    return new int[] {Math.max(0, lineBreak)};
  }

  private float[] read(int[] ids, Carry carry) {
    float[] output = new float[0];
    for (int from = 0; from < ids.length; from += PROMPT_CHUNK) {
      int[] part = Arrays.copyOfRange(ids, from, Math.min(ids.length, from + PROMPT_CHUNK));
      output = runner.predict(Batch.ofIds(new Ids(part.length, 1, part), null), carry);
    }
    return output;
  }
}
