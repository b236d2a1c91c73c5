package dev.comporta.tasks.labels;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tasks.labels.LabelledTexts.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * Generated data in the form of the splice-junction data of Noordewier, Towell and Shavlik 1991: 60
 * bases with a junction in the middle, or none. Near a junction the bases follow the consensus of
 * real ones (Mount 1982): exon AG|GTRAGT intron (EI), and a stretch of C and T before intron YAG|G
 * exon (IE). Every sequence also has false signals, GT and AG without what surrounds them.
 */
final class SpliceSites {
  private static final int LENGTH = 60;
  private static final int MIDDLE = 30;
  private static final String BASES = "ACGT";

  /** How often a base near a junction is that of the consensus. */
  private static final double CONSERVED = 0.75;

  private static final String DONOR = "MAG|GTRAGT";
  private static final String ACCEPTOR = "YYYYYYYYYYNCAG|G";

  private SpliceSites() {}

  static LabelledTexts generate(int count, RandomSource random) {
    List<Text> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RandomSource one = random.stream(i);
      int kind = one.below(4, 0); // half of the sequences have no junction
      String label = kind == 0 ? "EI" : kind == 1 ? "IE" : "N";
      char[] bases = new char[LENGTH];
      for (int t = 0; t < LENGTH; t++) {
        bases[t] = BASES.charAt(one.below(BASES.length(), 1L + t));
      }
      for (int t = 2 + one.below(8, 100); t < LENGTH - 2; t += 6 + one.below(12, 100L + t)) {
        place(bases, t, one.below(2, 200L + t) == 0 ? "GT" : "AG", 1, t, one.stream(t));
      }
      if (kind == 0) {
        place(bases, MIDDLE - DONOR.indexOf('|'), DONOR, CONSERVED, MIDDLE, one.stream("site"));
      } else if (kind == 1) {
        place(
            bases,
            MIDDLE - ACCEPTOR.indexOf('|'),
            ACCEPTOR,
            CONSERVED,
            MIDDLE - 2,
            one.stream("site"));
      }
      texts.add(new Text(label, new String(bases), "the generated data"));
    }
    return new LabelledTexts("generated splice junctions", texts, List.of());
  }

  /**
   * Writes a pattern.
   *
   * @param intron where the two bases are that every intron begins or ends with
   */
  private static void place(
      char[] bases, int from, String pattern, double conserved, int intron, RandomSource random) {
    int t = from;
    for (int i = 0; i < pattern.length(); i++) {
      char letter = pattern.charAt(i);
      if (letter == '|') {
        continue;
      }
      boolean always = t == intron || t == intron + 1;
      String choices =
          switch (letter) {
            case 'M' -> "AC";
            case 'R' -> "AG";
            case 'Y' -> "CT";
            case 'N' -> BASES;
            default -> String.valueOf(letter);
          };
      if (always || random.uniform(2L * i) < conserved) {
        bases[t] = choices.charAt(random.below(choices.length(), 2L * i + 1));
      }
      t++;
    }
  }
}
