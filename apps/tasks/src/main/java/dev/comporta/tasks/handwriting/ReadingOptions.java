package dev.comporta.tasks.handwriting;

import dev.comporta.attention.ctc.CtcBeamSearch;
import dev.comporta.frame.decoding.DecodingOptions;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.HandwritingReader;
import dev.comporta.training.text.CorpusReader;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How letters are found: the most likely class of each point, or a search. */
final class ReadingOptions {
  private static final int USUAL_BEAM = 20;

  private static final Option<Path> LEXICON =
      Option.path("lexicon", "FILE")
          .in(Group.DECODING)
          .notKept()
          .help("a text file with the only words that may be found");
  private static final Option<Integer> BEAM =
      DecodingOptions.BEAM
          .or(it -> it.isGiven(LEXICON) ? USUAL_BEAM : 1, "1, or 20 with --lexicon")
          .help("beam width; 1 is greedy decoding");

  private ReadingOptions() {}

  static Options of() {
    return Options.of(LEXICON, BEAM);
  }

  /** Reads the lexicon, so that a missing one is refused before anything slow begins. */
  static void require(Settings settings) {
    words(settings);
  }

  private static @Nullable List<String> words(Settings settings) {
    Path file = settings.find(LEXICON).orElse(null);
    return file == null ? null : List.of(CorpusReader.read(file).text().strip().split("\\s+"));
  }

  /** The search that settings ask for; null for none. */
  static @Nullable CtcBeamSearch search(HandwritingReader reader, Settings settings) {
    List<String> words = words(settings);
    int beam = settings.get(BEAM);
    return words == null && beam == 1 ? null : reader.search(beam, words);
  }
}
