package dev.comporta.training.metrics;

import static dev.comporta.api.Formatting.formatted;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apiguardian.api.API;

/** BLEU, chrF and exact match of outputs against their references. Used by one thread. */
@API(status = API.Status.EXPERIMENTAL)
public final class OutputScores {
  private final Bleu bleu;
  private final ChrF chrF = new ChrF();
  private int count;
  private int exact;

  /**
   * Scores without outputs.
   *
   * @param tokenization of BLEU
   */
  public OutputScores(Bleu.Tokenization tokenization) {
    this.bleu = new Bleu(tokenization);
  }

  /**
   * Adds an output.
   *
   * @param output what a model gave
   * @param reference what was expected
   */
  public void add(String output, String reference) {
    bleu.add(output, reference);
    chrF.add(output, reference);
    count++;
    exact += output.equals(reference) ? 1 : 0;
  }

  /**
   * BLEU.
   *
   * @return in per cent
   */
  public double bleu() {
    return bleu.score();
  }

  /**
   * chrF.
   *
   * @return in per cent
   */
  public double chrF() {
    return chrF.score();
  }

  /**
   * The outputs that equal their reference.
   *
   * @return how many
   */
  public int exact() {
    return exact;
  }

  /**
   * The share of outputs that equal their reference.
   *
   * @return 0 to 1; NaN without outputs
   */
  public double exactMatch() {
    return (double) exact / count;
  }

  /**
   * The outputs.
   *
   * @return how many
   */
  public int count() {
    return count;
  }

  /**
   * How BLEU was computed.
   *
   * @return in the form of sacreBLEU
   */
  public String signature() {
    return bleu.toString();
  }

  /**
   * The scores by name.
   *
   * @return {@code bleu}, {@code chrf} and {@code exact_match}, in this order; may be changed
   */
  public Map<String, Object> figures() {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("bleu", bleu());
    figures.put("chrf", chrF());
    figures.put("exact_match", exactMatch());
    return figures;
  }

  @Override
  public String toString() {
    return formatted(
        "BLEU %.2f, chrF %.2f, exact match %.1f %%: %,d of %,d",
        bleu(), chrF(), 100 * exactMatch(), exact, count);
  }
}
