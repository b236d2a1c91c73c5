package dev.comporta.tasks.language;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.attention.decoding.Sampler;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.tensor.CounterRandom;
import java.util.Arrays;
import org.apiguardian.api.API;

/** Draws one id after the other from a model whose input is ids. */
@API(status = API.Status.EXPERIMENTAL)
public final class Generator {
  /** Ids of the prompt that are read in one go. */
  private static final int PROMPT_CHUNK = 256;

  private final ModelRunner runner;
  private final int size;

  /**
   * Creates a generator.
   *
   * @param runner runs the model
   * @param size V, the number of ids and of the model's outputs
   */
  public Generator(ModelRunner runner, int size) {
    this.runner = runner;
    this.size = size;
  }

  /**
   * Continues a prompt. The same model, prompt, sampler and seed give the same ids.
   *
   * @param prompt what to start from, at least one id
   * @param length ids to draw, 1 or more
   * @param sampler how each is drawn
   * @param seed of the draws
   * @return what was drawn, without the prompt
   * @throws ComportaException if the length is less than 1
   */
  public int[] generate(int[] prompt, int length, Sampler sampler, long seed) {
    if (length < 1) {
      throw new ComportaException(
          "--length expected a whole number of 1 or more but got " + length);
    }
    RandomSource random = new CounterRandom(seed).stream("generate");
    Carry carry = runner.newCarry(1);
    float[] output = read(prompt, carry);
    int[] drawn = new int[length];
    for (int i = 0; i < length; i++) {
      drawn[i] = sampler.draw(output, output.length - size, size, random, i);
      if (i + 1 < length) {
        output = read(new int[] {drawn[i]}, carry);
      }
    }
    return drawn;
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
