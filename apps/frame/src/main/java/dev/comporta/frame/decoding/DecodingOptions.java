package dev.comporta.frame.decoding;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.attention.decoding.Decoding;
import dev.comporta.attention.decoding.Sampler;
import dev.comporta.attention.decoding.SamplingSettings;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.GenerationSettings;
import java.util.List;

/** The options of beam search and of sampling, and what they make of a search. */
public final class DecodingOptions {
  /** The beam. */
  public static final Option<Integer> BEAM =
      decoding(Option.whole("beam", 1, 10_000))
          .or(BeamSettings.DEFAULT.beam())
          .help("beam width; 1 for greedy search");

  /** Normalisation by length. */
  public static final Option<Double> LENGTH_PENALTY =
      decoding(Option.real("length-penalty", 0, 10))
          .or(BeamSettings.DEFAULT.lengthPenalty())
          .help(
              "length normalisation (Wu et al. 2016): 0 ranks by probability, 1 by nearly the mean log-probability per token");

  /** The coverage penalty of Wu et al. 2016. */
  public static final Option<Double> COVERAGE_PENALTY =
      decoding(Option.real("coverage-penalty", 0, 10))
          .or(BeamSettings.DEFAULT.coveragePenalty())
          .help("penalty for source words that received no attention");

  /** How many answers are given. */
  public static final Option<Integer> N_BEST =
      decoding(Option.whole("n-best", 1, 10_000))
          .help(
              "print this many answers per input, each preceded by the number of the input and a tab");

  /** Whether scores are printed. */
  public static final Option<Boolean> SCORES =
      decoding(Option.flag("scores")).help("print the score after each answer and a tab");

  /** Whether answers are sampled. */
  public static final Option<Boolean> SAMPLE =
      decoding(Option.flag("sample"))
          .help("sample answers token by token instead of searching for the best");

  /** The temperature. */
  public static final Option<Double> TEMPERATURE =
      decoding(Option.real("temperature", 0, 1000))
          .or(GenerationSettings.DEFAULT.sampler().temperature())
          .help(
              "1 samples from the model's distribution, lower values favour likely tokens, 0 is greedy");

  /** Top-k sampling. */
  public static final Option<Integer> TOP_K =
      decoding(Option.whole("top-k", 0))
          .or(GenerationSettings.DEFAULT.sampler().topK())
          .help("sample from the K most likely tokens only; 0 for all");

  /** Nucleus sampling (Holtzman et al. 2020). */
  public static final Option<Double> TOP_P =
      decoding(Option.real("top-p", 0, 1))
          .or(GenerationSettings.DEFAULT.sampler().topP())
          .help("sample from the most likely tokens that together have this probability");

  /** The seed of the samples. */
  public static final Option<Integer> SEED =
      decoding(Option.whole("seed", 0))
          .or(GenerationSettings.DEFAULT.seed())
          .help("seed of the samples");

  private static final List<Option<?>> SAMPLING = List.of(TEMPERATURE, TOP_K, TOP_P, SEED);
  private static final List<Option<?>> SEARCHING = List.of(BEAM, LENGTH_PENALTY, COVERAGE_PENALTY);

  private DecodingOptions() {}

  private static <T> Option<T> decoding(Option<T> option) {
    return option.in(Group.DECODING).notKept();
  }

  /** {@return the options of sampling: temperature, top-k, top-p and seed} */
  public static Options sampling() {
    return Options.of(SAMPLING.toArray(Option[]::new));
  }

  /**
   * {@return how tokens are sampled}
   *
   * @param settings with the options of {@link #sampling}
   */
  public static Sampler sampler(Settings settings) {
    return new Sampler(settings.get(TEMPERATURE), settings.get(TOP_K), settings.get(TOP_P));
  }

  /**
   * {@return the settings of a beam search}
   *
   * @param settings with {@link #BEAM}, {@link #LENGTH_PENALTY} and, where declared, {@link
   *     #COVERAGE_PENALTY}
   */
  public static BeamSettings beam(Settings settings) {
    double coverage = settings.options().has(COVERAGE_PENALTY) ? settings.get(COVERAGE_PENALTY) : 0;
    return new BeamSettings(settings.get(BEAM), settings.get(LENGTH_PENALTY), coverage);
  }

  /**
   * {@return the settings of a beam search, or of sampling with {@link #SAMPLE}}
   *
   * @param settings with all options of this class
   * @throws InvalidOptionException if an option has no effect, or more answers are asked for than
   *     the beam holds
   */
  public static Decoding search(Settings settings) {
    boolean sample = settings.get(SAMPLE);
    SAMPLING.forEach(option -> settings.requireEffective(option, "--sample", sample));
    SEARCHING.forEach(
        option -> settings.requireEffective(option, "a search, not --sample", !sample));
    if (sample) {
      return new SamplingSettings(
          sampler(settings), settings.find(N_BEST).orElse(1), settings.get(SEED));
    }
    requireWithinBeam(settings);
    return beam(settings);
  }

  /**
   * Refuses more answers than the beam holds.
   *
   * @param settings with {@link #BEAM} and {@link #N_BEST}
   * @throws InvalidOptionException if there are more
   */
  public static void requireWithinBeam(Settings settings) {
    int best = settings.find(N_BEST).orElse(1);
    if (best > settings.get(BEAM)) {
      throw new InvalidOptionException(
          formatted(
              "--n-best expected a number from 1 to the beam of %d but got %d",
              settings.get(BEAM), best));
    }
  }
}
